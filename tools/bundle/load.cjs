'use strict';
const { createHash } = require('node:crypto');
const { accessSync, constants, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

const filename = path.join(__dirname, 'bundle.js');
const bytes = readFileSync(filename);

/**
 * What V8 compiled of the bundle for an earlier start (https://nodejs.org/api/vm.html#scriptcreatecacheddata), named by what it was
 * compiled from. V8 itself compares its version, its flags and the length of the text. Who may write here may write the bundle, too.
 */
const folder = path.join(__dirname, 'compiled');
const settings = [process.version, process.arch, ...process.execArgv].join(' ');
const file = path.join(folder, sha256(bytes, settings).toString('hex').slice(0, 32));

// Nothing in it is beyond ASCII: esbuild escapes it.
const script = new vm.Script(bytes.toString('latin1'), { filename, cachedData: compiledBefore() });
const isCompiled = script.cachedDataRejected === false;
const bundle = { exports: {} };
script.runInThisContext()(bundle, require, (specifier) => import(specifier));

module.exports = { ...bundle.exports, isCompiled, keepCompiled };

/** V8 takes whatever is there; so it has to be what was written. */
function compiledBefore() {
  try {
    const kept = readFileSync(file);
    const compiled = kept.subarray(0, -32);
    return sha256(compiled).equals(kept.subarray(-32)) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what is compiled by now, where nothing was kept and the folder can be written to. No umask lets others write it. */
function keepCompiled() {
  if (isCompiled) return;
  try {
    accessSync(__dirname, constants.W_OK);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const unfinished = `${file}.${process.pid}`;
    const compiled = script.createCachedData();
    writeFileSync(unfinished, Buffer.concat([compiled, sha256(compiled)]), { mode: 0o644 });
    renameSync(unfinished, file);
  } catch {
    // The next start compiles, as this one did.
  }
}

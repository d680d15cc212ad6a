'use strict';
const { createHash } = require('node:crypto');
const { accessSync, constants, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');

const filename = join(__dirname, 'bundle.js');
const bytes = readFileSync(filename);

/**
 * What V8 compiled of the bundle for an earlier start (https://nodejs.org/api/vm.html#scriptcreatecacheddata), by what it was compiled
 * from. V8 looks at its own version, its flags and the length of the text by itself. Who may write here may write the bundle, too.
 */
const folder = join(__dirname, 'compiled');
const from = createHash('sha256').update(bytes);
from.update([process.version, process.arch, ...process.execArgv, process.env.NODE_OPTIONS].join(' '));
const file = join(folder, from.digest('hex').slice(0, 32));

// Nothing in it is beyond ASCII: esbuild escapes it.
const script = new vm.Script(bytes.toString('latin1'), { filename, cachedData: compiledBefore() });
const bundle = { exports: {} };
script.runInThisContext()(bundle, require, (specifier) => import(specifier));

module.exports = { ...bundle.exports, isCompiled: () => script.cachedDataRejected === false, keepCompiled };

function compiledBefore() {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Keeps what is compiled by now, where nothing was kept and the folder can be written to. */
function keepCompiled() {
  if (script.cachedDataRejected === false) return;
  try {
    accessSync(__dirname, constants.W_OK);
    mkdirSync(folder, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, file);
  } catch {
    // The next start compiles, as this one did.
  }
}

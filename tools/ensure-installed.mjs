// node tools/ensure-installed.mjs
// Runs `npm ci` where node_modules is missing or is not what package-lock.json says. Needs nothing but Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));

function packagesIn(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

/** npm leaves a copy of the lock file that tells what it installed; binaries of other platforms are not in it. */
function isUpToDate() {
  const installed = packagesIn('node_modules/.package-lock.json');
  return Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.optional || wanted.devOptional) return true;
    return wanted.link ? existsSync(join(root, path)) : installed[path]?.version === wanted.version;
  });
}

if (!isUpToDate()) {
  process.stdout.write('Installing dependencies (npm ci) ...\n');
  const started = Date.now();
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) {
    process.stderr.write('npm ci failed: see above\n');
    process.exit(1);
  }
  process.stdout.write(`Installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

// Installs the dependencies of the benchmark and builds the product.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './options.mjs';

function run(program, words, cwd) {
  const { status } = spawnSync(program, words, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/**
 * @param {string} folder of the product; it builds this repository, but no other
 */
export function prepare(folder) {
  const bench = join(ROOT, 'bench');
  if (!existsSync(join(bench, 'node_modules/.package-lock.json'))) {
    process.stdout.write('Installing the dependencies of bench/ (npm ci) ...\n');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], bench);
  }
  if (join(folder, '/') !== ROOT) return;
  run(process.execPath, ['tools/setup.mjs', 'modules', 'service'], ROOT);
}

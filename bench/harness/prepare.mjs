// What the benchmark needs: its own dependencies, and the product, built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './options.mjs';
import { product } from './servers.mjs';

function run(program, words, cwd) {
  const { status } = spawnSync(program, words, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/**
 * @param {string} folder of the product; another one than this repository's is taken as it is
 * @param {string} node that runs the servers
 */
export function prepare(folder, node) {
  const bench = join(ROOT, 'bench');
  if (!existsSync(join(bench, 'node_modules/.package-lock.json'))) {
    process.stdout.write('Installing the dependencies of bench/ (npm ci) ...\n');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], bench);
  }
  if (join(folder, '/') !== ROOT) return;
  run(process.execPath, ['tools/ensure-installed.mjs'], ROOT);
  run(process.execPath, ['tools/ensure-built.mjs', 'service'], ROOT);
  // As in the image: what is read at a start was compiled by the Node that starts.
  const flags = product(ROOT).words.slice(0, -1);
  run(node, [...flags, 'tools/keep-compiled.mjs', 'dist/service'], ROOT);
}

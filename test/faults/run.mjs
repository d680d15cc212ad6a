// npm run test:faults
// Runs every script of this folder in turn. Prints at the end which scripts found a difference from the table of
// docs/explanation/resilience.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NAMES = ['rolling-restart', 'cold-redis', 'dns', 'clock', 'full-disk', 'busy-cpu', 'frozen-replica'];

const failed = NAMES.filter((name) => {
  process.stdout.write(`${name}\n`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(`${name}.mjs`, import.meta.url))], {
    stdio: 'inherit',
  });
  process.stdout.write(`      ${((performance.now() - start) / 1000).toFixed(0)} s\n\n`);
  return status !== 0;
});
process.stdout.write(failed.length === 0 ? 'All as documented.\n' : `Not as documented: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

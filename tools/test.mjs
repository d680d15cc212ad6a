// npm test [-- arguments of Jest]
// Provides what the tests need and is not there, then runs them; on a fresh clone nothing has to be done before.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(file, ...words) {
  const { status } = spawnSync(process.execPath, [join(root, file), ...words], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('tools/ensure-debian.mjs', 'chromium', 'firefox-esr', 'redis-server', 'openssl');
run('tools/ensure-installed.mjs');
run('tools/ensure-built.mjs');
run('node_modules/jest/bin/jest.js', ...process.argv.slice(2));

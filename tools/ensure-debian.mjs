// node tools/ensure-debian.mjs chromium firefox-esr redis-server
// Installs what the tests need from Debian and is not there yet; says what to run where it may not install.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';

/** `setting`: the environment variable by which tests take another copy of the program, instead of Debian's. */
const PROGRAMS = {
  chromium: { setting: 'CHROMIUM', packages: ['chromium', 'fonts-noto-core'] },
  'firefox-esr': { setting: 'FIREFOX', packages: ['firefox-esr', 'fonts-noto-core'] },
  'redis-server': { setting: 'REDIS_SERVER', packages: ['redis-server'] },
  openssl: { setting: 'OPENSSL', packages: ['openssl'] },
};

function isThere(name) {
  try {
    accessSync(process.env[PROGRAMS[name].setting] || `/usr/bin/${name}`, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Quiet, as nobody reads it while all is well; told in full where it fails. */
function aptGet(...words) {
  // In runlevel 1 no package starts a daemon: the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const run = spawnSync('apt-get', ['-q', ...words], { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.status === 0) return;
  fail(`${run.stdout ?? ''}${run.stderr ?? ''}apt-get ${words.join(' ')} failed${run.error ? `: ${run.error}` : ''}`);
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(PROGRAMS, name));
if (names.length === 0 || unknown.length > 0) {
  fail(
    `usage: ensure-debian.mjs ${Object.keys(PROGRAMS).join(' | ')}; unknown: ${unknown.join(', ') || 'no name given'}`,
  );
}

const missing = names.filter((name) => !isThere(name));
const astray = missing.map((name) => PROGRAMS[name].setting).filter((setting) => process.env[setting]);
if (astray.length > 0) fail(`No program: ${astray.map((setting) => `${setting}=${process.env[setting]}`).join(', ')}`);
if (missing.length > 0) {
  const packages = [...new Set(missing.flatMap((name) => PROGRAMS[name].packages))];
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    const settings = missing.map((name) => PROGRAMS[name].setting).join(', ');
    fail(
      `Missing: ${missing.join(', ')}. On Debian: sudo apt-get install -y --no-install-recommends ` +
        `${packages.join(' ')}\nElsewhere, set ${settings} to the program.`,
    );
  }
  process.stdout.write(`Installing ${packages.join(', ')} from Debian ...\n`);
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...packages);
  const still = missing.filter((name) => !isThere(name));
  if (still.length > 0) fail(`installed, and still missing: ${still.join(', ')}`);
}

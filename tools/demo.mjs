// npm run demo             a tenant, an application and the service on this machine, for a browser
// npm run demo -- --once   logs in by itself, shows every step of it, and ends
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { start, stopAll } from './demo/children.mjs';
import { DemoError, freePorts } from './demo/ports.mjs';
import { printClaims, printHeading, printHop, printInvitation } from './demo/print.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const ACTION_FILE = 'auth0/actions/auth-redirect/code.js';
const TENANT = 'tenant.localhost';
const START_MS = 20_000;

function prepare(tool) {
  const { status } = spawnSync(process.execPath, [join(root, 'tools', tool)], { stdio: 'inherit' });
  if (status !== 0) throw new DemoError(`${tool} failed: see above`);
}

/** The Action's secrets go through a file that only this user can read, and that is gone afterwards. */
function secretsFile(secrets) {
  const folder = mkdtempSync(join(tmpdir(), 'auth-redirect-demo-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'secrets.json');
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return file;
}

function startSandbox(ports, secrets) {
  const tenant = ['--hostname', TENANT, '--port', `${ports.tenant}`];
  const app = ['--app-hostname', 'app.localhost', '--app-port', `${ports.app}`];
  const options = ['--action', ACTION_FILE, '--secrets', secretsFile(secrets), ...tenant, ...app, '--json'];
  return start('sandbox', ['sandbox/dist/cli.js', ...options], { cwd: root });
}

function startService(ports, secret) {
  const env = {
    HOST: '127.0.0.1',
    PORT: `${ports.service}`,
    AUTH0_ISSUER: TENANT,
    AUTH0_SESSION_SECRET: secret,
    AUTH0_CONTINUE_URL: `http://${TENANT}:${ports.tenant}/continue`,
    SIGN_IN_URL: `http://app.localhost:${ports.app}/`,
  };
  return start('service', ['dist/service/main.js'], { cwd: root, env });
}

async function answersOnce(url) {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.status === 200) return;
    await wait(50);
  }
}

async function startAll() {
  const ports = await freePorts();
  const secret = randomBytes(48).toString('base64');
  const sandbox = startSandbox(ports, {
    SESSION_SECRET: secret,
    REDIRECT_URL: `http://login.localhost:${ports.service}/redirect`,
  });
  const service = startService(ports, secret);
  const failed = Promise.race([sandbox.failed, service.failed]);
  const ready = Promise.all([sandbox.report, answersOnce(`http://127.0.0.1:${ports.service}/readyz`)]);
  const late = wait(START_MS, undefined, { ref: false }).then(() => {
    throw new DemoError(`Not ready within ${START_MS / 1000} s:\n${sandbox.output}${service.output}`);
  });
  const [addresses] = await Promise.race([ready, failed, late]);
  return { ...addresses, failed };
}

async function logInOnce({ app, failed }) {
  const { walk } = await import('./demo/walk.cjs');
  printHeading('Every request of the login');
  let count = 0;
  const onHop = (hop) => printHop(hop, (count += 1));
  const login = walk({ appUrl: `${app}/`, email: 'alice@example.com', password: 'any password', onHop });
  const { sessionToken, continueToken, appClaims } = await Promise.race([login, failed]);
  printClaims('What the Action told the service (session token)', sessionToken);
  printClaims('What the service answered (continue token)', continueToken);
  printClaims('What the application got (ID token)', appClaims);
  expectSame('sub', sessionToken, continueToken, appClaims);
  expectSame('nonce', sessionToken, continueToken);
  const redirected = Object.keys(appClaims).find((name) => name.endsWith('/redirected'));
  if (appClaims[redirected] !== true) throw new DemoError('the Action set no claim that says the login was redirected');
}

function expectSame(claim, first, ...others) {
  const isSame = first[claim] !== undefined && others.every((claims) => claims[claim] === first[claim]);
  if (!isSame) throw new DemoError(`${claim} is not the same in the tokens on the way`);
}

async function main() {
  const isOnce = process.argv.includes('--once');
  prepare('ensure-installed.mjs');
  prepare('ensure-built.mjs');
  const running = await startAll();
  if (isOnce) return logInOnce(running);
  printInvitation({ ...running, app: `${running.app}/`, actionFile: ACTION_FILE });
  await running.failed;
}

async function end(status) {
  await stopAll();
  process.exit(status);
}

for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.on(signal, () => end(signal === 'SIGINT' ? 0 : 128 + number));
}
main().then(
  () => end(0),
  (error) => {
    const isExpected = error instanceof DemoError || error.name === 'WalkError';
    process.stderr.write(`\n${isExpected ? error.message.trimEnd() : error.stack}\n`);
    return end(1);
  },
);

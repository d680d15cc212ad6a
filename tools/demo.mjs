// npm run demo             a tenant, an application and the service on this machine, for a browser
// npm run demo -- --once   logs in without a browser, shows each request and token, and ends
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { printClaims, printHeading, printInvitation, printRequest } from './demo/print.mjs';

const ACTION = 'auth0/actions/auth-redirect/code.js';
const START_MS = 20_000;
const { DEMO_TENANT_PORT = '9500', DEMO_APP_PORT = '9501', DEMO_SERVICE_PORT = '9502' } = process.env;
const TENANT_URL = `http://tenant.localhost:${DEMO_TENANT_PORT}`;
const APP_URL = `http://app.localhost:${DEMO_APP_PORT}`;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
process.once('SIGINT', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
try {
  await run(process.argv.includes('--once'));
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}

async function run(isOnce) {
  const setup = spawnSync(process.execPath, ['tools/setup.mjs', 'modules', 'service', 'sandbox'], { stdio: 'inherit' });
  if (setup.status !== 0) throw new Error('The setup failed.');
  for (const port of [DEMO_TENANT_PORT, DEMO_APP_PORT, DEMO_SERVICE_PORT]) await assertFree(port);
  const secret = randomBytes(48).toString('base64');
  const ended = Promise.race([startSandbox(secret), startService(secret)]);
  const ready = [`http://127.0.0.1:${DEMO_TENANT_PORT}/`, `http://127.0.0.1:${DEMO_SERVICE_PORT}/readyz`].map(isServed);
  await Promise.race([Promise.all(ready), ended]);
  if (isOnce) return Promise.race([logInOnce(), ended]);
  printInvitation(`${APP_URL}/`, `${TENANT_URL}/transactions`, ACTION);
  return ended;
}

/** On a busy port another program would answer instead. */
async function assertFree(port) {
  try {
    const server = createServer().listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
    await once(server.close(), 'close');
  } catch (error) {
    const settings = 'DEMO_TENANT_PORT, DEMO_APP_PORT and DEMO_SERVICE_PORT set other ports.';
    throw new Error(`Port ${port}: ${error.message}. ${settings}`, { cause: error });
  }
}

function startSandbox(secret) {
  const folder = mkdtempSync(join(tmpdir(), 'auth-redirect-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'secrets.json');
  const REDIRECT_URL = `http://login.localhost:${DEMO_SERVICE_PORT}/redirect`;
  writeFileSync(file, JSON.stringify({ SESSION_SECRET: secret, REDIRECT_URL }), { mode: 0o600 });
  const ports = ['--port', DEMO_TENANT_PORT, '--app-port', DEMO_APP_PORT];
  return start('sandbox', ['sandbox/dist/cli.js', '--action', ACTION, '--secrets', file, ...ports]);
}

function startService(secret) {
  return start('service', ['dist/service/main.js'], {
    HOST: '127.0.0.1',
    PORT: DEMO_SERVICE_PORT,
    AUTH0_ISSUER: 'tenant.localhost',
    AUTH0_SESSION_SECRET: secret,
    AUTH0_CONTINUE_URL: `${TENANT_URL}/continue`,
    SIGN_IN_URL: `${APP_URL}/`,
  });
}

/** Starts a Node program, which ends with this one. Returns a promise that rejects if it ends before. */
async function start(name, args, settings) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, args, { env: { PATH, HOME, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-16_384)));
  }
  const [code, signal] = await once(child, 'close');
  throw new Error(`The ${name} ended (${signal ?? `exit code ${code}`}):\n${output}`);
}

async function isServed(url) {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await wait(50)) {
    const response = await fetch(url).catch(() => undefined);
    if (response && response.status < 500) return;
  }
  throw new Error(`No answer from ${url} within ${START_MS / 1000} s.`);
}

async function logInOnce() {
  const { logIn } = await import('./demo/log-in.mjs');
  printHeading('Every request of the login');
  const account = { email: 'alice@example.com', password: 'any password' };
  const { sessionToken, continueToken, appClaims } = await logIn(APP_URL, account, printRequest);
  printClaims('What the Action told the service (session token)', sessionToken);
  printClaims('What the service answered (continue token)', continueToken);
  printClaims('What the application got (ID token)', appClaims);
  const isSound =
    sessionToken.sub === continueToken.sub &&
    sessionToken.sub === appClaims.sub &&
    sessionToken.nonce === continueToken.nonce &&
    Object.entries(appClaims).some(([name, value]) => name.endsWith('/redirected') && value === true);
  if (!isSound) throw new Error('The tokens do not belong to one login.');
}

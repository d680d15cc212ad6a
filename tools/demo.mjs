// Runs a tenant, an application and the service on this machine; see USAGE.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printClaims, printHeading, printInvitation, printLogin, printRequest } from './demo/print.mjs';

const USAGE = `usage: npm run demo [-- --once] [-- --bare]
Runs a tenant, an application and the service on this machine. The Action requires terms and a profile.
  --once   logs in without a browser, shows each request and token, and ends
  --bare   a login without steps: the service answers at once
  --help   prints this text
Ports: 9500 to 9502, or others if they are in use; DEMO_TENANT_PORT, DEMO_APP_PORT and DEMO_SERVICE_PORT set them.
`;
const ACTION = 'auth0/actions/auth-redirect/code.js';
const START_MS = 20_000;
/** How long the continue page stays in a browser, in milliseconds. In production, it submits its form during parsing. */
const CONTINUE_PAGE_MS = 3000;
/** Too short for the sandbox to mask: with 2026-11, it would mask the dates of its timeline. */
const TERMS_VERSION = '3';
const PROFILE_FIELDS = { given_name: 'Given name', family_name: 'Family name' };

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
process.once('SIGINT', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
const options = optionsOf(process.argv.slice(2));
try {
  await run(options);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}

function optionsOf(args) {
  try {
    const flag = { type: 'boolean', default: false };
    const { values } = parseArgs({ args, options: { once: flag, bare: flag, help: { ...flag, short: 'h' } } });
    if (!values.help) return values;
    process.stdout.write(USAGE);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${error.message}\n${USAGE}`);
    return process.exit(64);
  }
}

async function run({ once: isOnce, bare: isBare }) {
  const setup = spawnSync(process.execPath, ['tools/setup.mjs', 'modules', 'service', 'sandbox'], { stdio: 'inherit' });
  if (setup.status !== 0) throw new Error('The setup failed.');
  const folder = mkdtempSync(join(tmpdir(), 'auth-redirect-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const demo = { folder, isOnce, isBare, secret: randomBytes(48).toString('base64'), ...(await addresses()) };
  const ended = Promise.race([startSandbox(demo), startService(demo)]);
  const ready = [`http://127.0.0.1:${demo.tenantPort}/`, `http://127.0.0.1:${demo.servicePort}/readyz`].map(isServed);
  await Promise.race([Promise.all(ready), ended]);
  if (isOnce) return Promise.race([logInOnce(demo), ended]);
  printInvitation({ ...demo, action: ACTION, seconds: CONTINUE_PAGE_MS / 1000 });
  return Promise.race([watchLogins(demo), ended]);
}

async function addresses() {
  const tenantPort = await freePort('DEMO_TENANT_PORT', 9500);
  const appPort = await freePort('DEMO_APP_PORT', 9501);
  const servicePort = await freePort('DEMO_SERVICE_PORT', 9502);
  const [tenantUrl, appUrl, serviceUrl] = Object.entries({ tenant: tenantPort, app: appPort, login: servicePort }).map(
    ([name, port]) => `http://${name}.localhost:${port}`,
  );
  return { tenantPort, appPort, servicePort, tenantUrl, appUrl, redirectUrl: `${serviceUrl}/redirect` };
}

/** Returns the port that a variable sets, or the usual one, or any free one if that is in use. */
async function freePort(variable, usual) {
  const port = process.env[variable] ?? usual;
  try {
    return await freed(Number(port));
  } catch (error) {
    if (process.env[variable] !== undefined) throw new Error(`${variable}: ${error.message}`, { cause: error });
    return freed(0);
  }
}

async function freed(port) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  await once(server.close(), 'close');
  return String(free);
}

function startSandbox({ folder, isBare, secret, tenantPort, appPort, redirectUrl }) {
  const steps = isBare ? {} : { TERMS_VERSION, PROFILE_FIELDS: Object.keys(PROFILE_FIELDS).join() };
  const file = join(folder, 'secrets.json');
  writeFileSync(file, JSON.stringify({ SESSION_SECRET: secret, REDIRECT_URL: redirectUrl, ...steps }), { mode: 0o600 });
  const ports = ['--port', tenantPort, '--app-port', appPort];
  return start('sandbox', ['sandbox/dist/cli.js', '--action', ACTION, '--secrets', file, ...ports]);
}

function startService({ folder, isOnce, isBare, secret, servicePort, tenantUrl, appUrl }) {
  return start('service', ['dist/service/main.js'], {
    HOST: '127.0.0.1',
    PORT: servicePort,
    AUTH0_ISSUER: 'tenant.localhost',
    AUTH0_SESSION_SECRET: secret,
    AUTH0_CONTINUE_URL: `${tenantUrl}/continue`,
    SIGN_IN_URL: `${appUrl}/`,
    ...(!isBare && { STEPS_FILE: writeSteps(folder) }),
    ...(!isOnce && { VIEWS_DIRECTORY: writeViews(folder) }),
  });
}

function writeSteps(folder) {
  const text =
    'These are the terms of the demo. Nobody reads them, and the Action still knows that you have accepted them.';
  const fields = Object.entries(PROFILE_FIELDS).map(([name, label]) => ({ name, type: 'text', label, required: true }));
  const steps = { terms: { title: 'Terms of Service', version: TERMS_VERSION, text }, profile: { fields } };
  const file = join(folder, 'steps.json');
  writeFileSync(file, JSON.stringify(steps));
  return file;
}

/** Writes a continue page that waits before it submits. */
function writeViews(folder) {
  const directory = join(folder, 'views');
  mkdirSync(directory);
  const later = `setTimeout(function () { {{{script}}} }, ${CONTINUE_PAGE_MS})`;
  const view = readFileSync('views/continue.hbs', 'utf8').replace('{{{script}}}', later);
  writeFileSync(join(directory, 'continue.hbs'), view);
  return directory;
}

/** Starts a Node program, which ends with this one. Returns a promise that rejects if the program ends earlier. */
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

/** Prints a link to the timeline of each new login. */
async function watchLogins({ tenantPort, tenantUrl }) {
  for (const known = new Set(); ; await wait(500)) {
    const answer = await fetch(`http://127.0.0.1:${tenantPort}/transactions.json`, {
      headers: { host: new URL(tenantUrl).host },
    });
    const { transactions } = await answer.json();
    for (const { id } of transactions.filter((login) => !known.has(login.id)).reverse()) {
      known.add(id);
      printLogin(`${tenantUrl}/transactions/${id}`);
    }
  }
}

async function logInOnce({ appUrl }) {
  const { logIn } = await import('./demo/log-in.mjs');
  printHeading('Every request of the login');
  const account = { email: 'alice@example.com', password: 'any password' };
  const answers = { ...account, given_name: 'Alice', family_name: 'Example' };
  const { sessionToken, continueToken, appClaims } = await logIn(appUrl, answers, printRequest);
  printClaims('From the Action to the service (session token)', sessionToken);
  printClaims('From the service to the Action (continue token)', continueToken);
  printClaims('From the tenant to the application (ID token)', appClaims);
  const isSound =
    sessionToken.sub === continueToken.sub &&
    sessionToken.sub === appClaims.sub &&
    sessionToken.nonce === continueToken.nonce &&
    Object.entries(appClaims).some(([name, value]) => name.endsWith('/redirected') && value === true);
  if (!isSound) throw new Error('The tokens do not belong to one login.');
}

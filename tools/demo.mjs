// Runs a tenant, an application and the service on this machine; see USAGE.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printClaims, printHeading, printInvitation, printLogin, printRequest } from './demo/print.mjs';
import { ACTION, startLogins } from './demo/start-logins.mjs';
import { freePort } from './programs.mjs';

const USAGE = `usage: npm run demo [-- --once] [-- --bare]
Runs a tenant, an application and the service on this machine. The Action requires terms and a profile.
  --once   logs in without a browser, shows each request and token, and ends
  --bare   a login without steps: the service answers at once
  --help   prints this text
Ports: 9500 to 9502, or others if they are in use; DEMO_TENANT_PORT, DEMO_APP_PORT and DEMO_SERVICE_PORT set them.
`;
/**
 * Time that the continue page stays in a browser, in milliseconds. In production, the page submits its form during
 * parsing.
 */
const CONTINUE_PAGE_MS = 3000;
/** Too short for masking: for 2026-11, the sandbox would mask dates in its timeline. */
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
  const logins = await startLogins({
    ...(!isBare && {
      steps: demoSteps(),
      actionSecrets: { TERMS_VERSION, PROFILE_FIELDS: Object.keys(PROFILE_FIELDS).join() },
    }),
    ...(!isOnce && { environment: { VIEWS_DIRECTORY: writeViews() } }),
    ports: [
      await portOf('DEMO_TENANT_PORT', 9500),
      await portOf('DEMO_APP_PORT', 9501),
      await portOf('DEMO_SERVICE_PORT', 9502),
    ],
  });
  if (isOnce) return Promise.race([logInOnce(logins), logins.ended]);
  printInvitation({ ...logins, action: ACTION, isBare, seconds: CONTINUE_PAGE_MS / 1000 });
  return Promise.race([watchLogins(logins), logins.ended]);
}

/** Returns the port that a variable sets, or the default port, or any free port if the default is in use. */
async function portOf(variable, usual) {
  try {
    return await freePort(Number(process.env[variable] ?? usual));
  } catch (error) {
    if (process.env[variable] !== undefined) throw new Error(`${variable}: ${error.message}`, { cause: error });
    return freePort();
  }
}

function demoSteps() {
  const text =
    'These are the terms of the demo. Nobody reads them, and the Action still knows that you have accepted them.';
  const fields = Object.entries(PROFILE_FIELDS).map(([name, label]) => ({ name, type: 'text', label, required: true }));
  return { terms: { title: 'Terms of Service', version: TERMS_VERSION, text }, profile: { fields } };
}

/** Writes a continue page that waits before it submits. */
function writeViews() {
  const directory = mkdtempSync(join(tmpdir(), 'demo-views-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const later = `setTimeout(function () { {{{script}}} }, ${CONTINUE_PAGE_MS})`;
  const view = readFileSync('views/continue.hbs', 'utf8').replace('{{{script}}}', later);
  writeFileSync(join(directory, 'continue.hbs'), view);
  return directory;
}

/** Prints a link to the timeline of each new login. */
async function watchLogins({ tenant, tenantPort }) {
  for (const known = new Set(); ; await wait(500)) {
    const answer = await fetch(`http://127.0.0.1:${tenantPort}/transactions.json`, {
      headers: { host: new URL(tenant).host },
    });
    const { transactions } = await answer.json();
    for (const { id } of transactions.filter((login) => !known.has(login.id)).reverse()) {
      known.add(id);
      printLogin(`${tenant}/transactions/${id}`);
    }
  }
}

async function logInOnce({ app }) {
  const { logIn } = await import('./demo/log-in.mjs');
  printHeading('Every request of the login');
  const account = { email: 'alice@example.com', password: 'any password' };
  const answers = { ...account, given_name: 'Alice', family_name: 'Example' };
  const { sessionToken, continueToken, appClaims } = await logIn(app, answers, printRequest);
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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logIn } from '../demo/log-in.mjs';
import { freePort, startProgram } from './programs.mjs';

const SECRET = 'k7Jq2vXw9Rz4tB6nY1mC8pL5sD3fG0hA';
const ACTION = 'auth0/actions/auth-redirect/code.js';
const WIDTH = 900;
const MARGIN = 20;
const ANSWERS = { email: 'alice@example.com', password: 'any password', given_name: 'Alice', family_name: 'Example' };

/** Starts the service and the sandbox with the shipped Action, as `npm run demo` does. Returns their addresses. */
export async function startLogins(steps, actionSecrets, serviceEnvironment = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [tenantPort, appPort, servicePort] = [await freePort(), await freePort(), await freePort()];
  const [tenant, app] = [`http://tenant.localhost:${tenantPort}`, `http://app.localhost:${appPort}`];
  const redirectUrl = `http://login.localhost:${servicePort}/redirect`;
  const secrets = join(folder, 'secrets.json');
  writeFileSync(secrets, JSON.stringify({ SESSION_SECRET: SECRET, REDIRECT_URL: redirectUrl, ...actionSecrets }));
  const stepsFile = join(folder, 'steps.json');
  writeFileSync(stepsFile, JSON.stringify(steps));
  const ports = ['--port', String(tenantPort), '--app-port', String(appPort)];
  const sandbox = ['sandbox/dist/cli.js', '--action', ACTION, '--secrets', secrets, ...ports];
  await startProgram(sandbox, {}, `http://127.0.0.1:${tenantPort}/`);
  const environment = {
    HOST: '127.0.0.1',
    PORT: String(servicePort),
    AUTH0_ISSUER: 'tenant.localhost',
    AUTH0_SESSION_SECRET: SECRET,
    AUTH0_CONTINUE_URL: `${tenant}/continue`,
    PUBLIC_URL: redirectUrl,
    STEPS_FILE: stepsFile,
    ...serviceEnvironment,
  };
  await startProgram(['dist/service/main.js'], environment, `http://127.0.0.1:${servicePort}/readyz`);
  return { tenant, app, redirectUrl, servicePort, secret: SECRET };
}

/** Returns a picture of the sandbox's timeline of a login with a profile, from the redirect to the end of the Actions. */
export async function timeline(browser) {
  const fields = ['given_name', 'family_name'].map((name) => ({ name, type: 'text', label: name, required: true }));
  const secrets = { PROFILE_FIELDS: 'given_name,family_name' };
  const { tenant, app } = await startLogins({ profile: { fields } }, secrets, { METRICS_PORT: '0' });
  await logIn(app, ANSWERS, () => undefined);
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 800 } });
  await page.goto(`${tenant}/transactions`);
  await page.locator('main a[href*="/transactions/"]').first().click();
  const first = await page.locator('li', { hasText: 'Redirected to another site' }).boundingBox();
  const last = await page.locator('li', { hasText: 'All Actions done' }).boundingBox();
  const clip = { x: 0, y: first.y - MARGIN, width: WIDTH, height: last.y + last.height - first.y + MARGIN };
  const image = await page.screenshot({ fullPage: true, clip });
  await page.close();
  return image;
}

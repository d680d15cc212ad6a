import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from './programs.mjs';

const SECRET = 'k7Jq2vXw9Rz4tB6nY1mC8pL5sD3fG0hA';
const ACTION = 'auth0/actions/auth-redirect/code.js';

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

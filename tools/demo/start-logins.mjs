import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from '../programs.mjs';

export const ACTION = 'auth0/actions/auth-redirect/code.js';

/**
 * Starts the service, and the sandbox with the shipped Action and the sample application.
 *
 * @param steps Steps of the service. Undefined: none
 * @param actionSecrets Secrets in addition to those that connect the Action with the service
 * @param environment Variables of the service, in addition to those that connect it with the sandbox
 * @param ports Ports of tenant, application and service. Default: free ones
 * @returns their addresses; and `ended`, a promise that rejects if one of them ends
 */
export async function startLogins({ steps, actionSecrets, environment, ports }) {
  const folder = mkdtempSync(join(tmpdir(), 'logins-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [tenantPort, appPort, servicePort] = ports ?? [await freePort(), await freePort(), await freePort()];
  const [tenant, app] = [`http://tenant.localhost:${tenantPort}`, `http://app.localhost:${appPort}`];
  const redirectUrl = `http://login.localhost:${servicePort}/redirect`;
  const secret = randomBytes(48).toString('base64');
  const secrets = written('secrets.json', { SESSION_SECRET: secret, REDIRECT_URL: redirectUrl, ...actionSecrets });
  const options = ['--secrets', secrets, '--port', String(tenantPort), '--app-port', String(appPort)];
  const variables = {
    HOST: '127.0.0.1',
    PORT: String(servicePort),
    AUTH0_ISSUER: 'tenant.localhost',
    AUTH0_SESSION_SECRET: secret,
    AUTH0_CONTINUE_URL: `${tenant}/continue`,
    PUBLIC_URL: redirectUrl,
    SIGN_IN_URL: `${app}/`,
    ...(steps && { STEPS_FILE: written('steps.json', steps) }),
    ...environment,
  };
  const programs = await Promise.all([
    startProgram(['sandbox/dist/cli.js', '--action', ACTION, ...options], {}, `http://127.0.0.1:${tenantPort}/`),
    startProgram(['dist/service/main.js'], variables, `http://127.0.0.1:${servicePort}/readyz`),
  ]);
  const ended = Promise.race(programs.map((program) => program.ended));
  return { tenant, app, tenantPort, servicePort, secret, ended };

  function written(name, value) {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(value), { mode: 0o600 });
    return file;
  }
}

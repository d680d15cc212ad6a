// Has the service keep what it compiles for a start and a first login, for the next start:
// node <flags of the service> tools/keep-compiled.mjs <folder of the bundle>
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 30_000;
const [folder] = process.argv.slice(2);
const issuer = 'https://tenant.example/';
const secret = randomBytes(32).toString('base64url');
const port = await freePort();
const service = spawn(process.execPath, [...process.execArgv, join(folder, 'main.js')], {
  env: {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    METRICS_PORT: '0',
    AUTH0_ISSUER: issuer,
    AUTH0_SESSION_SECRET: secret,
    AUTH0_CONTINUE_URL: `${issuer}continue`,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const ended = once(service, 'exit');
try {
  await firstLogin();
  await fetch(`http://127.0.0.1:${port}/readyz`);
} finally {
  service.kill('SIGTERM');
}
const [code] = await ended;
if (code !== 0) throw new Error(`The service ended with ${code}`);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  return free;
}

async function firstLogin() {
  const deadline = performance.now() + START_MS;
  const query = new URLSearchParams({ session_token: sessionToken(), state: 'a'.repeat(32) });
  while (performance.now() < deadline && service.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/redirect?${query}`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (answer) throw new Error(`The service answered ${answer.status}: ${await answer.text()}`);
    await wait(20);
  }
  throw new Error('The service does not start');
}

function sessionToken() {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iss: issuer, sub: 'auth0|1', ip: '192.0.2.1', iat: now, exp: now + 300 })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

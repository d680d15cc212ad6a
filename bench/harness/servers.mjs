import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sendRequest, checkContinuePage } from './checker.mjs';
import { pinned, SERVER_CORE } from './pinning.mjs';
import { login } from './tokens.mjs';

const START_MS = 20_000;
const GRACE_MS = 3000;
const peer = (name) => fileURLToPath(new URL(`../peers/${name}.mjs`, import.meta.url));
const running = new Set();

// Stops all servers when this process ends, for any reason.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** The servers that the product is compared with. */
export const PEERS = {
  raw: { title: 'raw node:http + node:crypto', words: [peer('raw')] },
  fastify: { title: 'Fastify 5 + fast-jwt', words: [peer('fastify')] },
  'express-careful': { title: 'Express 5 + jsonwebtoken, careful', words: [peer('express-careful')] },
  'express-article': { title: 'Express 5 + jsonwebtoken + hbs, naive', words: [peer('express-article')] },
  'nest-naive': { title: 'Nest 12, naive', words: [peer('nest-naive')] },
};

/** Returns the service like `npm run start:prod`, but without npm, so that the process is the server. */
export function product(folder, title = 'nestjs-auth-redirect') {
  const [program, ...words] = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts[
    'start:prod'
  ].split(' ');
  const entry = words.findIndex((word) => !word.startsWith('-'));
  words[entry] = join(folder, words[entry]);
  if (program !== 'node' || !existsSync(words[entry])) throw new Error(`start:prod cannot be run: ${words[entry]}`);
  return { title, words };
}

/** @returns {Promise<number>} a free port */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Configures one tenant by environment variables, several by a file. */
function tenantsEnvironment(tenants) {
  if (tenants.length === 1) {
    const [{ issuer, secret, continueUrl }] = tenants;
    return { AUTH0_ISSUER: issuer, AUTH0_SESSION_SECRET: secret, AUTH0_CONTINUE_URL: continueUrl };
  }
  const folder = mkdtempSync(join(tmpdir(), 'auth-redirect-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'tenants.json');
  const entries = tenants.map(({ name, issuer, secret }) => ({ name, issuers: [issuer], keys: { current: secret } }));
  writeFileSync(file, JSON.stringify({ tenants: entries }), { mode: 0o600 });
  return { TENANTS_FILE: file };
}

/**
 * Returns production settings with metrics and log. The log is written to /dev/null, which costs a system call but no
 * disk.
 */
const environmentOf = (port, tenants) => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: String(port),
  METRICS_PORT: '0',
  LOG_LEVEL: 'info',
  ...tenantsEnvironment(tenants),
});

/** Repeats a request until the answer is a continue page. The pauses are short compared with the shortest startup. */
async function firstAnswer(port, tenants, child) {
  const sent = login('valid', tenants[0], 300);
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await sendRequest(port, sent.target).catch(() => undefined);
    if (answer) return checkContinuePage(answer, sent);
    await wait(3);
  }
  throw new Error(`A server does not start: ${child.spawnargs.join(' ')}`);
}

/**
 * Starts a server and waits for its first correct answer.
 *
 * @param {{ title: string, words: string[] }} server
 * @param {{ node: string, tenants: object[], environment?: object, flags?: string[] }} settings
 */
export async function start(server, { node, tenants, environment = {}, flags = [] }) {
  const port = await freePort();
  const env = { ...environmentOf(port, tenants), ...environment };
  const startedAt = performance.now();
  const [program, words] = pinned(SERVER_CORE, [node, ...flags, ...server.words]);
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', resolve);
  });
  running.add(child);
  void ended.then(() => running.delete(child));
  await firstAnswer(port, tenants, child);
  return { ...server, port, tenants, child, ended, pid: child.pid, startMs: performance.now() - startedAt };
}

export async function stop({ child, ended }) {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { LOAD_CORE, pinned } from './pinning.mjs';
import { freePort } from './servers.mjs';

const PROGRAM = process.env.REDIS_SERVER || 'redis-server';

const isListening = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.end());
  });

/** Starts Redis on a loopback port, on another core than the server. Returns undefined if redis-server is missing. */
export async function startRedis() {
  if (spawnSync(PROGRAM, ['--version']).status !== 0) return undefined;
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const [program, words] = pinned(LOAD_CORE, [PROGRAM, ...settings]);
  const child = spawn(program, words, { stdio: 'ignore' });
  process.on('exit', () => child.kill('SIGKILL'));
  while (!(await isListening(port))) await wait(20);
  return { url: `redis://127.0.0.1:${port}`, stop: () => child.kill('SIGTERM') };
}

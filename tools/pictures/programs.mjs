import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 60_000;
const children = [];
process.once('exit', () => children.forEach((child) => child.kill()));

/** Starts a program that ends with this one, and waits until its address answers, or its port accepts connections. */
export async function startProgram(args, environment, address, program = process.execPath) {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (output = (output + text).slice(-4000)));
  for (const deadline = Date.now() + START_MS; Date.now() < deadline && child.exitCode === null; await wait(50)) {
    if (await (typeof address === 'number' ? accepts(address) : fetch(address)).catch(() => false)) return;
  }
  throw new Error(`${program} ${args[0]} does not run:\n${output}`);
}

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket.destroy();
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await listening(server);
  await once(server.close(), 'close');
  return port;
}

/** Returns the port of a server that is about to listen. */
export async function listening(server) {
  await once(server, 'listening');
  return server.address().port;
}

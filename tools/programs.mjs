import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 60_000;
const OUTPUT_LENGTH = 16_384;

/**
 * Starts a program that ends with this one, and waits until its address answers, or its port accepts connections.
 *
 * @returns `ended`, a promise that rejects if the program ends earlier than this one
 */
export async function startProgram(args, environment, address, program = process.execPath) {
  const { PATH, HOME } = process.env;
  const child = spawn(program, args, { env: { PATH, HOME, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-OUTPUT_LENGTH)));
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`${program} ${args[0]} ended (${signal ?? `exit code ${code}`}):\n${output}`);
  });
  await Promise.race([isServed(address), ended]);
  return { ended };
}

async function isServed(address) {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await wait(50)) {
    if (await (typeof address === 'number' ? accepts(address) : answers(address)).catch(() => false)) return;
  }
  throw new Error(`No answer from ${address} within ${START_MS / 1000} s.`);
}

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket.destroy();
}

async function answers(url) {
  const { status } = await fetch(url);
  return status < 500;
}

/** Returns the port if it is free. For 0, returns any free port. */
export async function freePort(port = 0) {
  const server = createServer().listen(port, '127.0.0.1');
  const free = await listening(server);
  await once(server.close(), 'close');
  return free;
}

/** Returns the port of a server that is about to listen. */
export async function listening(server) {
  await once(server, 'listening');
  return server.address().port;
}

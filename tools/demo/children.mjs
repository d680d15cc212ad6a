import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { DemoError } from './ports.mjs';

const GRACE_MS = 5_000;
const KEPT_CHARACTERS = 16_384;
const running = new Set();

// Whatever ends this process, nothing stays behind.
process.on('exit', () => running.forEach(({ child }) => child.kill('SIGKILL')));

/**
 * Starts a Node program in a process group of its own, so that Ctrl-C reaches it through stopAll only.
 *
 * @returns the program: `failed` rejects when it ends unasked, `report` resolves with the first JSON that it prints
 */
export function start(name, args, { cwd, env }) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const program = { child, output: '', isStopping: false, ended: endOf(child) };
  running.add(program);
  program.report = new Promise((resolve) => {
    const keep = (text) => {
      program.output = (program.output + text).slice(-KEPT_CHARACTERS);
      const [, line] = /^(\{.*\})\n/m.exec(program.output) ?? [];
      if (line) resolve(JSON.parse(line));
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  });
  program.failed = program.ended.then((how) => {
    running.delete(program);
    if (program.isStopping) return new Promise(() => undefined);
    throw new DemoError(`The ${name} ended (${how}):\n${program.output}`);
  });
  program.failed.catch(() => undefined); // whoever waits for it is told
  return program;
}

function endOf(child) {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
}

/** Asks every program to end, and ends those that do not. */
export async function stopAll() {
  await Promise.all(
    [...running].map(async (program) => {
      program.isStopping = true;
      program.child.kill('SIGTERM');
      const isOver = await Promise.race([program.ended.then(() => true), wait(GRACE_MS, false, { ref: false })]);
      if (!isOver) program.child.kill('SIGKILL');
      await program.ended;
    }),
  );
}

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LOAD_CORE, pinned } from './pinning.mjs';

const GENERATOR = fileURLToPath(new URL('load-generator.mjs', import.meta.url));

/** Starts the load generator, which ends with this process. */
export function startLoad() {
  const [program, words] = pinned(LOAD_CORE, [process.execPath, GENERATOR]);
  const child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map();
  child.on('message', ({ id, result, fault }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) resolve(result);
    else reject(new Error(fault));
  });
  const send = (order, what) =>
    new Promise((resolve, reject) => {
      const id = Math.random();
      waiting.set(id, { resolve, reject });
      child.send({ id, order, ...what });
    });
  return {
    /** Logins signed before the measurement: `{ name, kind, tenants, payloadBytes, count }`. */
    pool: (what) => send('pool', what),
    /** Logins signed during the measurement: `{ name, kind, tenants, payloadBytes }`. */
    freshPool: (what) => send('freshPool', what),
    /**
     * `{ pool, connections, rampMs, durationMs, rate?, requests? }`; with `rate`, an open loop, in requests per second.
     */
    run: async ({ title, port, pid }, what) => {
      try {
        return await send('run', { port, pid, ...what });
      } catch (error) {
        throw new Error(`${title}: ${error.message}`, { cause: error });
      }
    },
    stop: () => child.disconnect(),
  };
}

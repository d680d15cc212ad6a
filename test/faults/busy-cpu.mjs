// node test/faults/busy-cpu.mjs
// Four busy programs share the only core of a replica. Needs taskset (Debian: util-linux) and two cores.
import { availableParallelism } from 'node:os';
import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { check, freePort, inWords, load, Redis, report, Service, startProgram } from './harness.mjs';

const CORE = ['taskset', '-c', '0'];
const NEIGHBORS = 4;
const CONNECTIONS = 8;
const LOAD_MS = 4000;
/** Timeout of a probe in the chart, in milliseconds. */
const PROBE_MS = 2000;

if (availableParallelism() < 2 || spawnSync('taskset', ['--version']).status !== 0) {
  report('skipped: needs two cores and taskset');
  process.exit(0);
}
const redis = await Redis.at(await freePort());
const service = await Service.start({ REDIS_URL: redis.url }, { before: CORE });

async function measured() {
  const logins = load(CONNECTIONS, () => service.login());
  let slowest = 0;
  for (const end = performance.now() + LOAD_MS; performance.now() < end; await wait(100)) {
    const sent = performance.now();
    await service.send('/readyz');
    slowest = Math.max(slowest, performance.now() - sent);
  }
  return { ...(await logins.stop()), slowest };
}

const alone = await measured();
check(
  alone.failures.length === 0,
  `alone on its core: ${inWords(alone)}; ${Math.round((alone.logins * 1000) / LOAD_MS)} a second`,
);
const neighbors = Array.from({ length: NEIGHBORS }, () =>
  startProgram(CORE[0], [...CORE.slice(1), process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' }),
);
await wait(500);
const busy = await measured();
neighbors.forEach((neighbor) => neighbor.kill('SIGKILL'));
check(
  busy.failures.length === 0,
  `${NEIGHBORS} busy neighbors: ${inWords(busy)}; ${Math.round((busy.logins * 1000) / LOAD_MS)} a second`,
);
check(
  busy.slowest < PROBE_MS,
  `the slowest answer to /readyz took ${busy.slowest.toFixed(0)} ms; the kubelet waits ${PROBE_MS}`,
);
check(service.logged('Redis does not answer').length === 0, 'a slow replica does not take Redis for gone');
await service.stop();
await redis.kill();

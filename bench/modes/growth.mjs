// Measures how the cost of one redirect grows with the token size, the number of connections, a shared store and more tenants.
import { checkServer } from '../harness/checker.mjs';
import { startLoad } from '../harness/load.mjs';
import { nodeName } from '../harness/machine.mjs';
import { startRedis } from '../harness/redis.mjs';
import { writeReport } from '../harness/report.mjs';
import { PEERS, product, start, stop } from '../harness/servers.mjs';
import { median, rounded } from '../harness/statistics.mjs';
import { newTenant } from '../harness/tokens.mjs';

const FULL = { rounds: 4, warmUp: { requests: 15_000, durationMs: 6000 }, rampMs: 300, durationMs: 2000 };
const QUICK = { rounds: 2, warmUp: { requests: 3000, durationMs: 2000 }, rampMs: 200, durationMs: 800 };
const POOL = 10_000;
const STANDARD = { server: 'standard', payloadBytes: 300, connections: 64 };

/** Share of the server's maximum rate at which latency is measured. */
const LOAD_SHARE = 0.8;
/** The servers whose latency is measured. The second one's latency comes almost only from the machine. */
const WAITING = [STANDARD, { ...STANDARD, server: 'raw' }];

/** The measured points. Each changes one thing. `base` is the point that the others of its group are compared with. */
const POINTS = [
  { group: 'Token payload', label: '0.3 KB', ...STANDARD, size: 0.3 },
  { group: 'Token payload', label: '1 KB', ...STANDARD, payloadBytes: 1024, size: 1 },
  { group: 'Token payload', label: '4 KB', ...STANDARD, payloadBytes: 4096, size: 4 },
  { group: 'Token payload', label: '7 KB', ...STANDARD, payloadBytes: 7168, size: 7 },
  { group: 'Connections', label: '1', ...STANDARD, connections: 1, size: 1 },
  { group: 'Connections', label: '32', ...STANDARD, connections: 32, size: 32 },
  { group: 'Connections', label: '256', ...STANDARD, connections: 256, size: 256 },
  { group: 'Replay store', label: 'memory', ...STANDARD },
  { group: 'Replay store', label: 'Redis', ...STANDARD, server: 'redis' },
  { group: 'Tenants', label: '1', ...STANDARD, size: 1 },
  { group: 'Tenants', label: '10', ...STANDARD, server: 'tenants10', size: 10 },
  { group: 'Tenants', label: '100', ...STANDARD, server: 'tenants100', size: 100 },
];

const tenantsOf = (count) => Array.from({ length: count }, (_, number) => newTenant(`bench-${number + 1}`));

async function startServers({ product: folder, node }, redis) {
  const server = product(folder);
  const starting = {
    standard: { tenants: tenantsOf(1) },
    tenants10: { tenants: tenantsOf(10) },
    tenants100: { tenants: tenantsOf(100) },
    ...(redis && { redis: { tenants: tenantsOf(1), environment: { REDIS_URL: redis.url } } }),
    raw: { tenants: tenantsOf(1), peer: PEERS.raw },
  };
  const started = {};
  for (const [name, { peer = server, ...settings }] of Object.entries(starting)) {
    started[name] = await start(peer, { node, ...settings });
    await checkServer(started[name]);
  }
  return started;
}

const poolOf = ({ server, payloadBytes }) => `${server} ${payloadBytes}`;

async function warmUp(points, servers, plan, load) {
  const warm = new Map(points.map((point) => [poolOf(point), point]));
  for (const [name, { server, payloadBytes }] of warm) {
    await load.pool({ name, kind: 'valid', tenants: servers[server].tenants, payloadBytes, count: POOL });
    await load.run(servers[server], { pool: name, connections: 64, rampMs: 0, ...plan.warmUp });
  }
}

/** @returns {Promise<object[][]>} the results of each point, one per round */
async function measureAll(points, servers, { rounds, rampMs, durationMs }, load, calm) {
  const measured = points.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    process.stdout.write(`Round ${round + 1} of ${rounds}\n`);
    for (const [at, point] of points.entries()) {
      const what = { pool: poolOf(point), connections: point.connections, rampMs, durationMs };
      measured[at].push(await calm.undisturbed(() => load.run(servers[point.server], what)));
    }
  }
  return measured;
}

/** @returns {Promise<object[]>} a row for each of WAITING. Each round first measures the server's maximum rate. */
async function measureWaiting(servers, { rounds, rampMs, durationMs }, load, calm) {
  const measured = WAITING.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, point] of WAITING.entries()) {
      const what = { pool: poolOf(point), rampMs, durationMs };
      const server = servers[point.server];
      const most = await calm.undisturbed(() => load.run(server, { ...what, connections: point.connections }));
      const rate = most.requestsPerSecond * LOAD_SHARE;
      const result = await calm.undisturbed(() => load.run(server, { ...what, connections: 256, rate }));
      measured[at].push({ ...result, rate, ratio: result.p99 / result.p50 });
    }
  }
  return WAITING.map(({ server }, at) => {
    const medianOf = (metric) => rounded(median(measured[at].map((result) => result[metric])));
    return {
      Server: servers[server].title,
      'req/s': medianOf('rate'),
      'p50 ms': medianOf('p50'),
      'p99 ms': medianOf('p99'),
      'p99 to p50': medianOf('ratio'),
    };
  });
}

function rowOf(point, results, baseResults) {
  const medianOf = (metric) => rounded(median(results.map((result) => result[metric])));
  const grown = results.map((result, round) => result.cpuMicroseconds / baseResults[round].cpuMicroseconds);
  return {
    What: `${point.group}: ${point.label}`,
    'req/s': medianOf('requestsPerSecond'),
    'CPU µs/req': medianOf('cpuMicroseconds'),
    'CPU to first': rounded(median(grown)),
    'p50 ms': medianOf('p50'),
    'p99 ms': medianOf('p99'),
    'RSS MB': medianOf('residentMegabytes'),
  };
}

/** Returns the points whose cost grows faster than their size. */
function worseThanLinear(points, rows) {
  return points.filter((point, at) => {
    const base = points.find(({ group }) => group === point.group);
    return point.size !== undefined && rows[at]['CPU to first'] > (point.size / base.size) * 1.1;
  });
}

export async function growth(options, conditions, calm) {
  const plan = options.quick ? QUICK : FULL;
  const redis = await startRedis();
  const servers = await startServers(options, redis);
  const points = POINTS.filter(({ server }) => servers[server]);
  const load = startLoad();
  await warmUp([...points, ...WAITING], servers, plan, load);
  const measured = await measureAll(points, servers, plan, load, calm);
  const rows = points.map((point, at) => {
    const base = points.findIndex(({ group }) => group === point.group);
    return rowOf(point, measured[at], measured[base]);
  });
  const waiting = await measureWaiting(servers, plan, load, calm);
  load.stop();
  await Promise.all(Object.values(servers).map(stop));
  redis?.stop();
  const steep = worseThanLinear(points, rows);
  writeReport(`${nodeName(conditions)}-growth${options.quick ? '-quick' : ''}`, {
    title: 'How the cost of one redirect grows',
    conditions,
    tables: [
      { title: 'One thing varied at a time', rows },
      { title: 'Waiting at 80 % of saturation, in an open loop', rows: waiting },
    ],
    notes: [
      'Unless stated otherwise: 0.3 KB, 64 connections, memory, one tenant. KB count the encoded payload of the token.',
      ...(redis ? [] : ['Redis was not measured: redis-server is not installed.']),
      steep.length === 0
        ? 'Nothing grows worse than linearly.'
        : `Worse than linear: ${steep.map(({ group, label }) => `${group} ${label}`).join(', ')}.`,
    ],
    measured: {
      points: Object.fromEntries(rows.map(({ What, ...row }) => [What, row])),
      waitingAt80Percent: Object.fromEntries(waiting.map(({ Server, ...row }) => [Server, row])),
    },
    chart: {
      title: `Processor time of one redirect in microseconds, Node ${conditions.node}`,
      bars: rows.map((row, at) => ({
        label: row.What,
        value: row['CPU µs/req'],
        isOurs: points.findIndex(({ group }) => group === points[at].group) === at,
      })),
    },
  });
}

// Compares the product with its peers: the same logins, in turn.
import { checkServer } from '../harness/checker.mjs';
import { startLoad } from '../harness/load.mjs';
import { nodeName } from '../harness/machine.mjs';
import { writeReport } from '../harness/report.mjs';
import { PEERS, product, start, stop } from '../harness/servers.mjs';
import { median, rounded } from '../harness/statistics.mjs';
import { newTenant } from '../harness/tokens.mjs';

const PAYLOAD_BYTES = 300;
const CONNECTIONS = 64;
const METRICS = [
  'requestsPerSecond',
  'cpuMicroseconds',
  'p50',
  'p99',
  'residentMegabytes',
  'generatorLoad',
  'othersLoad',
];

// A server is warm after V8 has compiled everything, which requires a number of requests. The warm-up also has a time
// limit.
const FULL = {
  rounds: 5,
  warmUp: { requests: 25_000, durationMs: 10_000 },
  rampMs: 250,
  durationMs: 1400,
  starts: 5,
  pool: 30_000,
};
const QUICK = {
  rounds: 3,
  warmUp: { requests: 8000, durationMs: 2500 },
  rampMs: 200,
  durationMs: 800,
  starts: 2,
  pool: 10_000,
};

function serversOf({ product: folder, beside, only }) {
  const all = {
    product: product(folder),
    ...(beside && { beside: product(beside, 'nestjs-auth-redirect, the other copy') }),
    ...PEERS,
  };
  const names = only?.split(',') ?? Object.keys(all);
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

/** Measures cold starts while nothing else runs. The servers take turns, so that other load affects all of them equally. */
async function coldStarts(servers, settings, times, calm) {
  const found = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  for (let round = 0; round < times; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      await calm.untilIdle();
      const running = await start(server, settings);
      found[name].push(running.startMs);
      await stop(running);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, each]) => [name, median(each)]));
}

/** Keeps all servers running during the turns of others: a start per round would measure compilers. */
async function rounds(servers, settings, plan, load, calm) {
  const running = {};
  for (const [name, server] of Object.entries(servers)) {
    running[name] = await start(server, settings);
    await checkServer(running[name]);
    await load.run(running[name], { pool: 'valid', connections: CONNECTIONS, rampMs: 0, ...plan.warmUp });
  }
  const measured = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    process.stdout.write(`Round ${round + 1} of ${plan.rounds}\n`);
    const results = {};
    for (const name of Object.keys(servers)) {
      const { rampMs, durationMs } = plan;
      const what = { pool: 'valid', connections: CONNECTIONS, rampMs, durationMs };
      results[name] = await calm.undisturbed(() => load.run(running[name], what));
    }
    measured.push(results);
  }
  await Promise.all(Object.values(running).map(stop));
  return measured;
}

/** Computes ratios within a round, because conditions differ between rounds. */
const ratio = (measured, metric, name, base) =>
  rounded(median(measured.map((round) => round[name][metric] / round[base][metric])));

function summaryOf(name, measured, starts) {
  const medians = METRICS.map((metric) => [metric, rounded(median(measured.map((round) => round[name][metric])))]);
  return { ...Object.fromEntries(medians), coldStartMs: rounded(starts[name]) };
}

function rowOf({ title }, summary, toRaw) {
  return {
    Server: title,
    'req/s': summary.requestsPerSecond,
    'to raw': toRaw.requestsPerSecond,
    'CPU µs/req': summary.cpuMicroseconds,
    'CPU to raw': toRaw.cpuMicroseconds,
    'p50 ms': summary.p50,
    'p99 ms': summary.p99,
    'RSS MB': summary.residentMegabytes,
    'cold start ms': summary.coldStartMs,
  };
}

function notesOf(servers, measured, starts) {
  const peers = Object.keys(servers).filter((name) => name !== 'product' && servers.product);
  const ahead = peers.map(
    (name) => `${ratio(measured, 'requestsPerSecond', 'product', name)} of ${servers[name].title}`,
  );
  const windows = measured.flatMap((round) => Object.values(round));
  const load = Math.max(...windows.map(({ generatorLoad }) => generatorLoad));
  const others = median(windows.map(({ othersLoad }) => othersLoad));
  return [
    ...(ahead.length > 0 ? [`Requests per second of nestjs-auth-redirect: ${ahead.join('; ')}.`] : []),
    ...(starts.raw && starts.product
      ? [`Cold start: ${rounded(starts.product / starts.raw)} times that of bare Node.`]
      : []),
    `The load generator was busy ${Math.round(load * 100)} % of its core at most.`,
    `Other processes used ${Math.round(others * 100)} % of a core.`,
    'The product logs, counts, remembers states and checks more than its peers do.',
  ];
}

export async function compare(options, conditions, calm) {
  const plan = options.quick ? QUICK : FULL;
  const servers = serversOf(options);
  const settings = { node: options.node, tenants: [newTenant()] };
  const starts = await coldStarts(servers, settings, plan.starts, calm);
  const load = startLoad();
  await load.pool({
    name: 'valid',
    kind: 'valid',
    tenants: settings.tenants,
    payloadBytes: PAYLOAD_BYTES,
    count: plan.pool,
  });
  const measured = await rounds(servers, settings, plan, load, calm);
  load.stop();
  const base = servers.raw ? 'raw' : Object.keys(servers)[0];
  const summaries = Object.fromEntries(Object.keys(servers).map((name) => [name, summaryOf(name, measured, starts)]));
  const ratios = Object.fromEntries(
    Object.keys(servers).map((name) => [
      name,
      Object.fromEntries(METRICS.map((metric) => [metric, ratio(measured, metric, name, base)])),
    ]),
  );
  const names = Object.keys(servers).sort((a, b) => summaries[b].requestsPerSecond - summaries[a].requestsPerSecond);
  writeReport(`${nodeName(conditions)}${options.quick ? '-quick' : ''}`, {
    title: 'One redirect, side by side',
    conditions,
    tables: [{ title: 'Medians', rows: names.map((name) => rowOf(servers[name], summaries[name], ratios[name])) }],
    notes: notesOf(servers, measured, starts),
    measured: {
      servers: summaries,
      [`ratiosTo${base[0].toUpperCase()}${base.slice(1)}`]: ratios,
      rounds: measured.map(roundedAll),
    },
    chart: {
      title: `Redirects per second on one core, Node ${conditions.node}`,
      bars: names.map((name) => ({
        label: servers[name].title,
        value: summaries[name].requestsPerSecond,
        isOurs: name === 'product',
      })),
    },
  });
}

const roundedAll = (round) =>
  Object.fromEntries(
    Object.entries(round).map(([name, result]) => [
      name,
      Object.fromEntries(Object.entries(result).map(([metric, value]) => [metric, rounded(value)])),
    ]),
  );

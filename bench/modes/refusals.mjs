// Checks that invalid requests do not cost more than logins.
import { checkServer } from '../harness/checker.mjs';
import { startLoad } from '../harness/load.mjs';
import { nodeName } from '../harness/machine.mjs';
import { writeReport } from '../harness/report.mjs';
import { product, start, stop } from '../harness/servers.mjs';
import { median, rounded } from '../harness/statistics.mjs';
import { newTenant } from '../harness/tokens.mjs';

const CONNECTIONS = 64;
const PAYLOAD_BYTES = 300;
const FULL = { rounds: 5, warmUp: { requests: 15_000, durationMs: 6000 }, durationMs: 2500 };
const QUICK = { rounds: 3, warmUp: { requests: 3000, durationMs: 2000 }, durationMs: 1000 };

/** Number of users: enough that none reaches the limit of refusals per minute. */
const POOL = 20_000;

const KINDS = {
  valid: 'valid tokens',
  badSignature: 'signed with another secret',
  malformed: 'malformed',
  expired: 'expired',
};

export async function refusals(options, conditions, calm) {
  const plan = options.quick ? QUICK : FULL;
  const tenants = [newTenant()];
  const server = await start(product(options.product), { node: options.node, tenants });
  await checkServer(server);
  const load = startLoad();
  const kinds = Object.keys(KINDS);
  for (const kind of kinds) {
    await load.pool({ name: kind, kind, tenants, payloadBytes: PAYLOAD_BYTES, count: POOL });
    await load.run(server, { pool: kind, connections: CONNECTIONS, rampMs: 0, ...plan.warmUp });
  }
  const measured = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    const results = {};
    for (const kind of kinds) {
      const what = { pool: kind, connections: CONNECTIONS, rampMs: 300, durationMs: plan.durationMs };
      results[kind] = await calm.undisturbed(() => load.run(server, what));
    }
    measured.push(results);
  }
  load.stop();
  await stop(server);
  const medianOf = (kind, metric) => rounded(median(measured.map((round) => round[kind][metric])));
  const toValid = (kind, metric) => rounded(median(measured.map((round) => round[kind][metric] / round.valid[metric])));
  const rows = kinds.map((kind) => ({
    Requests: KINDS[kind],
    'req/s': medianOf(kind, 'requestsPerSecond'),
    'to valid': toValid(kind, 'requestsPerSecond'),
    'CPU µs/req': medianOf(kind, 'cpuMicroseconds'),
    'p99 ms': medianOf(kind, 'p99'),
  }));
  writeReport(`${nodeName(conditions)}-refusals${options.quick ? '-quick' : ''}`, {
    title: 'Refusals compared with logins',
    conditions,
    tables: [{ title: 'Medians', rows }],
    notes: ['Each refusal is a page with a reference, a log line and a count, as browsers get it.'],
    measured: { kinds: Object.fromEntries(rows.map((row, at) => [kinds[at], row])) },
    chart: {
      title: `Answers per second on one core, Node ${conditions.node}`,
      bars: rows.map((row, at) => ({ label: row.Requests, value: row['req/s'], isOurs: at === 0 })),
    },
  });
}

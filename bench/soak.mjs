// npm run bench:soak -- --requests 1000000
// Checks that resident memory stays flat. Every request is a new login.
import { checkServer } from './harness/checker.mjs';
import { startLoad } from './harness/load.mjs';
import { readOptions } from './harness/options.mjs';
import { prepare } from './harness/prepare.mjs';
import { product, start, stop } from './harness/servers.mjs';
import { residentMegabytes } from './harness/processes.mjs';
import { median } from './harness/statistics.mjs';
import { newTenant } from './harness/tokens.mjs';

const STEP = 100_000;
const CONNECTIONS = 64;
const LIMIT_MEGABYTES = 160;
/** Maximum difference between the medians of both halves, in MB. Uncollected garbage varies more than that between samples. */
const GROWTH_MEGABYTES = 4;

const options = readOptions(
  { requests: { type: 'string', default: '1000000' }, minutes: { type: 'string', default: '15' } },
  'usage: npm run bench:soak -- [--requests <number>] [--minutes <number at most>] [--node <program>]',
);

function verdictOf(samples) {
  const middle = Math.floor(samples.length / 2);
  if (middle < 2) return { isFine: true, text: 'Too few samples to judge growth.' };
  const growth = median(samples.slice(middle)) - median(samples.slice(0, middle));
  const highest = Math.max(...samples);
  const isFine = growth <= GROWTH_MEGABYTES && highest <= LIMIT_MEGABYTES;
  const text = `${growth.toFixed(1)} MB from the first half to the second, ${highest.toFixed(1)} MB at most`;
  return {
    isFine,
    text: `${isFine ? 'Flat' : 'NOT flat and small'}: ${text} (limits: ${GROWTH_MEGABYTES}, ${LIMIT_MEGABYTES}).`,
  };
}

prepare(options.product);
const tenants = [newTenant()];
const server = await start(product(options.product), { node: options.node, tenants });
await checkServer(server);
const load = startLoad();
await load.freshPool({ name: 'fresh', kind: 'valid', tenants, payloadBytes: 300 });

const wanted = Number(options.requests);
const deadline = Date.now() + Number(options.minutes) * 60_000;
const samples = [];
process.stdout.write(`${residentMegabytes(server.pid).toFixed(1)} MB before\n`);
for (let answered = 0; answered < wanted && Date.now() < deadline;) {
  const {
    requests,
    requestsPerSecond,
    residentMegabytes: resident,
  } = await load.run(server, {
    pool: 'fresh',
    connections: CONNECTIONS,
    rampMs: 0,
    requests: Math.min(STEP, wanted - answered),
    durationMs: deadline - Date.now(),
  });
  answered += requests;
  samples.push(resident);
  const rate = Math.round(requestsPerSecond);
  process.stdout.write(`${resident.toFixed(1)} MB after ${answered} requests, ${rate} per second\n`);
}
load.stop();
await stop(server);

const { isFine, text } = verdictOf(samples);
process.stdout.write(`${text}\n`);
process.exit(isFine ? 0 : 1);

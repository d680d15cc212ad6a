// npm run bench:profile
// Writes a flame graph of the product under load to bench/reports/, and prints the functions with the most time.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkServer } from './harness/checker.mjs';
import { callTree, costliest, flameGraph, hottest } from './harness/flame-graph.mjs';
import { startLoad } from './harness/load.mjs';
import { readOptions, ROOT } from './harness/options.mjs';
import { prepare } from './harness/prepare.mjs';
import { product, start, stop } from './harness/servers.mjs';
import { newTenant } from './harness/tokens.mjs';

const REPORTS = join(ROOT, 'bench/reports');

const options = readOptions(
  { seconds: { type: 'string', default: '8' }, kind: { type: 'string', default: 'valid' } },
  'usage: npm run bench:profile -- [--seconds 8] [--kind valid | expired | badSignature | malformed] [--node <program>]',
);

/** Uses the clock of the profile. */
const now = () => Number(process.hrtime.bigint() / 1000n);

prepare(options.product);
const tenants = [newTenant()];
const folder = join(REPORTS, 'profile');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const flags = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', '500'];
const server = await start(product(options.product), { node: options.node, tenants, flags });
await checkServer(server);
const load = startLoad();
await load.pool({ name: 'pool', kind: options.kind, tenants, payloadBytes: 300, count: 20_000 });
await load.run(server, { pool: 'pool', connections: 64, rampMs: 0, durationMs: 3000 });
const from = now();
const { requests } = await load.run(server, {
  pool: 'pool',
  connections: 64,
  rampMs: 0,
  durationMs: Number(options.seconds) * 1000,
});
const until = now();
load.stop();
await stop(server);

const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
const tree = callTree(JSON.parse(readFileSync(join(folder, file), 'utf8')), { from, until });
writeFileSync(join(REPORTS, 'flame-graph.svg'), flameGraph(tree));
function print(title, functions) {
  process.stdout.write(`\n${title}\n`);
  for (const { name, share } of functions) {
    const each = ((share * tree.total) / requests).toFixed(2);
    process.stdout.write(`${(share * 100).toFixed(1).padStart(5)} %  ${each.padStart(6)} µs  ${name}\n`);
  }
}

print('Time without calls', hottest(tree, 40));
print('Time with calls: functions of the product', costliest(tree, 40));
process.stdout.write(
  `Of ${(tree.total / requests).toFixed(1)} µs per request. Written: bench/reports/flame-graph.svg, profile/${file}\n`,
);
process.exit(0);

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pinning } from './pinning.mjs';

/** Returns the conditions that affect the results. */
export function conditions(node, folder) {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    product: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version,
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    pinning,
  };
}

/** Returns `node24` for v24.21.0. */
export const nodeName = ({ node }) => `node${node.slice(1).split('.')[0]}`;

export const inWords = ({ date, product, node, processor, cores, memoryGigabytes, pinning: how }) =>
  `nestjs-auth-redirect ${product}, Node ${node}, ${processor} with ${cores} cores and ${memoryGigabytes} GB, ${how}, ${date}`;

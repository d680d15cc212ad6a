import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Options of all programs of the benchmark. */
const COMMON = {
  node: { type: 'string', default: process.execPath },
  product: { type: 'string', default: ROOT },
};

/** @param {import('node:util').ParseArgsOptionsConfig} own */
export function readOptions(own, usage) {
  try {
    const { values } = parseArgs({ options: { ...COMMON, ...own } });
    return { ...values, product: resolve(values.product) };
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}\n`);
    return process.exit(64);
  }
}

// npm run bench                        compares the product with its peers, about 3 minutes
// npm run bench -- --quick             the same in less than one minute
// npm run bench -- --refusals          the cost of many invalid requests
// npm run bench -- --growth            larger tokens, more connections, Redis, more tenants
// Options: --node <program>  --product <folder>  --beside <folder>  --only <names>  --patience <seconds>
import { calmness } from './harness/calm.mjs';
import { conditions } from './harness/machine.mjs';
import { readOptions } from './harness/options.mjs';
import { prepare } from './harness/prepare.mjs';
import { compare } from './modes/compare.mjs';
import { growth } from './modes/growth.mjs';
import { refusals } from './modes/refusals.mjs';

const USAGE = 'usage: npm run bench -- [--quick] [--refusals | --growth] [--node <program>] [--product <folder>]';

const options = readOptions(
  {
    quick: { type: 'boolean', default: false },
    refusals: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    beside: { type: 'string' },
    only: { type: 'string' },
    patience: { type: 'string' },
  },
  USAGE,
);
const mode = options.refusals ? refusals : options.growth ? growth : compare;

prepare(options.product);
const calm = calmness(Number(options.patience ?? (options.quick ? 5 : 60)) * 1000);
await mode(options, conditions(options.node, options.product), calm);
process.exit(0);

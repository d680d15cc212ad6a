import * as fc from 'fast-check';

/** Selects the same cases on every run. `FUZZ_SEED=random` or a number selects others. */
const DEFAULT_SEED = 20_261_126;

const { FUZZ_SEED = '', FUZZ_RUNS = '' } = process.env;
const HOUR = 3_600_000;

if (FUZZ_RUNS !== '') jest.setTimeout(24 * HOUR);

/**
 * Checks a property. A failure prints the seed, and the smallest case that was found.
 *
 * @param runs Number of cases; FUZZ_RUNS overrides it.
 */
export async function check<Case>(property: fc.IAsyncPropertyWithHooks<Case>, runs: number): Promise<void> {
  const seed = FUZZ_SEED === 'random' ? Date.now() : Number(FUZZ_SEED || DEFAULT_SEED);
  await fc.assert<Case>(property, {
    seed,
    numRuns: Number(FUZZ_RUNS || runs),
    // A case that hangs fails. Slow machines check fewer cases. Shrinking ends before the test's timeout, which would
    // hide the case.
    timeout: 15_000,
    interruptAfterTimeLimit: FUZZ_RUNS === '' ? 30_000 : 23 * HOUR,
  });
}

/** Any text without lone surrogates, often an edge case. */
export const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    'null',
    'a\0b',
    'a\r\nset-cookie: x=1',
    '%00',
    '%zz',
    '../../etc/passwd',
    '<script>alert(1)</script>',
    '" onfocus="alert(1)',
    '{{constructor}}',
    '${7*7}',
    '__proto__',
    'constructor',
    '\u202Ereversed',
    '\uFEFFmark',
    'e\u0301\u0301\u0301',
    'a'.repeat(3000),
  ),
);

/** Names of JavaScript object members, and arbitrary names. */
export const anyName = fc.oneof(
  fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'then', 'toJSON', 'length', 'name'),
  anyText,
);

/** Changes a text in one place, or cuts it. The result always differs. */
export function mutated(text: string, characters = 'AZaz09-_.=;%" '): fc.Arbitrary<string> {
  const alphabet = fc.constantFrom(...Array.from(characters));
  const at = fc.nat(text.length);
  return fc
    .oneof(
      fc.tuple(at, alphabet).map(([index, character]) => text.slice(0, index) + character + text.slice(index)),
      fc.tuple(at, alphabet).map(([index, character]) => text.slice(0, index) + character + text.slice(index + 1)),
      fc
        .tuple(at, fc.integer({ min: 1, max: 8 }))
        .map(([index, count]) => text.slice(0, index) + text.slice(index + count)),
      fc.tuple(at, at).map(([from, to]) => text.slice(Math.min(from, to), Math.max(from, to))),
      fc.tuple(at, at).map(([from, to]) => text + text.slice(Math.min(from, to), Math.max(from, to))),
    )
    .filter((changed) => changed !== text);
}

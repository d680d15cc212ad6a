import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { validateEnvironment } from '../../src/service/configuration/configuration.js';
import { ConfigurationError, type Environment } from '../../src/service/configuration/environment.js';
import { anyName, anyText, check, mutated } from '../harness/fuzz.js';
import { checkFiles } from '../harness/service-configuration.js';
import { ISSUER, PREVIOUS_SECRET, SECRET } from '../harness/tokens.js';

/** Limit of the CPU time of one configuration in milliseconds, many times the need of a valid one. */
const CPU_MAX_MS = 2000;

const TENANTS = {
  tenants: [
    {
      name: 'eu',
      issuers: [ISSUER, { issuer: 'login.example.com', continueUrl: 'https://login.example.com/continue' }],
      keys: { current: SECRET, previous: PREVIOUS_SECRET },
      branding: { name: 'Example', color: '#2743c9', logo: 'https://example.com/logo.svg' },
      continueTokenLifetime: 60,
      defaultSteps: ['terms'],
      signInUrl: 'https://example.com/',
      audience: 'steps',
    },
  ],
};
const STEPS = {
  terms: { title: { en: 'Terms', de: 'AGB' }, version: '1', url: 'https://example.com/terms' },
  profile: {
    title: 'Profile',
    fields: [
      { name: 'nickname', type: 'text', label: 'Nickname', pattern: '[a-z]+', minLength: 2, required: true },
      { name: 'size', type: 'number', label: { en: 'Size' }, min: 1, max: 9 },
      { name: 'color', type: 'select', label: 'Color', options: { red: 'Red', blue: { en: 'Blue' } } },
    ],
  },
};

/** A scalar, a list or an object of YAML or JSON, often of a wrong type. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  anyText,
  fc.constantFrom(null, 0, -1, Infinity, [], {}, [[]], [null], true),
);

/** Returns the content with a value or name replaced, removed or added. */
function changed(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return anything;
  const members = Object.entries(value);
  const replaced = fc
    .constantFrom(...members)
    .chain(([name, member]) => changed(member).map((next) => ({ ...value, [name]: next })));
  if (Array.isArray(value)) {
    const list = replaced.map((next) => Object.values(next));
    return fc.oneof(
      { weight: 3, arbitrary: list },
      anything,
      anything.map((next) => [...value, next]),
      fc.constant([...value, ...value]),
    );
  }
  const removed = fc
    .constantFrom(...members)
    .map(([name]) => Object.fromEntries(members.filter(([other]) => other !== name)));
  const added = fc.tuple(anyName, anything).map(([name, next]) => ({ ...value, [name]: next }));
  return fc.oneof({ weight: 5, arbitrary: replaced }, removed, added, anything);
}

const written = (value: unknown): fc.Arbitrary<string> =>
  fc.constantFrom(
    JSON.stringify(value) ?? '',
    stringify(value),
    stringify(value, { defaultStringType: 'QUOTE_SINGLE' }),
  );

/** Replaces a colon by a comma: the name becomes a member without a value, and the value a name. */
function withComma(sound: unknown): fc.Arbitrary<string> {
  const text = JSON.stringify(sound);
  const names = [...new Set(text.match(/"\w+":/g))];
  return fc.constantFrom(...names).map((name) => text.replace(name, name.replace(':', ',')));
}

/** YAML features that JSON lacks, and texts that exhaust naive parsers. */
const TRICKS = [
  '',
  '---\n...\n---\n',
  'a: &a [*a]',
  `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`).join('\n')}`,
  'tenants: &t\n  - <<: *t\n',
  'tenants: !!js/function "function () { process.exit() }"',
  'tenants: !!set { a, b }',
  'terms: !!binary aGVsbG8=',
  'terms: 2026-01-01',
  '? [complex, key]\n: x',
  '? {a: 1}\n: x',
  '%YAML 9.9\n---\nterms: {}',
  '\ttabs: x',
  '['.repeat(5000),
  '{a: '.repeat(2000),
  `${'- '.repeat(5000)}x`,
  ...[100, 1000, 3000].map((depth) => `tenants: [{name: ${'['.repeat(depth)}${']'.repeat(depth)}}]`),
  'terms: {<<: {title: T, version: "1", text: x}}',
  'constructor: {}\ntoString: {}\n__proto__: {terms: {}}',
  '"a\\nb": {}',
  'terms: "\\u0000"',
  `x: ${'9'.repeat(2000)}`,
  `"${'k'.repeat(20_000)}": {}`,
];
const textOf = (sound: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: changed(sound).chain(written) },
    {
      weight: 2,
      arbitrary: written(sound).chain((text) => mutated(text, '&*!|>%@`"\'{}[]:-,?#~ \n\t0\0')),
    },
    { weight: 4, arbitrary: written(sound) },
    { weight: 2, arbitrary: withComma(sound) },
    { weight: 2, arbitrary: fc.constantFrom(...TRICKS) },
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json(),
  );

describe('any TENANTS_FILE and STEPS_FILE', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string): string {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  }

  /** Returns the problems of an error, which must be readable for an operator. */
  function expectReadableProblems(thrown: unknown): void {
    if (!(thrown instanceof ConfigurationError)) throw thrown;
    expect(thrown.problems.length).toBeGreaterThan(0);
    for (const problem of thrown.problems) {
      expect(problem).toMatch(/^[A-Z][A-Z0-9_]+ \P{Cc}+$/u);
      expect(problem).not.toContain(SECRET);
      expect(problem).not.toContain(PREVIOUS_SECRET);
    }
  }

  it('are valid, or are rejected quickly with one line for each problem and no secret', async () => {
    let [sound, refused] = [0, 0];
    // The service checks steps only if the rest is valid.
    const unknownStep = anyText.map((id) => ({ tenants: [{ ...TENANTS.tenants[0], defaultSteps: [id] }] }));
    const tenantsText = fc.oneof({ weight: 8, arbitrary: textOf(TENANTS) }, unknownStep.chain(written));
    const property = fc.asyncProperty(tenantsText, textOf(STEPS), async (tenants, steps) => {
      const before = process.cpuUsage();
      const variables = { TENANTS_FILE: file('tenants', tenants), STEPS_FILE: file('steps', steps) };
      let environment: Environment | undefined;
      try {
        environment = validateEnvironment(variables);
        await checkFiles(environment);
        sound += 1;
      } catch (error) {
        refused += 1;
        expectReadableProblems(error);
      }
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(CPU_MAX_MS);
    });
    await check(property, 250);
    expect(sound).toBeGreaterThan(5);
    expect(refused).toBeGreaterThan(50);
  });
});

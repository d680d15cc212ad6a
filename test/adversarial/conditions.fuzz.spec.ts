import * as fc from 'fast-check';
import { Condition, ConditionCompiler, type Verdict } from '../../src/auth-redirect/steps/condition.js';
import { anyName, anyText, check } from '../harness/fuzz.js';

const CONDITIONS = [
  'claims.a == true',
  'claims.a.b.c == 1',
  'claims.a > 3 && claims.b < 3',
  '"x" in claims.a',
  'claims.a.exists(x, x.b == "c")',
  'claims.a.filter(x, x == claims.b).size() > 1',
  'size(claims.a) > 2',
  'int(claims.a) > 2',
  'timestamp(claims.a) < timestamp("2026-01-01T00:00:00Z")',
  'claims.a.startsWith(claims.b)',
  'claims.a ? claims.b == 1 : claims.c == 1',
  'has(earlier.terms) && earlier.terms.a == claims.a',
];
const OPPOSITES: Readonly<Record<Verdict['type'], Verdict['type']>> = {
  met: 'unmet',
  unmet: 'met',
  failed: 'failed',
  open: 'open',
};

const anyMember = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c') }, anyName);
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false, 0, 1, -1, 1e300, 'x', '2025-01-01T00:00:00Z'),
    anyText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyMember, tie('value'), { maxKeys: 4 }),
  ),
})).value;
/** Claims parsed like those of a token: `__proto__` is an ordinary member. */
const anyClaims = fc.dictionary(anyMember, anyValue).map((claims) => JSON.parse(JSON.stringify(claims)));

const WORDS = [
  ...['claims', 'earlier', 'exists', 'has', 'duration', '.', 'a', '[', ']', '(', ')', '"x"', '==', '&&', '!', ' ', ','],
  ...['1', '?', ':', 'in', '-', '{', '}', '\\', "'", '\n', '0x', '1e', 'r"', '"""', '//', 'b"', '1u'],
];

describe('a condition', () => {
  let compiler: ConditionCompiler;
  beforeAll(async () => {
    compiler = await ConditionCompiler.load();
  });

  it('never skips a step by mistake: whatever the claims are, it is false only if its opposite is true', async () => {
    const judge = (text: string, claims: object): Verdict['type'] => {
      const compiled = compiler.compile(text);
      if (!(compiled instanceof Condition)) throw new Error(compiled.join('\n'));
      return compiled.judge({ claims: { ...claims }, tenant: 'shop', locale: 'en', earlier: { terms: claims } }, [])
        .type;
    };
    await check(
      fc.asyncProperty(fc.constantFrom(...CONDITIONS), anyClaims, async (text, claims) => {
        expect(judge(`!(${text})`, claims)).toBe(OPPOSITES[judge(text, claims)]);
      }),
      300,
    );
  });

  it('compiles, or is refused with a reason, whatever its text is', async () => {
    await check(
      fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom(...WORDS), anyText), { maxLength: 30 }), async (words) => {
        const compiled = compiler.compile(words.join(''));
        expect(compiled instanceof Condition || compiled.length > 0).toBe(true);
      }),
      300,
    );
  });
});

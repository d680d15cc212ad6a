import { readFileSync } from 'node:fs';
import {
  Condition,
  ConditionCompiler,
  type ConditionVariables,
  type Verdict,
} from '../../src/auth-redirect/steps/condition.js';

describe('a condition', () => {
  let compiler: ConditionCompiler;
  beforeAll(async () => {
    compiler = await ConditionCompiler.load();
  });

  const condition = (text: string): Condition => {
    const compiled = compiler.compile(text);
    if (compiled instanceof Condition) return compiled;
    throw new Error(compiled.join('\n'));
  };
  const judge = (text: string, variables: Partial<ConditionVariables> = {}, pending: string[] = []): Verdict =>
    condition(text).judge({ claims: {}, tenant: 'shop', locale: 'en', earlier: {}, ...variables }, pending);

  it.each<[string, Partial<ConditionVariables>]>([
    ['claims.age >= 18', { claims: { age: 18 } }],
    ['claims.logins > 3 && !has(claims.terms)', { claims: { logins: 4 } }],
    ['has(claims.terms) && claims.terms.version != "2026-11"', { claims: { terms: { version: '2025-01' } } }],
    ['"admin" in claims.roles', { claims: { roles: ['user', 'admin'] } }],
    ['claims.roles.exists(role, role.startsWith("adm"))', { claims: { roles: ['user', 'admin'] } }],
    [
      'claims.orgs.filter(org, org.active == true).size() > 1',
      { claims: { orgs: [{ active: true }, {}, { active: true }].map((org) => ({ active: false, ...org })) } },
    ],
    ['claims.email.lowerAscii().endsWith("@example.com")', { claims: { email: 'Ada@Example.COM' } }],
    ['tenant == "shop" && locale in ["en", "de"]', {}],
    ['has(earlier.terms) && earlier.terms.version == "2"', { earlier: { terms: { version: '2' } } }],
    [
      '"email-code" in earlier && earlier["email-code"].email == "a@b.example"',
      { earlier: { 'email-code': { email: 'a@b.example' } } },
    ],
    [
      'timestamp(int(claims.iat)) - timestamp(claims.checked) > duration("24h")',
      { claims: { iat: 1_800_000_000, checked: '2026-11-23T10:59:05.900Z' } },
    ],
    ['claims.iat - claims.checked > 86400.0', { claims: { iat: 1_800_000_000, checked: 1_700_000_000 } }],
  ])('is met: %s', (text, variables) => {
    expect(judge(text, variables)).toEqual({ type: 'met' });
    expect(judge(`!(${text})`, variables)).toEqual({ type: 'unmet' });
  });

  it('reads the results of the steps that it names', () => {
    const { reads } = condition('has(earlier.terms) || "email-code" in earlier || earlier["profile"].vip == true');
    expect(reads).toEqual(['terms', 'email-code', 'profile']);
  });

  it('is open until the steps that it reads are done', () => {
    expect(judge('has(earlier.terms)', {}, ['profile', 'terms'])).toEqual({ type: 'open', until: 'terms' });
    expect(judge('has(earlier.terms)', {}, ['profile'])).toEqual({ type: 'unmet' });
  });

  it.each([
    ['claims.age >', 'is not a valid condition: Unexpected token: EOF, at character 13'],
    ['claim.age > 1', 'uses the unknown variable claim: did you mean claims?, at character 1'],
    ['true || now > 1', 'uses the unknown variable now (known: claims, tenant, locale, earlier), at character 9'],
    ['claims.a.startWith("x")', 'uses the unknown function startWith: did you mean startsWith?, at character 1'],
    ['claims.a', 'can have values other than true and false: write a comparison, like claims.vip == true'],
    ['claims.a ? claims.b : true', 'can have values other than true and false'],
    ['tenant', 'has the type string, not bool: write a comparison'],
    ['tenant == 1', 'is not a valid condition: no such overload: string == int, at character 1'],
    ['earlier.size() > 1', 'uses earlier as a whole: name a step, like earlier.terms, at character 1'],
    ['earlier[claims.step] == 1', 'uses earlier as a whole'],
    ['claims.step in earlier', 'uses earlier as a whole'],
    ['[earlier].exists(e, e.terms == 1)', 'uses earlier as a whole'],
    ['claims.l.exists(earlier, earlier.terms == 1)', 'uses the variable earlier as the name of the elements in exists'],
    ['claims.l.exists(x, claims.m.exists(y, x == y))', 'uses exists inside another all, exists, exists_one or filter'],
    ['claims.l.exists(x, claims.m.filter(y, x == y).size() > 1)', 'uses filter inside another'],
    ['claims.l.map(x, x + x).size() > 1', 'uses the unknown function map'],
    ['claims.a.matches("(a+)+$")', 'uses the unknown function matches'],
    ['cel.bind(x, claims.a, x == 1)', 'uses the unknown variable cel'],
    ['claims.a.split(",").size() > 1', 'uses the unknown function split'],
    ['claims.a.join(claims.b) == "x"', 'uses the unknown function join'],
    ['type(claims.a) == string', 'uses the unknown function type'],
    ['duration(claims.d) > duration("1s")', 'uses duration without a text like "24h" or "1h30m" in it'],
    ['timestamp(claims.t).getHours("Europe/Berlin") > 8', 'uses the unknown function getHours'],
    ['constructor.constructor("return process")() == 1', 'is not a valid condition'],
    ['process.exit() == 1', 'uses the unknown variable process'],
    ['globalThis == 1', 'uses the unknown variable globalThis'],
    ['`', 'is not a valid condition: Unexpected character'],
  ])('is refused at startup: %s', (text, problem) => {
    const compiled = compiler.compile(text);
    expect(compiled).not.toBeInstanceOf(Condition);
    expect(compiled).toContainEqual(expect.stringContaining(problem));
  });

  it.each([
    ['parentheses', `${'('.repeat(400)}true${')'.repeat(400)}`, 'is not a valid condition: Exceeded maxDepth (50)'],
    ['negations', `${'!'.repeat(990)}true`, 'is not a valid condition: Exceeded maxAstNodes (500)'],
    ['elements', `claims.a in [${'1,'.repeat(480)}1]`, 'is not a valid condition: Exceeded max'],
    ['digits', `duration("${'1'.repeat(900)}s") > duration("1s")`, 'uses duration without a text'],
  ])('is refused at startup for too many %s', (_name, text, problem) => {
    expect(compiler.compile(text)).toContainEqual(expect.stringContaining(problem));
  });

  it.each<[string, string, ConditionVariables['claims'], string]>([
    ['a claim that is missing', 'claims.age > 17', {}, 'no_such_key at character 8'],
    [
      'a claim of another type',
      'claims.roles.exists(role, role == "a")',
      { roles: 'a' },
      'invalid_comprehension_range at character',
    ],
    ['a text instead of a number', 'claims.age > 17', { age: '18' }, 'no_such_overload'],
    ['a claim that is no boolean', 'has(claims.vip) && claims.vip', { vip: 'secret-value' }, 'invalid_logical_operand'],
    ['a member that JSON cannot hide', 'claims.__proto__.x == 1', JSON.parse('{"a":1}'), 'no_such_key'],
    ['a claim named constructor', 'claims.x.y == 1', { x: { constructor: 'secret-value', y: 1 } }, 'unsupported_type'],
    ['a function of the prototype', 'claims.toString == "x"', {}, 'no_such_key'],
    [
      'a timestamp that is none',
      'timestamp(claims.t) > timestamp("2026-01-01T00:00:00Z")',
      { t: 'secret-value-secret-value' },
      'invalid_timestamp',
    ],
    [
      'claims that are deeper than the stack',
      'claims.a == claims.b',
      { a: nested(200_000), b: nested(200_000) },
      'RangeError',
    ],
  ])('fails for %s, and its failure quotes no value', (_name, text, claims, failure) => {
    const verdict = judge(text, { claims });
    expect(verdict).toEqual({ type: 'failed', failure: expect.stringContaining(failure) });
    expect(JSON.stringify(verdict)).not.toContain('secret');
  });

  it('finds no prototype in claims that have one of their own', () => {
    const claims = JSON.parse('{"__proto__": {"vip": true}, "constructor": {"vip": true}}');
    expect(judge('has(claims.vip)', { claims })).not.toEqual({ type: 'met' });
  });

  it('compiles if it is one of docs/steps/conditions.md', () => {
    const document = readFileSync('docs/steps/conditions.md', 'utf8');
    const rows = document.slice(document.indexOf('| Goal |'), document.indexOf('Numbers of claims'));
    const shown = [...rows.matchAll(/\| `(.+)` \|$/gm)].map(([, text = '']) => text.replaceAll('\\|', '|'));
    expect(shown).toHaveLength(5);
    for (const text of shown) expect(compiler.compile(text)).toBeInstanceOf(Condition);
    const variables = { claims: { email: 'a@example.org', iat: 1_800_000_000, checked_at: 1_700_000_000 } };
    expect(shown.slice(1, 3).map((text) => judge(text, variables))).toEqual([{ type: 'met' }, { type: 'met' }]);
  });

  it('ends in time, whatever it costs, and works again afterwards', () => {
    const text = `claims.a.exists(x, ${Array(30).fill('(x in claims.a && false)').join('||')})`;
    const expensive = condition(text);
    const variables = {
      claims: { a: Array.from({ length: 4000 }, (_, index) => index) },
      tenant: '',
      locale: '',
      earlier: {},
    };
    const started = performance.now();
    expect(expensive.judge(variables, [])).toEqual({ type: 'failed', failure: 'it takes longer than 500 ms' });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(expensive.judge({ ...variables, claims: { a: [1] } }, [])).toEqual({ type: 'unmet' });
  });
});

function nested(depth: number): object {
  let value = {};
  for (let index = 0; index < depth; index += 1) value = { a: value };
  return value;
}

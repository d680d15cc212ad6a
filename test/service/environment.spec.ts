import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validatedOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { tenantsOf } from '../../src/auth-redirect/tenants/tenants-of.js';
import { validateEnvironment } from '../../src/service/configuration/configuration.js';
import { thrownBy } from '../harness/continue-tokens.js';
import { checkFiles } from '../harness/service-configuration.js';
import { ISSUER, PREVIOUS_SECRET, SECRET } from '../harness/tokens.js';

const SOUND = { AUTH0_ISSUER: ISSUER, AUTH0_SESSION_SECRET: SECRET };
const problemsWith = (variables: Record<string, unknown>): readonly string[] =>
  (thrownBy(() => validateEnvironment(variables)) as { problems: readonly string[] }).problems;

describe('the environment', () => {
  let folder: string;
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'environment-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has defaults for all but issuer and secret', () => {
    expect(validateEnvironment(SOUND)).toEqual({
      ...SOUND,
      options: { issuer: ISSUER, secret: SECRET, branding: {} },
      HOST: '0.0.0.0',
      PORT: 3000,
      LOG_LEVEL: 'info',
      DRAIN_DELAY_MS: 0,
      SHUTDOWN_DEADLINE_MS: 5000,
      READY_NEEDS_REDIS: false,
      REFUSALS_PER_MINUTE_SUBJECT: 1000,
      MAX_CONNECTIONS: 1000,
      MAX_CONNECTIONS_PER_ADDRESS: 0,
      readyMadeSteps: [],
    });
  });

  it('treats an empty variable as not set', () => {
    const empty = {
      PORT: '',
      HOST: '',
      SIGN_IN_URL: '',
      AUTH0_SESSION_SECRET_PREVIOUS: '',
      AUTH0_SESSION_SECRET_FILE: '',
    };
    expect(validateEnvironment({ ...SOUND, ...empty })).toEqual(validateEnvironment(SOUND));
  });

  it.each([
    ['1', 1],
    ['10.0.0.0/8, loopback', ['10.0.0.0/8', 'loopback']],
    ['fd00::/8', ['fd00::/8']],
  ])('trusts X-Forwarded-For from the proxies %j', (TRUST_PROXY, trusted) => {
    expect(validateEnvironment({ ...SOUND, TRUST_PROXY }).TRUST_PROXY).toEqual(trusted);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['', false],
  ])('makes readiness depend on Redis, or not: %j', (READY_NEEDS_REDIS, needed) => {
    const variables = { ...SOUND, REDIS_URL: 'redis://redis', READY_NEEDS_REDIS };
    expect(validateEnvironment(variables).READY_NEEDS_REDIS).toBe(needed);
    const byFile = { ...SOUND, REDIS_URL_FILE: file('redis-url', 'redis://redis\n'), READY_NEEDS_REDIS };
    expect(validateEnvironment(byFile).READY_NEEDS_REDIS).toBe(needed);
  });

  it('parses numbers', () => {
    const { PORT, CONTINUE_TOKEN_LIFETIME } = validateEnvironment({
      ...SOUND,
      PORT: '8080',
      CONTINUE_TOKEN_LIFETIME: '120',
    });
    expect({ PORT, CONTINUE_TOKEN_LIFETIME }).toEqual({ PORT: 8080, CONTINUE_TOKEN_LIFETIME: 120 });
  });

  it('reads secrets from files, without the line break that an editor adds', async () => {
    const environment = validateEnvironment({
      AUTH0_ISSUER: ISSUER,
      AUTH0_SESSION_SECRET_FILE: file('current', `${SECRET}\n`),
      AUTH0_SESSION_SECRET_PREVIOUS_FILE: file('previous', PREVIOUS_SECRET),
    });
    const [tenant] = tenantsOf(validatedOptions(environment.options), () => {});
    expect(tenant?.keyRing.secrets).toEqual({ current: SECRET, previous: PREVIOUS_SECRET });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a missing issuer', { AUTH0_ISSUER: undefined }, 'AUTH0_ISSUER is missing'],
    [
      'a placeholder',
      { AUTH0_SESSION_SECRET: 'RANDOM-256-BITS-SECRET-0123456789' },
      'AUTH0_SESSION_SECRET is a placeholder',
    ],
    ['plain http', { AUTH0_CONTINUE_URL: 'http://example.com/continue' }, 'AUTH0_CONTINUE_URL is not an https URL'],
    ['no such page', { CONTINUE_PAGE: 'click' }, 'CONTINUE_PAGE is neither automatic nor manual'],
    ['no port', { PORT: '3000x' }, 'PORT is not a port'],
    [
      'a color that nobody can read',
      { BRAND_COLOR: '#ffee00' },
      'BRAND_COLOR has a contrast of 1.20 to #ffffff, WCAG 2.2 requires 4.5',
    ],
    ['a logo over http', { BRAND_LOGO: 'http://cdn.example.com/a.png' }, 'BRAND_LOGO is neither an https nor a data:'],
    ['a long name', { BRAND_NAME: 'x'.repeat(61) }, 'BRAND_NAME is not a text of 1 to 60 characters'],
    ['help by script', { SUPPORT_URL: 'javascript:alert(1)' }, 'SUPPORT_URL is not an https URL'],
    ['a public address with a query', { PUBLIC_URL: 'https://a.example/redirect?x' }, 'PUBLIC_URL has a query'],
    ['a negative port', { PORT: '-1' }, 'PORT is not a port'],
    ['a port too high', { PORT: '65536' }, 'PORT is not a port'],
    ['no address', { HOST: 'every where' }, 'HOST is not an address to listen on'],
    ['no level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL is none of silent, fatal, error, warn, info, debug, trace'],
    ['a short life', { CONTINUE_TOKEN_LIFETIME: '59' }, 'CONTINUE_TOKEN_LIFETIME is not a whole number of seconds'],
    [
      'a life in minutes',
      { CONTINUE_TOKEN_LIFETIME: '5m' },
      'CONTINUE_TOKEN_LIFETIME is not a whole number of seconds',
    ],
    ['a Redis over http', { REDIS_URL: 'http://redis:secret@redis.example' }, 'REDIS_URL '],
    [
      'no deadline',
      { REDIS_DEADLINE_MS: '0' },
      'REDIS_DEADLINE_MS is not a whole number from 10 to 10000 (milliseconds)',
    ],
    ['no policy', { REDIS_WHEN_UNAVAILABLE: 'deny' }, 'REDIS_WHEN_UNAVAILABLE is neither allow nor refuse'],
    [
      'no deadline of the end',
      { SHUTDOWN_DEADLINE_MS: '99' },
      'SHUTDOWN_DEADLINE_MS is not a whole number from 100 to',
    ],
    [
      'a deadline in seconds',
      { SHUTDOWN_DEADLINE_MS: '30s' },
      'SHUTDOWN_DEADLINE_MS is not a whole number from 100 to',
    ],
    [
      'neither yes nor no',
      { READY_NEEDS_REDIS: 'yes', REDIS_URL: 'redis://redis' },
      'READY_NEEDS_REDIS is neither true nor false',
    ],
    [
      'readiness by a Redis that is not configured',
      { READY_NEEDS_REDIS: 'true' },
      'READY_NEEDS_REDIS is true, and REDIS_URL is not set',
    ],
    ['no number of refusals', { REFUSALS_PER_MINUTE_ADDRESS: 'many' }, 'REFUSALS_PER_MINUTE_ADDRESS is not a whole'],
    ['trust in everybody', { TRUST_PROXY: 'true' }, 'TRUST_PROXY is neither a number of proxies (1) nor a list'],
    ['trust in a host', { TRUST_PROXY: 'proxy.example.com' }, 'TRUST_PROXY is neither'],
    ['trust in every network', { TRUST_PROXY: '0.0.0.0/0' }, 'TRUST_PROXY is neither'],
    ['no link', { SIGN_IN_URL: 'app.example.com' }, 'SIGN_IN_URL is not an https URL'],
    ['a secret in quotes', { AUTH0_SESSION_SECRET: `"${SECRET}"` }, 'AUTH0_SESSION_SECRET is in quotes'],
    [
      'a secret with half of its quotes',
      { AUTH0_SESSION_SECRET: `${SECRET}"` },
      'AUTH0_SESSION_SECRET has a quote at one',
    ],
    ['an audience in quotes', { AUTH0_SESSION_AUDIENCE: "'us'" }, 'AUTH0_SESSION_AUDIENCE is in quotes'],
    ['an address of Redis in quotes', { REDIS_URL: '"redis://redis"' }, 'REDIS_URL is in quotes'],
    [
      'a secret twice',
      { AUTH0_SESSION_SECRET_FILE: '/dev/null' },
      'AUTH0_SESSION_SECRET and AUTH0_SESSION_SECRET_FILE are both set',
    ],
    [
      'a secret and a directory',
      { AUTH0_SESSION_SECRET_DIRECTORY: '/run/secrets' },
      'AUTH0_SESSION_SECRET_DIRECTORY and AUTH0_SESSION_SECRET are both set',
    ],
    ['one tenant and a file of tenants', { TENANTS_FILE: '/none' }, 'TENANTS_FILE and AUTH0_ISSUER are both set'],
  ])('refuses %s in one line that names the variable', (_name, variables, problem) => {
    const problems = problemsWith({ ...SOUND, ...variables });
    expect(problems[0]?.slice(0, problem.length)).toBe(problem);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'an unreadable file',
      { AUTH0_SESSION_SECRET_FILE: '/none' },
      'AUTH0_SESSION_SECRET_FILE names a file that does not exist (ENOENT)',
    ],
    [
      'what is no file',
      { AUTH0_SESSION_SECRET_FILE: '/dev/null' },
      'AUTH0_SESSION_SECRET_FILE names a path that is not a regular file',
    ],
    [
      'a directory without secrets',
      { AUTH0_SESSION_SECRET_DIRECTORY: '/var/empty' },
      'AUTH0_SESSION_SECRET_DIRECTORY: current names a file that does not exist (ENOENT)',
    ],
    [
      'a missing CA',
      { AUTH0_SESSION_SECRET: SECRET, REDIS_URL: 'rediss://localhost', REDIS_CA_FILE: '/none' },
      'REDIS_CA_FILE names a file that does not exist',
    ],
    [
      'no directory of views',
      { AUTH0_SESSION_SECRET: SECRET, VIEWS_DIRECTORY: '/none' },
      'VIEWS_DIRECTORY names a directory that does not exist (ENOENT)',
    ],
    [
      'no directory of texts',
      { AUTH0_SESSION_SECRET: SECRET, LOCALES_DIRECTORY: '/none' },
      'LOCALES_DIRECTORY names a directory that does not exist (ENOENT)',
    ],
  ])('refuses %s, and names the variable', async (_name, variables, problem) => {
    await expect(checkFiles(validateEnvironment({ AUTH0_ISSUER: ISSUER, ...variables }))).rejects.toMatchObject({
      problems: [expect.stringContaining(problem)],
    });
  });

  it('refuses a binary file, which would silently become another key', async () => {
    const binary = join(folder, 'binary');
    writeFileSync(binary, Buffer.concat([Buffer.of(0xff, 0xfe, 0x80), Buffer.from(SECRET)]));
    const environment = validateEnvironment({ AUTH0_ISSUER: ISSUER, AUTH0_SESSION_SECRET_FILE: binary });
    await expect(checkFiles(environment)).rejects.toMatchObject({
      problems: ['AUTH0_SESSION_SECRET_FILE names a file that is not UTF-8 text'],
    });
  });

  it.each([
    ['AUTH0_SESSION_SECRET_FILE', 'AUTH0_SESSION_SECRET_FILE holds a secret that is in quotes'],
    ['AUTH0_SESSION_SECRET_PREVIOUS_FILE', 'AUTH0_SESSION_SECRET_PREVIOUS_FILE holds a secret that is in quotes'],
  ])('refuses quotes around the secret in %s, and does not repeat it', async (variable, problem) => {
    const variables = { AUTH0_SESSION_SECRET: SECRET, [variable]: file('quoted', `'${PREVIOUS_SECRET}'\n`) };
    if (variable === 'AUTH0_SESSION_SECRET_FILE') variables.AUTH0_SESSION_SECRET = '';
    const environment = validateEnvironment({ AUTH0_ISSUER: ISSUER, ...variables });
    const { problems } = (await checkFiles(environment).catch((error: unknown) => error)) as { problems: string[] };
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain(PREVIOUS_SECRET);
  });

  describe('with a file of tenants', () => {
    const TENANT = `name: shop
    issuers: [shop.eu.auth0.com, {issuer: "https://login.shop.example/"}]
    keys: {currentVariable: SHOP_SECRET}`;

    it('configures them, with secrets from the environment', async () => {
      const tenantsFile = file('tenants.yaml', `tenants:\n  - ${TENANT}\n    branding: {name: Shop}\n`);
      const environment = validateEnvironment({ TENANTS_FILE: tenantsFile, SHOP_SECRET: SECRET });
      await checkFiles(environment);
      expect(environment.options.tenants).toMatchObject([{ name: 'shop', keys: { current: SECRET } }]);
    });

    it('uses the default of an empty option, also in a section', async () => {
      const issuers = '[{issuer: shop.eu.auth0.com, continueUrl: }]';
      const keys = '{currentVariable: SHOP_SECRET, directory: , previous: }';
      const tenant = `{name: shop, issuers: ${issuers}, keys: ${keys}, branding: {name: Shop, color: }, defaultSteps: }`;
      const environment = validateEnvironment({
        TENANTS_FILE: file('empty.yaml', `tenants: [${tenant}]`),
        SHOP_SECRET: SECRET,
      });
      await checkFiles(environment);
      expect(tenantsOf(environment.options, () => undefined)).toMatchObject([
        { continueUrl: 'https://shop.eu.auth0.com/continue', defaultSteps: undefined, brand: { name: 'Shop' } },
      ]);
    });

    it.each([
      [
        'a misspelled option',
        `${TENANT}\n    sginInUrl: x`,
        'TENANTS_FILE tenants[0] (shop).sginInUrl is not a known option: did you mean signInUrl?',
      ],
      [
        'a wrong option',
        `${TENANT}\n    branding: {color: "#ffffff"}`,
        'TENANTS_FILE tenants[0] (shop).branding.color has',
      ],
      [
        'a variable that is not set',
        TENANT.replace('SHOP_', 'NO_'),
        'TENANTS_FILE tenants[0] (shop).keys.currentVariable names the variable NO_SECRET, which is not set',
      ],
      ['no tenant', 'shop', 'TENANTS_FILE tenants[0] is not a tenant'],
    ])('is refused for %s', (_name, tenant, problem) => {
      const tenantsFile = file('broken.yaml', `tenants:\n  - ${tenant}\n`);
      expect(problemsWith({ TENANTS_FILE: tenantsFile, SHOP_SECRET: SECRET })).toContainEqual(
        expect.stringContaining(problem),
      );
    });

    it.each([
      ['no list', 'tenants: shop', 'TENANTS_FILE tenants is a text, not a list of tenants'],
      ['another name', 'tenant: []\ntenants: []', 'TENANTS_FILE tenant is not a known option: did you mean tenants?'],
      ['no list', 'tenants: {shop: 1}', 'TENANTS_FILE tenants is not a list of tenants'],
      ['no tenants', 'tenants: []', 'TENANTS_FILE tenants is empty'],
      ['a list in the list of tenants', 'tenants: [[]]', 'TENANTS_FILE tenants[0] is not a tenant'],
      ['an open brace', '{', 'line 1, column 2'],
      ['a key twice', 'tenants: []\nbrand: 1\ntenants: []', 'line 3, column 1'],
      ['a tab', 'tenants:\n\t- name: s3cret-text', 'line 2, column 1'],
      ['a wrong indent', 'tenants:\n  - name: shop\n   keys: s3cret-text', 'line 3, column 1'],
      ['an alias of nothing', 'tenants: *s3cret-text', ''],
      ['an unknown tag', 'tenants: !s3cret-text []', 'line 1, column 10'],
      ['an alias of its own parent', 'tenants: &all [*all]', ''],
      ['a name with a line break', 'tenants: []\n"a\\nb": 1', 'TENANTS_FILE (an invalid name) is not a known option'],
      [
        'a step instead of a list of them',
        `tenants: [{name: a, issuers: [a.example], keys: {current: ${SECRET}}, defaultSteps: terms}]`,
        'TENANTS_FILE tenants[0] (a).defaultSteps is a text, not a list of step ids',
      ],
      [
        'a comma where a colon belongs, so that the secret becomes a name',
        `tenants: [{name: a, issuers: [a.example], keys: {current, ${SECRET}}}]`,
        'TENANTS_FILE tenants[0] (a).keys.(an invalid name) is not a known option',
      ],
      ['JSON without a comma', '{\n "tenants": []\n "x": "s3cret-text"\n}', 'line 3, column 2'],
    ])('is refused for %s in it, without its content', (_name, content, problem) => {
      const path = file('broken.yaml', content);
      const isSyntax = problem === '' || problem.startsWith('line');
      const where = [path, problem].filter(Boolean).join(', ');
      const line = isSyntax ? `TENANTS_FILE names a file that cannot be read as YAML or JSON: ${where}` : problem;
      const problems = problemsWith({ TENANTS_FILE: path });
      expect(problems).toContain(line);
      expect(problems.join()).not.toContain('s3cret');
    });

    it.each([
      ['SHOP_SECRT', ' SHOP_SECRT'],
      [PREVIOUS_SECRET, ''],
      ['MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZ', ''],
      ['3f1c9a5b7d2e4f60813c5a7e9b0d2f4c6a8e0b1d3f5c7a9e', ''],
    ])('reports that the variable %s is not set, unless it looks like a secret', (variable, said) => {
      const content = `tenants:\n  - ${TENANT.replace('SHOP_SECRET', variable)}\n`;
      const problem = `TENANTS_FILE tenants[0] (shop).keys.currentVariable names the variable${said}, which is not set`;
      expect(problemsWith({ TENANTS_FILE: file('unset.yaml', content), SHOP_SECRET: SECRET })).toEqual([problem]);
    });

    it('is refused for two with the same secret', async () => {
      const two = `tenants:\n  - ${TENANT}\n  - ${TENANT.replace('shop\n', 'bank\n').replaceAll('shop.', 'bank.')}\n`;
      const environment = validateEnvironment({ TENANTS_FILE: file('two.yaml', two), SHOP_SECRET: SECRET });
      await expect(checkFiles(environment)).rejects.toMatchObject({
        problems: ['TENANTS_FILE tenants[1] (bank).keys.current or previous is a secret of another tenant, shop'],
      });
    });
  });

  it('reads the options of ready-made steps from a file, YAML or JSON', () => {
    const terms = { title: 'Terms of Service', version: '2026-11', url: 'https://example.com/terms' };
    const yaml = file(
      'steps.yaml',
      'terms:\n  title: Terms of Service\n  version: 2026-11\n  url: https://example.com/terms\n',
    );
    const json = file('steps.json', JSON.stringify({ terms }));
    for (const STEPS_FILE of [yaml, json]) {
      expect(validateEnvironment({ ...SOUND, STEPS_FILE, STEPS: 'terms' })).toMatchObject({
        STEPS: ['terms'],
        readyMadeSteps: [{ id: 'terms', type: 'terms', options: { id: 'terms', ...terms } }],
      });
    }
  });

  it('uses the type as the id if the id is empty', () => {
    const STEPS_FILE = file('empty-id.yaml', '- {type: terms, id: , title: a, version: b}');
    const { readyMadeSteps } = validateEnvironment({ ...SOUND, STEPS_FILE, STEPS: 'terms' });
    expect(readyMadeSteps).toMatchObject([{ id: 'terms', type: 'terms', options: { id: 'terms' } }]);
  });

  it('accepts several steps of one type, from a list or by id', () => {
    const terms = { type: 'terms', title: 'Terms', version: '1' };
    const marketing = { ...terms, id: 'marketing', title: 'Marketing' };
    const list = file('list.yaml', JSON.stringify([terms, marketing]));
    const byId = file('by-id.yaml', JSON.stringify({ terms: { title: 'Terms', version: '1' }, marketing }));
    for (const STEPS_FILE of [list, byId]) {
      const { readyMadeSteps } = validateEnvironment({ ...SOUND, STEPS_FILE, STEPS: 'marketing,terms' });
      expect(readyMadeSteps).toMatchObject([
        { id: 'terms', type: 'terms', options: { id: 'terms', title: 'Terms' } },
        { id: 'marketing', type: 'terms', options: { id: 'marketing', title: 'Marketing' } },
      ]);
    }
  });

  it('reads the rules of ready-made steps, and of a package’s steps', () => {
    const STEPS_FILE = file(
      'rules.yaml',
      '[{ type: terms, title: a, version: b, when: claims.vip == true, optional: }, { type: custom, id: nickname, optional: true }]',
    );
    const { options } = validateEnvironment({ ...SOUND, STEPS_FILE, STEPS_PACKAGE: 'x' });
    expect(options.stepRules).toEqual({ terms: { when: 'claims.vip == true' }, nickname: { optional: true } });
    const wrong = file('wrong-rules.yaml', 'nickname: { type: custom, optional: true, version: 1 }');
    expect(problemsWith({ ...SOUND, STEPS_FILE: wrong, STEPS_PACKAGE: 'x' })).toEqual([
      'STEPS_FILE nickname.version is not a known option (known: id)',
    ]);
  });

  it.each<[string, string, string, string]>([
    [
      'a step that is not configured',
      'terms: {title: a, version: b}',
      'terms,profile',
      'STEPS names profile, which STEPS_FILE does not configure',
    ],
    ['a step that does not exist', 'tems: {}', '', 'STEPS_FILE configures tems, which is not a ready-made step'],
    ['an option that is missing', 'terms: {title: a}', '', 'STEPS_FILE terms.version is'],
    ['a link that is none', 'terms: {title: a, version: b, url: c}', '', 'STEPS_FILE terms.url is not an https URL'],
    ['no sections', 'terms', '', 'STEPS_FILE does not contain a section for each name'],
    ['a list without sections', '- terms', '', 'STEPS_FILE steps[0] is not a section of options'],
    ['a step without a type', '- id: terms', '', 'STEPS_FILE steps[0].type is missing: terms, profile,'],
    [
      'a type that does not exist',
      '- type: tems',
      '',
      'STEPS_FILE steps[0] has the type tems, which is not a ready-made step',
    ],
    [
      'a type that JavaScript knows',
      '- type: constructor',
      '',
      'which is not a ready-made step (known: terms, profile,',
    ],
    [
      'an option of a step in a list',
      '- {type: terms, title: a, version: 1.10}',
      '',
      'STEPS_FILE steps[0].version is not a text (quote it)',
    ],
    [
      'an id that is no id',
      '- {type: terms, id: Terms!, title: a, version: b}',
      '',
      'STEPS_FILE steps[0].id is not an id of a-z, 0-9 and -',
    ],
    [
      'two steps with the same id',
      '[{type: terms, title: a, version: b}, {type: terms, title: c, version: d}]',
      '',
      'STEPS_FILE has the id terms twice: set another id for one of the steps',
    ],
    [
      'a condition of another type',
      'terms: {title: a, version: b, when: true}',
      '',
      'STEPS_FILE terms.when is not a text (quote it)',
    ],
    [
      'an empty condition',
      'terms: {title: a, version: b, when: ""}',
      '',
      'STEPS_FILE terms.when is not a condition of 1 to 1000',
    ],
    [
      'optional as a text',
      'terms: {title: a, version: b, optional: "yes"}',
      '',
      'STEPS_FILE terms.optional is neither true nor false',
    ],
    [
      'a custom step without a package',
      'nickname: {type: custom, optional: true}',
      '',
      'STEPS_FILE nickname has the type custom, and STEPS_PACKAGE is not set',
    ],
    ['an empty section', 'terms:', '', 'STEPS_FILE terms is not a section of options'],
    ['no YAML', '{', '', 'STEPS_FILE names a file that cannot be read as YAML or JSON'],
    [
      'a version that YAML reads as a number',
      'terms: {title: a, version: 1.10}',
      '',
      'STEPS_FILE terms.version is not a text (quote it)',
    ],
    [
      'a year as a version',
      'terms: {title: a, version: 2026}',
      '',
      'STEPS_FILE terms.version is not a text (quote it)',
    ],
    [
      'a misspelled option',
      'terms: {title: a, versoin: b}',
      '',
      'STEPS_FILE terms.versoin is not a known option: did you mean version?',
    ],
    ['a misspelled step', 'profil: {fields: []}', '', 'which is not a ready-made step: did you mean profile?'],
    [
      'a misspelled id',
      'terms: {title: a, version: b}',
      'term',
      'STEPS names term, which STEPS_FILE does not configure: did you mean terms?',
    ],
    [
      'one field for a list',
      'profile: {fields: name}',
      '',
      'STEPS_FILE profile.fields is a text, not a list of fields',
    ],
    ['an id that is none', 'terms: {title: a, version: b}', 'Terms!', 'STEPS is not a list of step ids'],
    ['an id twice', 'terms: {title: a, version: b}', 'terms, terms', 'STEPS names terms twice: name each step once'],
  ])('refuses %s in the options of steps', (_name, content, STEPS, problem) => {
    const problems = problemsWith({ ...SOUND, STEPS, STEPS_FILE: file('broken.yaml', content) });
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });

  it('refuses a section as a key, without a warning that quotes it', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation();
    const problems = problemsWith({ TENANTS_FILE: file('keys.yaml', `? { current: ${SECRET} }\n: x\n`) });
    expect(problems.join()).toMatch(
      /TENANTS_FILE names a file that cannot be read as YAML or JSON: .*, line 1, column 3/,
    );
    expect(warned).not.toHaveBeenCalled();
  });

  it('reports every mistake at once, and never prints a secret', () => {
    const problems = problemsWith({
      PORT: 'x',
      AUTH0_SESSION_SECRET: 'hunter2',
      AUTH0_SESSION_SECRET_PREVIOUS: 'hunter3',
      LOG_LEVEL: 'x',
    });
    expect(problems.map((line) => line.split(' ')[0]).toSorted()).toEqual([
      'AUTH0_ISSUER',
      'AUTH0_SESSION_SECRET',
      'AUTH0_SESSION_SECRET_PREVIOUS',
      'LOG_LEVEL',
      'PORT',
    ]);
    expect(problems.join()).not.toContain('hunter');
  });
});

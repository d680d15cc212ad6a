import { Host } from './host.js';
import { Login } from './login.js';
import { Packed } from './packed.js';

const NAMES = ['nest11-commonjs', 'nest12-commonjs', 'nest12-esm', 'nest12-fastify'] as const;

/** The TypeScript hosts and their number of tests, including three tests of a generated step. */
const TESTS = { 'nest11-commonjs': 7, 'nest12-commonjs': 5, 'nest12-esm': 5 } as const;
const TYPESCRIPT_HOSTS = ['nest11-commonjs', 'nest12-commonjs', 'nest12-esm'] as const;

const INSTALLATION_TIMEOUT_MS = 300_000;
const TIMEOUT_MS = 120_000;

let packed: Packed;
let hosts: Readonly<Record<(typeof NAMES)[number], Host>>;

beforeAll(async () => {
  packed = await Packed.create();
  const installed = await Promise.all(NAMES.map(async (name) => [name, await Host.install(packed, name)] as const));
  hosts = Object.fromEntries(installed) as typeof hosts;
  await Promise.all(TYPESCRIPT_HOSTS.map(async (name) => hosts[name].generateStep('birthday')));
}, INSTALLATION_TIMEOUT_MS);

afterAll(() => packed.remove());

describe('the installed tarball', () => {
  it('installs no optional peer', () => {
    const installed = packed.optionalPeers.filter((name) => hosts['nest11-commonjs'].has(name));
    expect(installed).toEqual(['@nestjs/platform-express', 'proxy-addr', 'typescript']); // the host's own, and Express's
  });

  it.each([
    ['nest11-commonjs', 'jest/bin/jest.js', '--json'],
    ['nest12-commonjs', 'jest/bin/jest.js', '--json'],
    ['nest12-esm', 'vitest/vitest.mjs', 'run', '--reporter=json'],
  ] as const)(
    'answers the logins in the tests of %s, by %s, and passes the test of a generated step',
    async (name, program, ...words) => {
      const report: unknown = JSON.parse(await hosts[name].run(program, ...words));
      expect(report).toMatchObject({ success: true, numPassedTests: TESTS[name], numPendingTests: 0 });
    },
    TIMEOUT_MS,
  );

  it.each(TYPESCRIPT_HOSTS)(
    'has types that %s compiles with, declarations included',
    async (name) => {
      expect(await hosts[name].run('typescript/bin/tsc', '--noEmit', '--skipLibCheck', 'false')).toBe('');
    },
    TIMEOUT_MS,
  );

  it(
    'has types for module resolution without exports',
    async () => {
      const node10 = ['--module', 'commonjs', '--moduleResolution', 'node10', '--resolvePackageJsonExports', 'false'];
      expect(await hosts['nest11-commonjs'].run('typescript/bin/tsc', '--noEmit', ...node10)).toBe('');
    },
    TIMEOUT_MS,
  );
});

describe('a Fastify application as a process, with a step of a CommonJS package', () => {
  let origin: string;

  beforeAll(async () => {
    origin = await hosts['nest12-fastify'].start();
  });
  afterAll(() => hosts['nest12-fastify'].stop());

  it('answers a login without steps at once', async () => {
    const login = await Login.start(origin, { steps: [] });
    expect(login.continueClaims()).toMatchObject({ sub: 'auth0|visitor' });
  });

  it('answers a login after the steps of both module formats', async () => {
    const login = await Login.start(origin);
    expect(login.body).toContain('You may use this.');
    await login.post({ accepted: 'yes' });
    await login.post({ accepted: 'yes' });
    expect(login.continueClaims()).toMatchObject({
      outcome: 'completed',
      steps: { terms: { version: '2026-11' }, greeting: { greetedAt: expect.any(Number) } },
    });
  });

  it('answers a refusal that CommonJS threw', async () => {
    const login = await Login.start(origin, { steps: ['greeting'] });
    await login.post({ accepted: 'no' });
    expect(login.status).toBe(429);
  });
});

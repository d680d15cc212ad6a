import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import manifest from '../../package.json';
import { RedisServer } from '../harness/redis-server.js';
import { freePort } from '../harness/service-process.js';
import { PREVIOUS_SECRET, SECRET } from '../harness/tokens.js';

const DAY_MS = 86_400_000;

/** Runs the command like an operator. */
const check = async (environment: Record<string, string>, ...args: string[]) =>
  run('dist/service/main.js', environment, ...args);

async function run(
  program: string,
  environment: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [program, 'check', ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode ?? -1, output };
}

describe('the command check', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: string, ageInDays = 0): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const time = new Date(Date.now() - ageInDays * DAY_MS);
    utimesSync(path, time, time);
    return path;
  };
  const sound = { AUTH0_ISSUER: 'example.eu.auth0.com', AUTH0_SESSION_SECRET: SECRET };

  it('accepts a valid configuration, offline', async () => {
    const { code, output } = await check(sound, '--offline');
    expect(code).toBe(0);
    expect(output).toContain('ok       keys of example.eu.auth0.com: current has 32 bytes\n');
    expect(output).toMatch(/0 errors, 1 warnings\n$/);
  });

  it('reports every mistake of the environment, also as JSON, and no secret', async () => {
    const broken = { ...sound, PORT: 'x', AUTH0_SESSION_SECRET: 'hunter2-is-short' };
    const { code, output } = await check(broken, '--offline', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toEqual([
      { level: 'error', subject: 'configuration', message: expect.stringMatching(/^PORT is not a port/) },
      {
        level: 'error',
        subject: 'configuration',
        message: expect.stringMatching(/^AUTH0_SESSION_SECRET has 16 bytes/),
      },
    ]);
    expect(output).not.toContain('hunter2');
  });

  it('reports old and duplicate secrets, and unfinished rotations', async () => {
    const files = {
      AUTH0_ISSUER: 'example.eu.auth0.com',
      AUTH0_SESSION_SECRET_FILE: write('current', SECRET, 400),
      AUTH0_SESSION_SECRET_PREVIOUS_FILE: write('previous', SECRET, 40),
    };
    const { code, output } = await check(files, '--offline');
    expect(code).toBe(0);
    expect(output).toContain('previous is the same as current: remove it');
    expect(output).toContain('current is 400 days old: rotate it');
    expect(output).toContain('previous has been set for 40 days: end the rotation');
    write('previous', PREVIOUS_SECRET);
    expect((await check(files, '--offline')).output).not.toContain('the same as current');
    expect(output).not.toContain(SECRET);
  });

  it.each([
    ['https://example.eu.auth0.com/', 'example.eu.auth0.com'],
    ['https://example.eu.auth0.com', 'example.eu.auth0.com'],
    ['Example.eu.auth0.com', 'example.eu.auth0.com'],
  ])('warns of the issuer %s, which encodeToken does not write', async (issuer, host) => {
    const { code, output } = await check({ ...sound, AUTH0_ISSUER: issuer }, '--offline');
    expect(code).toBe(0);
    expect(output).toContain(`warning  issuer ${issuer} of ${host}`.slice(0, 40));
    expect(output).toContain(
      `: encodeToken writes ${host}: configure that host, unless the Action's payload sets iss to exactly`,
    );
  });

  it('does not warn of a second form of an issuer', async () => {
    const tenants = write(
      'tenants.yaml',
      `tenants: [{name: a, issuers: [a.example, https://a.example/], keys: {currentVariable: A}}]`,
    );
    expect((await check({ TENANTS_FILE: tenants, A: SECRET }, '--offline')).output).not.toContain('encodeToken');
  });

  it('warns of a misspelled variable of the service, and names it with other mistakes', async () => {
    const hint = 'SIGN_IN_ULR is not a variable of the service: did you mean SIGN_IN_URL?';
    const misspelled = {
      ...sound,
      SIGN_IN_ULR: 'https://example.com',
      REDIS_HOST: 'a',
      HOSTNAME: 'b',
      REDIS_PORT: '1',
    };
    const { code, output } = await check(misspelled, '--offline');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(`warning  configuration: ${hint}\n`) });
    expect(output.match(/did you mean/g)).toHaveLength(1);
    const { AUTH0_ISSUER, ...others } = sound;
    const wrong = await check({ ...others, AUTH0_ISUER: AUTH0_ISSUER }, '--offline');
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('AUTH0_ISUER is not a variable of the service: did you mean AUTH0_ISSUER?');
  });

  it('distinguishes a missing file from an unreadable one', async () => {
    const outputFor = async (path: string): Promise<string> =>
      (await check({ AUTH0_ISSUER: 'a.example', AUTH0_SESSION_SECRET_FILE: path }, '--offline')).output;
    expect(await outputFor(join(folder, 'none'))).toContain('names a file that does not exist (ENOENT)');
    // On Linux, nobody can read this file, not even root.
    const closed = '/proc/sys/vm/compact_memory';
    expect(await outputFor(closed)).toContain('names a file that this process may not read (EACCES)');
  });

  it('reports missing steps and templates', async () => {
    const terms = write('steps.yaml', 'terms: {title: a, version: b}');
    const wrong = { ...sound, STEPS_FILE: terms, STEPS: 'profile', VIEWS_DIRECTORY: join(folder, 'none') };
    expect((await check(wrong, '--offline')).output).toContain(
      'STEPS names profile, which STEPS_FILE does not configure',
    );
    write('error.hbs', '{{#if}');
    const { code, output } = await check({ ...sound, VIEWS_DIRECTORY: folder }, '--offline');
    expect(code).toBe(1);
    expect(output).toContain('VIEWS_DIRECTORY has error.hbs, which does not compile');
  });

  it.each([
    ['--offlin', 64],
    ['--help', 0],
    ['-h', 0],
  ])('prints its usage for %s, and exits with %d', async (option, code) => {
    const output = expect.stringContaining('usage: nestjs-auth-redirect check [--offline]');
    expect(await check(sound, option)).toEqual({ code, output });
  });

  it('fails if the host of an issuer or a continue URL does not resolve', async () => {
    const environment = { ...sound, AUTH0_ISSUER: 'tenant.faults.localhost' };
    const { code, output } = await check({
      ...environment,
      NODE_OPTIONS: '--require=./test/faults/failing-names.cjs',
    });
    expect(code).toBe(1);
    const problem = 'has a host that does not resolve (EAI_AGAIN): is it misspelled?';
    expect(output).toContain(`error    issuer tenant.faults.localhost of tenant.faults.localhost: ${problem}`);
    expect(output).toContain(`error    continue URL of tenant.faults.localhost: ${problem}`);
  });

  it('warns of ready-made steps in the order into which Helm sorts them, unless STEPS sets the order', async () => {
    const sections = ['profile: {fields: [{name: a, type: text, label: A}]}', 'terms: {title: a, version: b}'];
    const outputFor = async (lines: readonly string[], more: Record<string, string> = {}): Promise<string> =>
      (await check({ ...sound, STEPS_FILE: write('order.yaml', lines.join('\n')), ...more }, '--offline')).output;
    const warning = 'warning  steps: STEPS_FILE has the steps in alphabetical order';
    expect(await outputFor(sections)).toContain(`ok       steps: profile, terms\n${warning}`);
    expect(await outputFor(sections.toReversed())).not.toContain(warning);
    expect(await outputFor(sections, { STEPS: 'terms,profile' })).not.toContain(warning);
  });

  it.each(['@nestjs/config', 'yaml'])('names the package %s if an application lacks it', async (missing) => {
    const application = mkdtempSync(join(folder, 'application-'));
    const installed = join(application, 'node_modules');
    cpSync('dist/cjs', join(installed, 'nestjs-auth-redirect/dist/cjs'), { recursive: true });
    const { dependencies, peerDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (name === missing) continue;
      mkdirSync(dirname(join(installed, name)), { recursive: true });
      symlinkSync(join(process.cwd(), 'node_modules', name), join(installed, name));
    }
    const program = join(installed, 'nestjs-auth-redirect/dist/cjs/main.js');
    const output = `check: the package ${missing} is not installed: npm install ${missing}\n`;
    expect(await run(program, sound, '--offline')).toEqual({ code: 78, output });
  });

  describe('with a package of steps', () => {
    /** Creates a package with a step that has this view and template. */
    const stepsPackage = (view: string, template = '{{label}}'): Record<string, string> => {
      const path = mkdtempSync(join(folder, 'package-'));
      for (const directory of ['views/steps', 'locales', 'other'])
        mkdirSync(join(path, directory), { recursive: true });
      symlinkSync(join(process.cwd(), 'dist/service/node_modules'), join(path, 'node_modules'));
      writeFileSync(join(path, 'package.json'), '{"type":"module","main":"index.js"}');
      writeFileSync(join(path, 'views/steps/place.hbs'), `{{#> step}}\n${template}\n{{/step}}`);
      writeFileSync(join(path, 'locales/en.json'), '{"place":{"title":"Your place"}}');
      writeFileSync(
        join(path, 'index.js'),
        `import { Step } from 'nestjs-auth-redirect';
export const viewsDirectory = 'views', localesDirectory = 'locales';
export const steps = [class Place extends Step { id = 'place'; form = Object; submit() {}
view({ t }) { ${view}; return { template: 'place', title: t('place.title'), model: { label: 'Place' } }; } }];`,
      );
      return { ...sound, STEPS_PACKAGE: path };
    };

    it('renders the page of each step for an example user', async () => {
      const { code, output } = await check(stepsPackage(''), '--offline');
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringContaining('ok       step place: has a page\n'),
      });
    });

    it.each<[string, string, string, (path: string) => Record<string, string>]>([
      [
        'in VIEWS_DIRECTORY',
        'steps/place.hbs: the template does not exist',
        '{{label}}',
        (path) => ({ VIEWS_DIRECTORY: path }),
      ],
      [
        'in LOCALES_DIRECTORY',
        'no locale file has the text place.title',
        '{{label}}',
        (path) => ({ LOCALES_DIRECTORY: path }),
      ],
      ['of the page', 'line 2: the page does not have the variable lable', '{{lable}}', () => ({})],
    ])('fails if something is missing %s', async (_where, problem, template, variables) => {
      const environment = stepsPackage('', template);
      const { code, output } = await check(
        { ...environment, ...variables(join(environment.STEPS_PACKAGE ?? '', 'other')) },
        '--offline',
      );
      expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/error    step place: /) });
      expect(output).toContain(problem);
    });

    it('warns if a step has no page for that user', async () => {
      const { code, output } = await check(stepsPackage("throw new TypeError('x')"), '--offline');
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringMatching(/TypeError in Place\.view .+index\.js:4/),
      });
    });

    it('warns if the page takes longer than 5 seconds', async () => {
      const { code, output } = await check(stepsPackage('return new Promise(() => {})'), '--offline');
      expect(code).toBe(0);
      expect(output).toContain('warning  step place: shows no page to a made-up user within 5 s');
    });
  });

  describe('with a tenant that answers', () => {
    let tenant: Server;
    let ahead = 0;
    let continueStatus = 400;
    beforeAll(async () => {
      tenant = createServer((request, response) => {
        response.setHeader('Date', new Date(Date.now() + ahead * 1000).toUTCString());
        const isContinue = request.url?.startsWith('/continue') === true;
        response.writeHead(isContinue ? continueStatus : 200).end();
      });
      await new Promise<void>((resolve) => tenant.listen(0, 'localhost', resolve));
    });
    beforeEach(() => {
      ahead = 0;
      continueStatus = 400;
    });
    afterAll(() => tenant.close());
    const environment = (): Record<string, string> => {
      const origin = `http://localhost:${(tenant.address() as AddressInfo).port}`;
      return { AUTH0_ISSUER: `${origin}/`, AUTH0_CONTINUE_URL: `${origin}/continue`, AUTH0_SESSION_SECRET: SECRET };
    };

    it('succeeds if the clocks agree and /continue exists', async () => {
      const { code, output } = await check(environment());
      expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/answers; our clock is 0\.\d s/) });
      expect(output).toContain('/ of localhost');
      expect(output).toContain(': answers 400\n');
    });

    it.each<[string, number, number, string]>([
      ['warns of', 10, 0, 'synchronize it, because no clock skew is allowed'],
      ['fails for', -90, 1, 'tokens are rejected, because no clock skew is allowed'],
    ])('%s a clock that is %d s ahead', async (_what, seconds, expected, message) => {
      ahead = seconds;
      const { code, output } = await check(environment());
      expect({ code, output }).toEqual({ code: expected, output: expect.stringContaining(message) });
    });

    it('fails if /continue does not exist, and warns if it is on another host', async () => {
      continueStatus = 404;
      expect(await check(environment())).toEqual({ code: 1, output: expect.stringContaining('there is no /continue') });
      const port = await freePort();
      const astray = { ...environment(), AUTH0_CONTINUE_URL: `http://localhost:${port}/continue` };
      const { code, output } = await check(astray);
      expect(code).toBe(0);
      expect(output).toContain(`continues at another host, localhost:${port}`);
      expect(output).toContain('does not answer (ECONNREFUSED)');
    });
  });

  it('writes to Redis and reads it back, or reports why it cannot', async () => {
    const redis = await RedisServer.start({ requirepass: 'a-password' });
    const at = (password: string): Record<string, string> => ({
      ...sound,
      AUTH0_ISSUER: 'http://localhost:1/',
      REDIS_URL: redis.url.replace('redis://', `redis://:${password}@`),
    });
    const right = await check(at('a-password'));
    expect(right.output).toMatch(/ok +redis: three commands in [\d.]+ ms; allow while Redis is away/);
    const wrong = await check(at('another'));
    await redis.stop();
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('redis: cannot be used: authentication_failed');
    expect(right.output + wrong.output).not.toMatch(/a-password|another/);
    expect((await check(at('a-password'))).output).toContain('redis: cannot be used: ');
  });
});

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { send, type Served } from '../harness/application.js';
import { ServiceProcess } from '../harness/service-process.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { ISSUER, jws, SECRET, sessionClaims } from '../harness/tokens.js';

const EXAMPLE = 'examples/steps-package';
type Kind = readonly [name: string, type: string, module: ModuleKind];
const KINDS: readonly Kind[] = [
  ['ES modules', 'module', ModuleKind.ESNext],
  ['CommonJS', 'commonjs', ModuleKind.CommonJS],
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steps-package-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Creates a directory with a package that can import the service's modules, as if below the service's directory. */
function directory(manifest: object, files: Readonly<Record<string, string>>): string {
  symlinkSync(resolve('dist/service/node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'package/dist'), { recursive: true });
  const all = { 'package.json': JSON.stringify(manifest), ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, 'package', name), text);
  return join(folder, 'package');
}

function compiled([, type, module]: Kind): string {
  const compilerOptions = {
    module,
    target: ScriptTarget.ES2023,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  const path = directory(
    { ...(JSON.parse(readFileSync(join(EXAMPLE, 'package.json'), 'utf8')) as object), type },
    Object.fromEntries(
      readdirSync(join(EXAMPLE, 'src')).map((file) => [
        `dist/${file.replace('.ts', '.js')}`,
        transpileModule(readFileSync(join(EXAMPLE, 'src', file), 'utf8'), { compilerOptions }).outputText,
      ]),
    ),
  );
  for (const one of ['views', 'locales']) cpSync(join(EXAMPLE, one), join(path, one), { recursive: true });
  return path;
}

const served = ({ port }: ServiceProcess): Served => {
  const request: Served['request'] = async (path, call) => send({ host: '127.0.0.1', port, path, ...call });
  const redirect: Served['redirect'] = async (token, state, call) =>
    request(`/redirect?state=${state}&session_token=${token}`, call);
  return { request, redirect };
};

function run(variables: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const env = { AUTH0_ISSUER: ISSUER, AUTH0_SESSION_SECRET: SECRET, HOST: '127.0.0.1', METRICS_PORT: '0', PORT: '0' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/service/main.js', ...words], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env, ...variables },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

describe.each(KINDS)('a package of steps in %s', (...kind) => {
  it('works in a login with its view, texts, rules and injected services', async () => {
    const service = await ServiceProcess.start({ STEPS_PACKAGE: compiled(kind), STEPS: 'nickname' });
    const browser = new StepBrowser(served(service));
    const now = Math.floor(Date.now() / 1000);
    await browser.arrive(jws(sessionClaims({ iat: now, exp: now + 300 })));
    const page = await browser.get();
    expect(page.body).toContain('Your nickname');
    expect(page.body).toContain('<label for="nickname">Nickname</label>');
    const bad = await browser.post({ nickname: '  x  ' });
    expect(bad.body).toContain('Please give a nickname of 2 to 20 letters.');
    expect((await browser.post({ nickname: 'root' })).body).toContain('This nickname is taken.');
    await browser.post({ nickname: ' Ada ' });
    const claims = continueClaimsOf(await browser.get());
    expect(claims).toMatchObject({ outcome: 'completed', steps: { nickname: { nickname: 'Ada' } } });
    const { nickname } = claims.steps as { nickname: { chosenAt: number } };
    expect(Math.abs(nickname.chosenAt - Date.now())).toBeLessThan(60_000);
    await service.stop();
    expect(service.stderr).toBe('');
  });

  it('accepts rules in STEPS_FILE, only for its steps', () => {
    const path = compiled(kind);
    const rules = (id: string): Record<string, string> => {
      writeFileSync(join(path, 'steps.yaml'), `${id}: { type: custom, optional: true, when: claims.vip == true }`);
      return { STEPS_PACKAGE: path, STEPS_FILE: join(path, 'steps.yaml') };
    };
    const { stdout } = run(rules('nickname'), 'check', '--explain');
    expect(stdout).toMatch(
      /1\. {2}nickname \(custom, \w+\)\n.*only if {2}claims\.vip == true\n.*the page has the button Skip\n/,
    );
    expect(run(rules('nicknames'))).toMatchObject({
      status: 78,
      stderr: 'configuration: STEPS_FILE has rules for nicknames, which is not registered: did you mean nickname?\n',
    });
  });

  it('is loaded by the command check, which knows its ids', () => {
    const path = compiled(kind);
    const { status, stdout } = run({ STEPS_PACKAGE: join(path, 'dist/index.js') }, 'check', '--offline');
    expect(stdout).toContain('ok       steps: nickname\n');
    expect(status).toBe(0);
    const unknown = run({ STEPS_PACKAGE: path, STEPS: 'nickname,birthday' }, 'check', '--offline');
    expect(unknown).toMatchObject({ status: 1, stderr: '' });
    expect(unknown.stdout).toContain('configuration: STEPS names birthday, which is not registered\n');
  });
});

const STEP = `import { Step } from 'nestjs-auth-redirect';
export class A extends Step { id = 'a'; form = Object; view() { return { template: 'a', title: 'A', model: {} }; } submit() {} }
export class B extends A {}
export class Terms extends A { id = 'terms'; }
`;

it('logs a fault of a step with files and lines of src', async () => {
  const module = `${STEP}class Broken extends A { view() { throw new TypeError('no page'); } }\nexport const steps = [Broken];`;
  const path = directory({ type: 'module', main: 'index.js' }, { 'index.js': module });
  const service = await ServiceProcess.start({ STEPS_PACKAGE: path });
  const browser = new StepBrowser(served(service));
  const now = Math.floor(Date.now() / 1000);
  await browser.arrive(jws(sessionClaims({ iat: now, exp: now + 300 })));
  await browser.get();
  const lines = await service.requestLines();
  await service.stop();
  const fault = expect.objectContaining({
    name: 'TypeError',
    frames: expect.arrayContaining([
      expect.stringContaining(join(path, 'index.js:')),
      expect.stringMatching(/src\/auth-redirect\/steps\/.+\.ts:\d+:\d+/),
    ]),
  });
  expect(lines).toContainEqual(expect.objectContaining({ status: 500, fault }));
});

describe('the service does not start', () => {
  it.each([
    ['that throws', 'throw new Error("no licence\\nin here")', 'cannot be loaded: no licence'],
    [
      'that imports a missing module',
      'import "left-pad"',
      "cannot be loaded: Cannot find package 'left-pad' imported from .+[.] Put the package below .+ npm ci --omit=dev --omit=peer\n$",
    ],
    ['that is not JavaScript', 'export const = 1', 'cannot be loaded: Unexpected token'],
    ['without steps', 'export const step = 1', 'exports no steps: a list of classes'],
    ['with no list of steps', 'export const steps = {}', 'exports no steps: a list of classes'],
    ['with an empty list of steps', 'export const steps = []', 'exports an empty list of steps'],
    [
      'with another class',
      `${STEP}export const steps = [A, class {}]`,
      "steps.1. is not a class that extends Step of the service's own .+ peer dependency .+ npm ci --omit=dev --omit=peer\n$",
    ],
    ['with a class twice', `${STEP}export const steps = [A, A]`, 'steps has a class twice'],
    ['with an id twice', `${STEP}export const steps = [A, B]`, 'has an id twice'],
    [
      'with the id of a ready-made step',
      `${STEP}export const steps = [Terms]`,
      'has an id twice',
      'terms: { title: Terms, version: a }',
    ],
    [
      'with providers that are none',
      `${STEP}export const steps = [A], providers = {}`,
      'exports providers that are not a list',
    ],
    [
      'with a directory that is none',
      `${STEP}export const steps = [A], viewsDirectory = 1`,
      'exports a viewsDirectory that',
    ],
  ])('with a package %s', (_what, module, problem, stepsFile = '') => {
    const path = directory({ type: 'module', main: 'index.js' }, { 'index.js': module, 'steps.yaml': stepsFile });
    const variables = { STEPS_PACKAGE: path, STEPS_FILE: stepsFile && join(path, 'steps.yaml') };
    const { status, stderr } = run(variables);
    expect({ status, stderr }).toEqual({ status: 78, stderr: expect.stringMatching(problem) });
    expect(stderr).toMatch(/^configuration: STEPS_PACKAGE .+\n$/);
  });

  it('with a missing package, or one without a module', () => {
    const path = directory({}, {});
    for (const one of [path, join(path, 'nowhere')]) {
      expect(run({ STEPS_PACKAGE: one })).toEqual({
        status: 78,
        stdout: '',
        stderr: `configuration: STEPS_PACKAGE ${one} is neither a module nor a directory whose package.json names one as main: compile the package to JavaScript, mount it there, or correct the path\n`,
      });
    }
  });
});

describe('a package of steps finds', () => {
  /** Returns the names under which Node finds a module. */
  function namesOf(module: string, cwd: string, type: 'module' | 'commonjs'): readonly string[] {
    const load =
      type === 'module' ? (name: string) => `await import('${name}')` : (name: string) => `require('${name}')`;
    const script = `${load('reflect-metadata')}; console.log(JSON.stringify(Object.keys(${load(module)})))`;
    const { stdout } = spawnSync(process.execPath, [`--input-type=${type}`, '-e', script], { cwd, encoding: 'utf8' });
    const marks = ['default', 'module.exports', '__esModule'];
    return (JSON.parse(stdout) as string[]).filter((name) => !marks.includes(name)).toSorted();
  }

  it.each(['@nestjs/common', '@nestjs/core', 'class-transformer', 'class-validator', 'nestjs-auth-redirect'])(
    'all of %s',
    (name) => {
      const all = namesOf(name, '.', 'module');
      expect(all.length).toBeGreaterThan(10);
      expect(namesOf(name, 'dist/service', 'module')).toEqual(all);
      expect(namesOf(name, 'dist/service', 'commonjs')).toEqual(all);
    },
  );
});

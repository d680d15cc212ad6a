import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Type } from '@nestjs/common';
import { initCommand } from '../../src/init/init.command.js';
import type { Step } from '../../src/index.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws } from '../harness/tokens.js';

const run = promisify(execFile);

/** Applications as `nest new` makes them, by what their package.json says. */
const APPLICATIONS = {
  'CommonJS with Jest': { manifest: { devDependencies: { jest: '30.0.0' } }, types: ['node', 'jest'] },
  'ES modules with vitest': {
    manifest: { type: 'module', devDependencies: { vitest: '4.0.0' } },
    types: ['node'],
  },
} as const;

const folders: string[] = [];

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function applicationWith(manifest: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  folders.push(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

function init(application: string, ...args: string[]): { code: number; output: string; errors: string } {
  let output = '';
  let errors = '';
  const code = initCommand(args, {
    application,
    print: (text) => void (output += text),
    printError: (text) => void (errors += text),
  });
  return { code, output, errors };
}

/** What is there beside its dependencies. */
function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((entry) => ['src', 'views', 'apps'].includes(entry))
    .flatMap((entry) =>
      readdirSync(join(folder, entry), { recursive: true, encoding: 'utf8' }).map((path) => join(entry, path)),
    )
    .filter((path) => /\.(?:ts|hbs)$/.test(path));
}

const WRITTEN = ['src/steps/my-step.step.spec.ts', 'src/steps/my-step.step.ts', 'views/steps/my-step.hbs'];

describe.each(Object.entries(APPLICATIONS))('init step in an application of %s', (_name, { manifest, types }) => {
  let folder: string;
  beforeAll(() => {
    folder = applicationWith(manifest);
    init(folder, 'step', 'my-step');
  });

  it('writes the step, its test and its page', () => {
    expect(filesIn(folder).toSorted()).toEqual(WRITTEN);
  });

  it('writes what the compiler of a new application takes', async () => {
    const ours = 'type' in manifest ? 'dist/esm' : 'dist/cjs';
    const paths = {
      'nestjs-auth-redirect': [resolve(ours, 'index.d.ts')],
      'nestjs-auth-redirect/testing': [resolve(ours, 'testing/index.d.ts')],
      vitest: ['./vitest.d.ts'],
    };
    const strictness = { strict: true, noUnusedLocals: true, noUnusedParameters: true, noImplicitOverride: true };
    const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true };
    const compilerOptions = {
      ...{ module: 'nodenext', moduleResolution: 'nodenext', target: 'ES2023', types, paths },
      ...{ ...strictness, ...decorators, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    writeFileSync(join(folder, 'vitest.d.ts'), "export { describe, expect, it } from '@jest/globals';\n");
    const compiler = resolve('node_modules/typescript/bin/tsc');
    await expect(run(process.execPath, [compiler, '-p', folder])).resolves.toMatchObject({ stdout: '' });
  });

  it('writes a test that passes', async () => {
    const ours: { moduleNameMapper: object } = jest.requireActual('../../jest.config.js');
    const { transform, transformIgnorePatterns, testEnvironment } = ours as Record<string, unknown>;
    const moduleNameMapper = {
      '^(\\.{1,2}/.*)\\.js$': '$1',
      '^nestjs-auth-redirect$': resolve('src/index.ts'),
      '^nestjs-auth-redirect/testing$': resolve('src/testing/index.ts'),
      '^vitest$': '<rootDir>/vitest.js',
    };
    writeFileSync(join(folder, 'vitest.js'), 'module.exports = { describe, expect, it };\n');
    const configuration = { rootDir: folder, transform, transformIgnorePatterns, testEnvironment, moduleNameMapper };
    writeFileSync(
      join(folder, 'jest.config.json'),
      JSON.stringify({ ...configuration, testMatch: ['**/*.spec.ts'], modulePathIgnorePatterns: ['node_modules'] }),
    );
    const jestProgram = resolve('node_modules/jest/bin/jest.js');
    const { stderr } = await run(process.execPath, [jestProgram, '--config', 'jest.config.json'], { cwd: folder });
    expect(stderr).toMatch(/Tests: +7 passed, 7 total/);
  });

  it('writes what prettier leaves as it is', async () => {
    const prettier = resolve('node_modules/prettier/bin/prettier.cjs');
    const style = ['--single-quote', '--trailing-comma', 'all', '--print-width', '120'];
    await expect(run(process.execPath, [prettier, ...style, '--check', 'src'], { cwd: folder })).resolves.toBeDefined();
  });

  it('leaves what is there', () => {
    const step = join(folder, 'src/steps/my-step.step.ts');
    writeFileSync(step, 'changed');
    rmSync(join(folder, 'views'), { recursive: true });
    const { code, output, errors } = init(folder, 'step', 'my-step');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain('src/steps/my-step.step.ts and src/steps/my-step.step.spec.ts already');
    expect(readFileSync(step, 'utf8')).toBe('changed');
    expect(filesIn(folder).toSorted()).toEqual(WRITTEN.slice(0, 2));
  });
});

describe('init step', () => {
  it.each([
    [{ type: 'module' }, "import { MyStep } from './steps/my-step.step.js';"],
    [{}, "import { MyStep } from './steps/my-step.step';"],
  ])('says what to add to the module of %j', (manifest, line) => {
    const { output } = init(applicationWith(manifest), 'step', 'my-step');
    expect(output).toContain(line);
    expect(output).toContain('steps: [MyStep],');
    expect(output).toContain("viewsDirectory: 'views',");
  });

  it('writes to other folders', () => {
    const folder = applicationWith({});
    const words = ['--directory', 'apps/login/src', '--views', 'apps/login/views'];
    const { output } = init(folder, 'step', 'phone', ...words);
    expect(filesIn(folder).toSorted()).toEqual([
      'apps/login/src/phone.step.spec.ts',
      'apps/login/src/phone.step.ts',
      'apps/login/views/steps/phone.hbs',
    ]);
    expect(output).toContain("import { PhoneStep } from '../apps/login/src/phone.step';");
    expect(output).toContain("viewsDirectory: 'apps/login/views',");
  });

  it.each([
    ['my-step', 'MyStep'],
    ['step', 'StepStep'],
    ['birthday', 'BirthdayStep'],
    ['step-up-2', 'StepUp2Step'],
  ])('calls the class of %s %s', (id, step) => {
    const folder = applicationWith({});
    init(folder, 'step', id);
    expect(readFileSync(join(folder, `src/steps/${id}.step.ts`), 'utf8')).toContain(`export class ${step} extends`);
  });

  it('imports what Jest has as globals from vitest, unless the tests are run by Jest', () => {
    const vitest = { devDependencies: { vitest: '4.0.0' } };
    const specOf = (manifest: object): string => {
      const folder = applicationWith(manifest);
      init(folder, 'step', 'my-step');
      return readFileSync(join(folder, 'src/steps/my-step.step.spec.ts'), 'utf8');
    };
    expect(specOf(vitest)).toContain("from 'vitest'");
    expect(specOf({ ...vitest, scripts: { test: 'jest --ci' } })).not.toContain('vitest');
  });

  it.each(['My-step', '1step', '-step', 'my_step', '../step', 'my step', 'a'.repeat(41), ''])(
    'refuses the id %j',
    (id) => {
      const folder = applicationWith({});
      expect(init(folder, 'step', '--', id)).toMatchObject({ code: 64, output: '' });
      expect(filesIn(folder)).toEqual([]);
    },
  );

  it.each(['', 'step', 'view a', 'step a b', 'step a --unknown', 'step a --views'])(
    'explains itself for %j',
    (line) => {
      const { code, errors } = init(applicationWith({}), ...line.split(' '));
      expect(code).toBe(64);
      expect(errors).toContain('usage: nestjs-auth-redirect init step <id>');
    },
  );

  it('explains itself where it is asked to', () => {
    expect(init(applicationWith({}), '--help')).toMatchObject({
      code: 0,
      output: expect.stringContaining('usage: nestjs-auth-redirect init step <id>'),
    });
  });

  it('writes nothing outside of an application', () => {
    const folder = applicationWith({});
    rmSync(join(folder, 'package.json'));
    expect(init(folder, 'step', 'my-step')).toMatchObject({ code: 1, errors: expect.stringContaining('package.json') });
    expect(filesIn(folder)).toEqual([]);
  });

  it.each(['dist/cjs/main.js', 'dist/service/main.js'])('is a command of %s', (program) => {
    const folder = applicationWith({});
    const { status, stdout } = spawnSync(process.execPath, [resolve(program), 'init', 'step', 'my-step'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('steps: [MyStep]') });
    expect(filesIn(folder).toSorted()).toEqual(WRITTEN);
  });

  it('is a command that loads neither Nest nor the service', () => {
    const folder = applicationWith({});
    rmSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, 'package'));
    const copied = "require('node:fs').cpSync(process.argv[1], process.argv[2], { recursive: true })";
    for (const name of ['main.js', 'cli.js', 'init']) {
      spawnSync(process.execPath, ['-e', copied, resolve('dist/cjs', name), join(folder, 'package', name)]);
    }
    const { status } = spawnSync(process.execPath, ['package/main.js', 'init', 'step', 'my-step'], { cwd: folder });
    expect(status).toBe(0);
  });
});

describe.each(ADAPTERS)('a step as init writes it, on %s', (adapter) => {
  it('is taken in a login', async () => {
    const folder = applicationWith({});
    init(folder, 'step', 'my-step');
    const { MyStep } = jest.requireActual<{ MyStep: Type<Step> }>(join(folder, 'src/steps/my-step.step.ts'));
    const host = await HostApplication.start(adapter, { viewsDirectory: join(folder, 'views') }, 'recorded', [MyStep]);
    try {
      const browser = new StepBrowser(host);
      await browser.arrive(jws());
      expect((await browser.get()).body).toContain('<label for="answer">Your answer</label>');
      expect((await browser.post({ answer: ' a ' })).body).toContain('Please give an answer of 2 to 80 characters.');
      expect(continueClaimsOf(await browser.post({ answer: 'something' }))).toMatchObject({
        outcome: 'completed',
        steps: { 'my-step': { answer: 'something' } },
      });
    } finally {
      await host.stop();
    }
  });
});

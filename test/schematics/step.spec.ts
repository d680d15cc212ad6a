import { readFileSync } from 'node:fs';
import { manifest, Workspace, type Files } from './workspace.js';

const MODULE = 'src/app.module.ts';

/** Returns an application whose module has this import. */
function importing(module: string, files: Files = {}): Workspace {
  return Workspace.of({ [MODULE]: `@Module({\n  imports: [${module}],\n})\nexport class AppModule {}\n`, ...files });
}

const FOR_ROOT = 'AuthRedirectModule.forRoot({ issuer, secret })';

async function added(workspace = Workspace.of()): Promise<Workspace> {
  return workspace.add();
}

describe('a generated step', () => {
  it('has class, test, template and texts', async () => {
    const workspace = await (await added()).step('display-name');
    expect(workspace.read('src/steps/display-name.step.ts')).toContain(`  readonly id = 'display-name';`);
    expect(workspace.read('src/steps/display-name.step.ts')).toContain('export class DisplayNameStep extends Step<');
    expect(workspace.read('src/steps/display-name.step.spec.ts')).toContain(`join(__dirname, '../locales')`);
    expect(workspace.read('src/views/steps/display-name.hbs')).toContain(
      '<input type="text" id="displayName" name="displayName"',
    );
    expect(JSON.parse(workspace.read('src/locales/en.json'))).toEqual({
      displayName: { title: 'Display name', label: 'Display name', invalid: 'Please use 1 to 100 characters.' },
    });
  });

  it('is registered with its directories, which nest build copies', async () => {
    const workspace = await (await added()).step('birthday');
    expect(workspace.read(MODULE)).toContain(`import { BirthdayStep } from './steps/birthday.step';\n`);
    expect(workspace.read(MODULE)).toContain(`import { join } from 'node:path';\n`);
    expect(workspace.read(MODULE)).toContain(`        viewsDirectory: join(__dirname, 'views'),
        localesDirectory: join(__dirname, 'locales'),
      }),
      steps: [BirthdayStep],
`);
    expect(JSON.parse(workspace.read('nest-cli.json'))).toMatchObject({
      compilerOptions: { deleteOutDir: true, watchAssets: true, assets: ['views/**/*', 'locales/**/*'] },
    });
  });

  it('uses ES modules and Vitest if the application does', async () => {
    const workspace = await (await added(Workspace.esm())).step('birthday');
    expect(workspace.read(MODULE)).toContain(`from './steps/birthday.step.js';`);
    expect(workspace.read(MODULE)).toContain(`viewsDirectory: join(import.meta.dirname, 'views'),`);
    const test = workspace.read('src/steps/birthday.step.spec.ts');
    expect(test).toContain(`import { describe, expect, it } from 'vitest';\n`);
    expect(test).toContain(`import { BirthdayStep } from './birthday.step.js';\n`);
    expect(test).toContain(`join(import.meta.dirname, '../locales')`);
  });

  it.each(['.js', '.ts', ''])('is imported with the extension %j if the application writes it', async (extension) => {
    const main = {
      'src/main.ts': `import { AppModule } from './app.module${extension}'; NestFactory.create(AppModule);`,
    };
    const workspace = await (await added(Workspace.of(main))).step('birthday');
    expect(workspace.read(MODULE)).toContain(`from './steps/birthday.step${extension}';`);
  });

  it('is not changed by a second run, and neither is anything else', async () => {
    const workspace = await (await added()).step('birthday');
    const files = {
      ...workspace.files,
      'src/steps/birthday.step.ts': '// edited by hand',
      'src/locales/en.json': '{ "birthday": { "title": "Edited by hand" } }',
    };
    workspace.files = files;
    await workspace.step('birthday');
    expect(workspace.files).toEqual(files);
    expect(workspace.logged).toEqual(['src/steps/birthday.step.ts already exists and stays unchanged.']);
  });

  it('comes after the steps before it', async () => {
    const workspace = await (await (await added()).step('birthday')).step('users/nickname');
    expect(workspace.read(MODULE)).toContain('steps: [BirthdayStep, NicknameStep],');
    expect(workspace.read(MODULE)).toContain(`from './users/nickname.step';`);
    expect(Object.keys(JSON.parse(workspace.read('src/locales/en.json')) as object)).toEqual(['birthday', 'nickname']);
  });

  it.each([
    [{ path: 'users' }, 'src/users/birthday.step.spec.ts'],
    [{ specFileSuffix: 'test' }, 'src/steps/birthday.step.test.ts'],
  ])('obeys %j', async (options, test) => {
    expect((await (await added()).step('birthday', options)).files).toHaveProperty([test]);
  });

  it('has no test with --no-spec, and is not registered with --skip-import', async () => {
    const workspace = await added();
    const before = workspace.files;
    const { files } = await workspace.step('birthday', { spec: false, skipImport: true });
    const created = Object.keys(files).filter((path) => !Object.hasOwn(before, path));
    expect(created).toEqual(['src/steps/birthday.step.ts', 'src/views/steps/birthday.hbs', 'src/locales/en.json']);
    expect(files).toMatchObject(before);
  });

  it.each(['Birthday', '1st', 'a_b', 'a'.repeat(41)])('cannot be called %s', async (name) => {
    await expect(importing(FOR_ROOT).step(name)).rejects.toThrow(
      `${name} is not a valid step name: use up to 40 of a-z`,
    );
  });

  it('cannot have the name of built-in texts or steps', async () => {
    const texts = Object.keys(JSON.parse(readFileSync('locales/en.json', 'utf8')) as object);
    for (const key of texts) {
      const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      await expect(importing(FOR_ROOT).step(name)).rejects.toThrow(`${name} is the name of built-in texts`);
    }
  });

  it('needs AuthRedirectModule', async () => {
    await expect(Workspace.of().step('birthday')).rejects.toThrow(
      'src does not import AuthRedirectModule: run nest add nestjs-auth-redirect first',
    );
  });
});

describe('the registration of a step', () => {
  it.each([
    ['forRoot()', FOR_ROOT],
    [
      'a factory with statements',
      `AuthRedirectModule.forRootAsync({ useFactory: (config) => { const a = 1; return { issuer, secret }; } })`,
    ],
    ['a function', `AuthRedirectModule.forRootAsync({ useFactory: async function () { return { issuer, secret }; } })`],
  ])('adds the directories to the options of %s', async (_what, module) => {
    const text = (await importing(module).step('birthday')).read(MODULE).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      `{ issuer, secret, viewsDirectory: join(__dirname, 'views'), localesDirectory: join(__dirname, 'locales')`,
    );
    expect(text).toContain('steps: [BirthdayStep]');
  });

  it('names the directories where the options are elsewhere', async () => {
    const workspace = await importing('AuthRedirectModule.forRootAsync({ useClass: Options })').step('birthday');
    expect(workspace.read(MODULE)).toContain(
      'AuthRedirectModule.forRootAsync({ useClass: Options, steps: [BirthdayStep] })',
    );
    expect(workspace.logged).toEqual([
      `Add to the options of AuthRedirectModule, which src/app.module.ts does not contain: viewsDirectory: 'src/views', localesDirectory: 'src/locales'`,
    ]);
  });

  it.each([
    [`join(__dirname, '..', 'templates')`, 'templates', ['locales/**/*']],
    [`path.join(__dirname, 'pages')`, 'src/pages', ['pages/**/*', 'locales/**/*']],
    [`'templates'`, 'templates', ['locales/**/*']],
    [`'src/pages'`, 'src/pages', ['locales/**/*']],
  ])('uses the directory that viewsDirectory names as %s', async (expression, directory, assets) => {
    const workspace = await importing(`AuthRedirectModule.forRoot({ viewsDirectory: ${expression} })`).step('birthday');
    expect(workspace.files).toHaveProperty([`${directory}/steps/birthday.hbs`]);
    expect(workspace.read(MODULE)).toContain(`viewsDirectory: ${expression}`);
    expect(JSON.parse(workspace.read('nest-cli.json'))).toMatchObject({ compilerOptions: { assets } });
  });

  it('changes the module of the option if several import AuthRedirectModule', async () => {
    const other = {
      'src/staff.module.ts': `@Module({ imports: [AuthRedirectModule.forRoot({})] }) class StaffModule {}`,
    };
    const workspace = importing(FOR_ROOT, other);
    const before = workspace.read(MODULE);
    await workspace.step('birthday', { module: 'src/staff.module.ts' });
    expect(workspace.read('src/staff.module.ts')).toContain('steps: [BirthdayStep]');
    expect(workspace.read(MODULE)).toBe(before);
  });

  it('refuses steps that are not a list', async () => {
    await expect(importing('AuthRedirectModule.forRoot({ steps: STEPS })').step('birthday')).rejects.toThrow(
      'steps of src/app.module.ts is not a list: add BirthdayStep by hand',
    );
  });
});

describe('the assets of a step', () => {
  const assetsAfter = async (config: string, options: object = {}): Promise<string> => {
    const api = { 'apps/api/src/app.module.ts': `@Module({ imports: [${FOR_ROOT}] }) class AppModule {}` };
    return (await importing(FOR_ROOT, { 'nest-cli.json': config, ...api }).step('birthday', options)).read(
      'nest-cli.json',
    );
  };

  it('keep comments and other assets of nest-cli.json', async () => {
    const before =
      '{\n  // the folder\n  "compilerOptions": { "assets": [{ "include": "**/*.proto" }], "watchAssets": false }\n}\n';
    expect(await assetsAfter(before)).toBe(before.replace(' }]', ' }, "views/**/*", "locales/**/*"]'));
  });

  it('belong to the application of a monorepo, with its inherited assets', async () => {
    const config = { compilerOptions: { assets: ['**/*.proto'] }, projects: { api: { sourceRoot: 'apps/api/src' } } };
    const after = JSON.parse(await assetsAfter(JSON.stringify(config), { project: 'api' })) as unknown;
    expect(after).toEqual({
      ...config,
      projects: {
        api: {
          sourceRoot: 'apps/api/src',
          compilerOptions: { watchAssets: true, assets: ['**/*.proto', 'views/**/*', 'locales/**/*'] },
        },
      },
    });
  });

  it('are at the top for the default application of a monorepo', async () => {
    const config = { sourceRoot: 'apps/api/src', projects: { api: { sourceRoot: 'apps/api/src' } } };
    expect(JSON.parse(await assetsAfter(JSON.stringify(config)))).toEqual({
      ...config,
      compilerOptions: { watchAssets: true, assets: ['views/**/*', 'locales/**/*'] },
    });
  });

  it.each<[string, Files]>([
    [
      'a bundler moves the code of the module',
      {
        'nest-cli.json': '{ "sourceRoot": "src", "entryFile": "core/main", "compilerOptions": { "webpack": true } }',
        [MODULE]: '',
        'src/core/core.module.ts': `@Module({ imports: [${FOR_ROOT}] }) class CoreModule {}`,
      },
    ],
    [
      'a bundler is used and the compiler has another root',
      {
        'nest-cli.json':
          '{ "sourceRoot": "src", "compilerOptions": { "builder": "rspack", "tsConfigPath": "config/tsconfig.json" } }',
        'config/tsconfig.json': '{ "extends": "../tsconfig.base.json" }',
        'tsconfig.base.json': '{ "compilerOptions": { "rootDir": "." } } // the root',
      },
    ],
    [
      'the compiler emits to dist/src',
      { 'package.json': manifest('^11.0.0', { scripts: { 'start:prod': 'node dist/src/main' } }) },
    ],
  ])('are read from the working directory if %s', async (_why, files) => {
    const workspace = await importing(FOR_ROOT, files).step('birthday');
    const folder = 'src/core/core.module.ts' in files ? 'src/core' : 'src';
    expect(Object.values(workspace.files).join('\n')).toContain(`viewsDirectory: '${folder}/views'`);
    expect(workspace.files).toHaveProperty([`${folder}/views/steps/birthday.hbs`]);
    expect(workspace.read('nest-cli.json')).not.toContain('views');
    expect(workspace.logged).toEqual([
      `Copy to your image, in its working directory: ${folder}/views, ${folder}/locales`,
    ]);
  });

  it.each([
    ['webpack', '{ "sourceRoot": "src", "compilerOptions": { "webpack": true } }'],
    ['rspack', '{ "sourceRoot": "src", "compilerOptions": { "builder": { "type": "rspack" } } }'],
  ])(
    'are copied to the folder of the bundle of %s, whose module is at the top of the sources',
    async (_bundler, config) => {
      const workspace = await importing(FOR_ROOT, { 'nest-cli.json': config }).step('birthday');
      expect(workspace.read(MODULE)).toContain(`join(__dirname, 'views')`);
      expect(workspace.read('nest-cli.json')).toContain('views/**/*');
    },
  );
});

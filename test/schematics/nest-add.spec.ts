import { manifest, Workspace } from './workspace.js';

const IMPORTS = `    AuthRedirectModule.forRootAsync({
      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        issuer: config.getOrThrow<string>('AUTH0_ISSUER'),
        secret: config.getOrThrow<string>('AUTH0_SESSION_SECRET'),
        continueUrl: config.get<string>('AUTH0_CONTINUE_URL'),
      }),
    }),
`;

/** Returns an application whose root module has these metadata in `@Module()`. */
function withModule(metadata: string, before = ''): Workspace {
  const text = `import { Module } from '@nestjs/common';\n${before}\n@Module(${metadata})\nexport class AppModule {}\n`;
  return Workspace.of({ 'src/app.module.ts': text });
}

describe('nest add', () => {
  it.each([
    ['CommonJS', Workspace.of(), './app.controller'],
    ['ES modules', Workspace.esm(), './app.controller.js'],
  ])(
    'imports the module with ConfigService into the root module of an application of %s',
    async (_system, application, file) => {
      const workspace = await application.add();
      expect(workspace.read('src/app.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { AppController } from '${file}';

@Module({
  imports: [
    ConfigModule.forRoot(),
${IMPORTS}  ],
  controllers: [AppController],
})
export class AppModule {}
`);
    },
  );

  it('changes nothing in a second run', async () => {
    const workspace = await Workspace.of().add();
    const { files } = workspace;
    await workspace.add();
    expect(workspace.files).toEqual(files);
    expect(workspace.tasks).toEqual([]);
    expect(workspace.logged.at(-1)).toBe('src/app.module.ts imports AuthRedirectModule already.');
  });

  it('changes nothing if another module imports AuthRedirectModule', async () => {
    const text = `@Module({ imports: [AuthRedirectModule.forRoot({})] }) export class LoginModule {}`;
    const workspace = Workspace.of({ 'src/login/login.module.ts': text });
    const before = workspace.read('src/app.module.ts');
    await workspace.add();
    expect(workspace.read('src/app.module.ts')).toBe(before);
  });

  it('leaves ConfigModule to the module or library that configures it', async () => {
    const core = {
      'src/core/core.module.ts': `@Module({ imports: [ConfigModule.forRoot({ isGlobal: true })] }) class CoreModule {}`,
    };
    expect((await Workspace.of(core).add()).read('src/app.module.ts')).not.toContain('ConfigModule.forRoot()');
    const library = {
      'nest-cli.json': JSON.stringify({
        sourceRoot: 'src',
        projects: { core: { type: 'library', sourceRoot: 'libs/core/src' } },
      }),
      'libs/core/src/core.module.ts': core['src/core/core.module.ts'],
    };
    expect((await Workspace.of(library).add()).read('src/app.module.ts')).not.toContain('ConfigModule.forRoot()');
  });

  it('names a global guard, which would also guard the endpoint', async () => {
    const guarded = { 'src/auth.module.ts': `const guard = { provide: APP_GUARD, useClass: AuthGuard };` };
    const { logged } = await Workspace.of(guarded).add();
    expect(logged.join('\n')).toMatch(/src\/auth\.module\.ts has a global guard.*decorators: \[Public\(\)\]/);
    expect((await Workspace.of().add()).logged.join('\n')).not.toContain('guard');
  });

  it.each(['validate: check', 'validate', 'validationSchema: schema'])(
    'names a configuration with %s, which may remove unknown variables',
    async (option) => {
      const text = `@Module({ imports: [ConfigModule.forRoot({ isGlobal: true, ${option} })] }) class ConfigurationModule {}`;
      const { logged } = await Workspace.of({ 'src/configuration.module.ts': text }).add();
      expect(logged).toContainEqual(
        expect.stringMatching(
          /^src\/configuration\.module\.ts validates .* AUTH0_ISSUER, AUTH0_SESSION_SECRET and AUTH0_C/,
        ),
      );
      const plain = { 'src/configuration.module.ts': text.replace(option, 'cache: true') };
      expect((await Workspace.of(plain).add()).logged.join('\n')).not.toContain('validates');
    },
  );
});

describe('the packages of nest add', () => {
  const packagesOf = (workspace: Workspace): unknown => JSON.parse(workspace.read('package.json'));

  it.each([
    ['^11.0.1', { '@nestjs/config': '^4.0.0', '@nestjs/jwt': '^11.0.0' }],
    ['~12.5.1', { '@nestjs/config': '^12.0.0', '@nestjs/jwt': '^12.0.0' }],
  ])('are the peers for Nest %s', async (nest, peers) => {
    const workspace = await Workspace.of({ 'package.json': manifest(nest) }).add();
    expect(packagesOf(workspace)).toMatchObject({
      dependencies: { ...peers, 'class-transformer': '^0.5.1', 'class-validator': '^0.15.1', rxjs: '^7.8.1' },
    });
    expect(workspace.tasks).toMatchObject([{ name: 'node-package', options: { command: 'install' } }]);
  });

  it('are those for the installed version if the range names none', async () => {
    const installed = { 'node_modules/@nestjs/core/package.json': '{ "version": "11.1.3" }' };
    const workspace = await Workspace.of({ 'package.json': manifest('catalog:'), ...installed }).add();
    expect(packagesOf(workspace)).toMatchObject({ dependencies: { '@nestjs/jwt': '^11.0.0' } });
  });

  it('keep the versions and the indentation that the application has', async () => {
    const dependencies = { '@nestjs/core': '^11.0.0', '@nestjs/jwt': '11.0.1', 'class-validator': '^0.14.0' };
    const text = JSON.stringify({ dependencies }, null, 4);
    const workspace = await Workspace.of({ 'package.json': text }).add();
    expect(packagesOf(workspace)).toMatchObject({ dependencies });
    expect(workspace.read('package.json')).toMatch(/^ {8}"@nestjs\/config": "\^4\.0\.0",$/m);
  });

  it('are installed by bun if bun has installed the others', async () => {
    expect((await Workspace.of({ 'bun.lock': '' }).add()).tasks).toMatchObject([
      { options: { packageManager: 'bun' } },
    ]);
  });

  it('are not installed with --skip-install', async () => {
    expect((await Workspace.of().add({ skipInstall: true })).tasks).toEqual([]);
  });

  it.each(['^10.4.0', 'latest'])('are unknown for Nest %s, which is refused', async (nest) => {
    await expect(Workspace.of({ 'package.json': manifest(nest) }).add()).rejects.toThrow(
      `nestjs-auth-redirect requires Nest 11 or 12, but @nestjs/core is ${nest}`,
    );
  });
});

describe('the root module of nest add', () => {
  const main = (text: string) => ({ 'src/main.ts': text });
  const module = (name: string) => `@Module({ imports: [] })\nexport class ${name} {}\n`;
  const MONOREPO = {
    'nest-cli.json': JSON.stringify({
      sourceRoot: 'apps/web/src',
      projects: { web: { sourceRoot: 'apps/web/src' }, api: { sourceRoot: 'apps/api/src', entryFile: 'server' } },
    }),
    'apps/web/src/main.ts': `import { WebModule } from './web.module'; NestFactory.create(WebModule);`,
    'apps/web/src/web.module.ts': module('WebModule'),
    'apps/api/src/server.ts': `import { ApiModule } from './api.module'; NestFactory.create(ApiModule);`,
    'apps/api/src/api.module.ts': module('ApiModule'),
  };

  it.each<[string, Record<string, string>, string]>([
    [
      'of another name',
      main(`import { RootModule } from './root/root.module.js'; NestFactory.create<App>(RootModule, {});`),
      'src/root/root.module.ts',
    ],
    [
      'that is created with options',
      main(`import Root from './root/root.module'; NestFactory.create(Root.register({}))`),
      'src/root/root.module.ts',
    ],
    [
      'that another file creates',
      {
        ...main(''),
        'src/server.ts': `import { RootModule } from './root/root.module'; NestFactory.create(RootModule)`,
      },
      'src/root/root.module.ts',
    ],
    [
      'behind an alias, called app.module.ts',
      main(`import { AppModule } from '@/app.module'; NestFactory.create(AppModule)`),
      'src/app.module.ts',
    ],
  ])('is found if it is one %s', async (_what, files, path) => {
    const workspace = await Workspace.of({ 'src/root/root.module.ts': module('RootModule'), ...files }).add();
    expect(workspace.read(path)).toContain('AuthRedirectModule.forRootAsync');
  });

  it('is the one that NestFactory creates, if a file has several modules', async () => {
    const text = `@Module({})\nclass OtherModule {}\n\n@Module({})\nexport class AppModule {}\n`;
    const workspace = await Workspace.of({ 'src/app.module.ts': text }).add();
    expect(workspace.read('src/app.module.ts')).toMatch(/@Module\(\{\}\)\nclass OtherModule/);
  });

  it.each([
    ['the default application of a monorepo', { sourceRoot: 'apps/web/src' }, 'apps/web/src/web.module.ts'],
    ['the named application', { project: 'api', sourceRoot: 'apps/web/src' }, 'apps/api/src/api.module.ts'],
    ['the application of the folder', { sourceRoot: 'apps/api/src' }, 'apps/api/src/api.module.ts'],
    ['the named file', { module: 'src/app.module.ts' }, 'src/app.module.ts'],
  ])('is that of %s', async (_what, options, path) => {
    const workspace = Workspace.of(MONOREPO);
    const before = workspace.files;
    await workspace.add(options);
    const changed = Object.entries(workspace.files).filter(([file, text]) => text !== before[file]);
    expect(changed.map(([file]) => file).toSorted()).toEqual(['.env.example', path, 'package.json'].toSorted());
  });

  it.each<[Record<string, string>, object, string]>([
    [MONOREPO, { project: 'apl' }, 'nest-cli.json has no project apl; it has web, api'],
    [
      { 'src/app.module.ts': 'export {};' },
      {},
      'src has no NestFactory.create() with a root module: name its file with --module=src/app.module.ts',
    ],
    [
      MONOREPO,
      { sourceRoot: 'lib' },
      'lib has no NestFactory.create() with a root module: name the application with --project=web or --project=api, or name its file with --module=src/app.module.ts',
    ],
    [{}, { module: 'src/none.module.ts' }, 'src/none.module.ts does not exist'],
    [
      { 'src/app.module.ts': '@Module({ imports: MODULES }) export class AppModule {}' },
      {},
      'src/app.module.ts has no module with a list of imports: add AuthRedirectModule.forRootAsync() by hand',
    ],
    [
      { 'src/app.module.ts': 'const imports = []; @Module({ imports }) export class AppModule {}' },
      {},
      'src/app.module.ts has no module with a list of imports',
    ],
    [{ 'nest-cli.json': '{ "sourceRoot" }' }, {}, `nest-cli.json is not JSON: ':' expected.`],
  ])('is missing, and the error says what to do (%#)', async (files, options, message) => {
    await expect(Workspace.of(files).add(options)).rejects.toThrow(message);
  });
});

describe('the edit of nest add', () => {
  it.each([
    ['{}', '@Module({\n  imports: [\n    ConfigModule.forRoot(),\n'],
    ['{\n  imports: [\n    // none yet\n  ],\n}', '    // none yet\n    ConfigModule.forRoot(),\n'],
    ['{ providers: [] }', 'providers: [],\n  imports: ['],
    ['{ imports: [A, B] }', '  imports: [\n    A,\n    B,\n    ConfigModule.forRoot(),\n'],
    [
      '{\n  imports: [\n    A, // the first\n    B, // the second\n  ],\n}',
      '    B, // the second\n    ConfigModule.forRoot(),\n',
    ],
    [
      '{\n  imports: [\n    A,\n    ...(isTest ? [] : [B]),\n  ],\n}',
      '    ...(isTest ? [] : [B]),\n    ConfigModule.forRoot(),\n',
    ],
  ])('adds to %j', async (metadata, expected) => {
    const text = (await withModule(metadata).add()).read('src/app.module.ts');
    expect(text).toContain(expected);
    expect(text).toContain(IMPORTS);
  });

  it('adds to a file that is not formatted, and leaves its other lines unchanged', async () => {
    const lines = ['{', '    imports : [ A,', '        B  // the last', '    ],', '    providers: [ C ] }'];
    const text = (await withModule(lines.join('\n')).add()).read('src/app.module.ts');
    for (const line of lines.filter((one) => !one.includes('B')))
      expect(text.split('\n')).toContain(line.trim() === '{' ? '@Module({' : line === lines.at(-1) ? `${line})` : line);
    expect(text).toContain(
      '        B,  // the last\n        ConfigModule.forRoot(),\n        AuthRedirectModule.forRootAsync({\n            imports',
    );
  });

  it.each([
    ['four spaces', '    '],
    ['a tab', '\t'],
  ])('has no semicolons and %s, like an unformatted file', async (_what, unit) => {
    const text = `import { Module } from '@nestjs/common'\n\n@Module({\n${unit}imports : [\n${unit}${unit}A\n${unit}]\n})\nexport class AppModule {}\n`;
    const edited = (await Workspace.of({ 'src/app.module.ts': text }).add()).read('src/app.module.ts');
    const nested = IMPORTS.replaceAll(/^( {2})+/gm, (spaces) => unit.repeat(spaces.length / 2));
    expect(edited).toContain(nested.replace(/,\n$/, ''));
    expect(edited).toContain(`import { AuthRedirectModule } from 'nestjs-auth-redirect'\n`);
  });

  it('keeps Windows line endings', async () => {
    const text = `import { Module } from "@nestjs/common";\r\n\r\n@Module({\r\n    imports: [],\r\n})\r\nexport class AppModule {}\r\n`;
    const edited = (await Workspace.of({ 'src/app.module.ts': text }).add()).read('src/app.module.ts');
    expect(edited.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(edited).toContain('import { AuthRedirectModule } from "nestjs-auth-redirect";\r\n');
  });

  it.each([
    [
      `import { ConfigService } from '@nestjs/config';`,
      `import { ConfigService, ConfigModule } from '@nestjs/config';`,
    ],
    [
      `import type { ConfigType } from '@nestjs/config';`,
      `import { ConfigModule, ConfigService } from '@nestjs/config';`,
    ],
    [`import * as config from '@nestjs/config';`, `import { ConfigModule, ConfigService } from '@nestjs/config';`],
  ])('imports names in addition to %s', async (before, after) => {
    expect((await withModule('{}', before).add()).read('src/app.module.ts')).toContain(after);
  });
});

describe('.env.example of nest add', () => {
  it('is created with every variable', async () => {
    const text = (await Workspace.of().add()).read('.env.example');
    expect(text.match(/^(# )?AUTH0_\w+=/gm)).toEqual([
      'AUTH0_ISSUER=',
      'AUTH0_SESSION_SECRET=',
      '# AUTH0_CONTINUE_URL=',
    ]);
  });

  it.each(['PORT=3000', 'PORT=3000\n'])('keeps %j and gets the missing variables', async (before) => {
    const text = (await Workspace.of({ '.env.example': `# AUTH0_ISSUER=x\n${before}` }).add()).read('.env.example');
    expect(text).toMatch(/^# AUTH0_ISSUER=x\nPORT=3000\n\n# Secret .*\nAUTH0_SESSION_SECRET=\n/);
    expect(text.match(/AUTH0_ISSUER=/g)).toHaveLength(1);
  });

  it('is that of the application in a monorepo, if it has one', async () => {
    const own = {
      'nest-cli.json': '{ "sourceRoot": "apps/api/src" }',
      'apps/api/.env.example': '',
      'apps/api/src/app.module.ts': '@Module({}) class AppModule {}',
    };
    const workspace = await Workspace.of(own).add();
    expect(workspace.read('apps/api/.env.example')).toContain('AUTH0_ISSUER=');
    expect(workspace.files).not.toHaveProperty(['.env.example']);
  });
});

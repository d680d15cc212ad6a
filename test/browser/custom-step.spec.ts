import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { LoginStand } from '../harness/login-stand.js';

const EXAMPLE = 'examples/custom-step';

/** Returns the shipped Action with the declarations of docs/tutorials/custom-step.md. */
function editedAction(): string {
  const [, block = ''] = /^```js\n(.*?)^```$/ms.exec(readFileSync('docs/tutorials/custom-step.md', 'utf8')) ?? [];
  const declarations = [...block.matchAll(/^(?:function|const) \w+[( ].*?(?:^}|;)$/gms)].map(([text]) => text);
  expect(declarations).toHaveLength(4);
  return declarations.reduce(
    (source, declaration) => {
      const [, kind = '', name = ''] = /^(function|const) (\w+)/.exec(declaration) ?? [];
      const shipped = new RegExp(`^${kind} ${name}[( ].*?(?:^}|;)$`, 'ms');
      expect(source).toMatch(shipped);
      return source.replace(shipped, () => declaration);
    },
    readFileSync('auth0/actions/auth-redirect/code.js', 'utf8'),
  );
}

/** Compiles the example as a package of steps. */
function stepsPackage(folder: string): string {
  const path = join(folder, 'steps');
  mkdirSync(join(path, 'dist'), { recursive: true });
  symlinkSync(resolve('dist/service/node_modules'), join(path, 'node_modules'));
  cpSync(join(EXAMPLE, 'views'), join(path, 'views'), { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ type: 'module', main: 'dist/index.js' }));
  const compilerOptions = {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2023,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  for (const name of ['index', 'birthday.step']) {
    const { outputText } = transpileModule(readFileSync(join(EXAMPLE, `${name}.ts`), 'utf8'), { compilerOptions });
    writeFileSync(join(path, 'dist', `${name}.js`), outputText);
  }
  return path;
}

describe('a custom step with the Action of docs/tutorials/custom-step.md', () => {
  let folder: string;
  let stand: LoginStand;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custom-step-'));
    const action = join(folder, 'action.js');
    writeFileSync(action, editedAction());
    stand = await LoginStand.start({ STEPS_PACKAGE: stepsPackage(folder) }, {}, { ADULT_AGE: '21' }, [], action);
  });
  afterAll(async () => {
    await stand.stop();
    rmSync(folder, { recursive: true });
  });

  const enter = async (page: Parameters<LoginStand['logIn']>[0], years: number): Promise<void> => {
    await page.fill('#birthday', `${new Date().getUTCFullYear() - years}-01-01`);
    await page.click('button[type=submit]:not([name])');
  };

  it('is completed once, and its result reaches the application', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page);
      await enter(page, 40);
      expect(await stand.claimsOnPage(page)).toMatch(/"birthday": \{\s*"adult": true\s*\}/);
    });
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page);
      expect(await stand.claimsOnPage(page)).not.toContain('birthday');
    });
  });

  it('receives the claims of claimsFor', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'bob@example.com');
      await enter(page, 20);
      await page.waitForURL(/error=access_denied|\/callback|app\.localhost/);
      expect(await page.textContent('main')).toContain('You have to be 21.');
    });
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from './harness/browser.js';

const SANDBOX = join(__dirname, '..');
const ROOT = join(SANDBOX, '..');
const TSC = require.resolve('typescript/bin/tsc');
const MAX_MEGABYTES = 30;

let folder: string;
let installed: string;

/** Builds and packs the package like `npm publish`, and installs it like an author. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-installed-'));
  const tarball = packed();
  writeFileSync(join(folder, 'package.json'), '{}');
  execFileSync('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  installed = join(folder, 'node_modules', 'auth0-actions-sandbox');
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Other tests rebuild `dist` meanwhile, so this build uses another folder, from which packages resolve. */
function packed(): string {
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(join(cache, 'sandbox-'));
  try {
    const files = ['package.json', 'README.md', 'LICENSE', 'schema', 'templates'].filter((file) =>
      existsSync(join(SANDBOX, file)),
    );
    for (const file of files) cpSync(join(SANDBOX, file), join(staging, file), { recursive: true });
    const dist = join(staging, 'dist');
    execFileSync(process.execPath, [TSC, '-p', join(SANDBOX, 'tsconfig.json'), '--outDir', dist]);
    execFileSync(process.execPath, [join(SANDBOX, 'bundle-sdk.mjs'), dist]);
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: staging });
    return readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  } finally {
    rmSync(staging, { recursive: true });
  }
}

it('is small', () => {
  const kilobytes = Number(
    execFileSync('du', ['-sk', join(folder, 'node_modules')], { encoding: 'utf8' }).split('\t')[0],
  );
  expect(kilobytes / 1024).toBeLessThan(MAX_MEGABYTES);
});

it('has its license, licenses of bundled packages, README and types', () => {
  for (const file of ['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/app/THIRD-PARTY-LICENSES.txt']) {
    expect(statSync(join(installed, file)).size).toBeGreaterThan(0);
  }
  expect(readFileSync(join(installed, 'dist/app/THIRD-PARTY-LICENSES.txt'), 'utf8')).toContain(
    'express-openid-connect 3',
  );
});

it('has types that compile in strict mode', () => {
  const source =
    "import { startSandbox, type SandboxOptions } from 'auth0-actions-sandbox';\nconst o: SandboxOptions = { actions: ['a'] };\nvoid startSandbox(o);";
  writeFileSync(join(folder, 'use.ts'), source);
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules/@types'),
  ];
  const compile = () => execFileSync(process.execPath, [TSC, ...flags, 'use.ts'], { cwd: folder });
  expect(compile).not.toThrow();
});

it('exports its manifest, and no internal files', () => {
  const { resolve } = createRequire(join(folder, 'use.js'));
  expect(resolve('auth0-actions-sandbox/package.json')).toBe(join(installed, 'package.json'));
  expect(() => resolve('auth0-actions-sandbox/dist/cli.js')).toThrow('Cannot find module');
});

it('starts by its command without a warning, and its sample app works', async () => {
  writeFileSync(join(folder, 'action.js'), 'exports.onExecutePostLogin = async () => {};');
  const command = join(folder, 'node_modules', '.bin', 'auth0-actions-sandbox');
  const child = spawn(command, ['--action', 'action.js', '--port', '0', '--json'], { cwd: folder });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  try {
    const [line] = await once(child.stdout, 'data');
    const { app } = JSON.parse(String(line)) as { app: string };
    const browser = new Browser();
    const page = await browser.open(`${app}/login`);
    const home = await browser.open(page.url, { method: 'POST', form: { email: 'ada@example.com', password: 'x' } });
    expect(home.body).toContain('Hello, Ada');
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
  expect(errors).toBe('');
});

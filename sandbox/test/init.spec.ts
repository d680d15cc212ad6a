import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkAction } from '../src/checks/check-action.js';
import { parseCli } from '../src/cli-options.js';
import { parseSecrets } from '../src/secrets-file.js';
import { Browser, type Answer } from './harness/browser.js';
import { build, run, SandboxProcess } from './harness/sandbox-process.js';

const FILES = [
  '.gitignore',
  'actions/post-login.js',
  'actions/post-login.test.js',
  'secrets.env',
  'site.js',
  'tenant.yaml',
];

let parent: string;
let folder: string;

beforeAll(() => build(), 60_000);

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sandbox-init-'));
  folder = join(parent, 'terms');
});

afterEach(() => rmSync(parent, { recursive: true }));

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const secrets = (): Record<string, string> => parseSecrets(read('secrets.env'));

function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => statSync(join(directory, entry)).isFile()).toSorted((a, b) => a.localeCompare(b));
}

describe('init', () => {
  it('writes all files into a new folder, and prints the next steps', async () => {
    const { code, stdout, stderr } = await run(['init', folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(filesIn(folder)).toEqual(FILES);
    for (const file of FILES) expect(stdout).toMatch(new RegExp(`^${file.replaceAll('.', '\\.')} +written$`, 'm'));
    const next = `  cd ${folder}\n  npm install --save-dev auth0-actions-sandbox\n  npx auth0-actions-sandbox --watch\n`;
    expect(stdout).toContain(next);
  });

  it('generates a new secret of 32 bytes each time, which only the user can read', async () => {
    await run(['init', folder]);
    const { SESSION_SECRET: first = '' } = secrets();
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect(statSync(join(folder, 'secrets.env')).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
    await run(['init', folder]);
    expect(secrets()['SESSION_SECRET']).not.toBe(first);
    expect(read('.gitignore').split('\n')).toContain('secrets.env');
  });

  it('reports existing files and overwrites none', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, '.gitignore'), 'mine');
    writeFileSync(join(folder, 'tenant.yaml'), 'mine');
    const { code, stdout } = await run(['init', folder]);
    expect(code).toBe(0);
    expect([read('.gitignore'), read('tenant.yaml')]).toEqual(['mine', 'mine']);
    expect(stdout).toMatch(/^tenant\.yaml +skipped: it exists$/m);
    expect(stdout).toMatch(/^\.gitignore +skipped: it exists\n {2}Add secrets\.env to it\.$/m);
    expect(existsSync(join(folder, 'secrets.env'))).toBe(true);
  });

  it('prints no advice about a .gitignore that has secrets.env, such as its own', async () => {
    await run(['init', folder]);
    const { stdout } = await run(['init', folder]);
    expect(stdout).toMatch(/^\.gitignore +skipped: it exists$/m);
    expect(stdout).not.toContain('Add secrets.env');
  });

  it('prints the commands of the README', async () => {
    const { stdout } = await run(['init', folder]);
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    const [, commands = ''] = /init my-actions\ncd my-actions\n([^`]+)```/.exec(readme) ?? [];
    for (const command of commands.trim().split('\n')) expect(stdout).toContain(`  ${command}\n`);
    expect(readme).toContain('node --env-file=secrets.env site.js');
    expect(stdout).toContain('  node --env-file=secrets.env site.js\n');
  });

  it('writes nothing with --dry-run', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'site.js'), '');
    const { stdout } = await run(['init', folder, '--dry-run']);
    expect(filesIn(folder)).toEqual(['site.js']);
    expect(stdout).toMatch(/^tenant\.yaml +would be written$/m);
    expect(stdout).toMatch(/^site\.js +skipped: it exists$/m);
    expect(stdout).not.toContain('Next');
  });

  it('fails in one line if it cannot write', async () => {
    writeFileSync(folder, 'a file');
    const { code, stderr } = await run(['init', folder]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^auth0-actions-sandbox: .*tenant\.yaml cannot be written: .*\n$/);
  });

  it.each([
    [['init', 'a', 'b'], 'init accepts one folder; got "a" and "b". See --help.'],
    [['init', '--action', 'a.js'], "Unknown option '--action'. See --help."],
  ])('does not accept %p', (args, message) => {
    expect(() => parseCli(args)).toThrow(message);
  });

  it('uses the current folder by default', () => {
    expect(parseCli(['init'])).toEqual({ kind: 'init', options: { folder: '.', dryRun: false } });
    expect(parseCli(['init', '--help'])).toEqual({ kind: 'init help' });
  });
});

describe('the files of init', () => {
  it('is a tenant file that names the Action and its secrets', async () => {
    await run(['init', folder]);
    const tenant: unknown = parse(read('tenant.yaml'));
    expect(tenant).toMatchObject({
      actions: { 'post-login': [{ file: 'actions/post-login.js', secrets_file: 'secrets.env' }] },
    });
  });

  it('is an Action without findings', async () => {
    await run(['init', folder]);
    const file = join(folder, 'actions', 'post-login.js');
    const action = { file, trigger: 'post-login', secrets: secrets() } as const;
    expect(checkAction(read('actions/post-login.js'), action)).toEqual([]);
  });

  it.each([
    ['accepts', 0, 'Hello, Ada'],
    ['declines', 1, 'The terms were not accepted.'],
  ])('works in a login whose user %s the terms', async (_what, form, end) => {
    await run(['init', folder]);
    writeFileSync(join(folder, 'secrets.env'), read('secrets.env').replace('3000', String(await freePort())));
    const [action, file] = [join(folder, 'actions', 'post-login.js'), join(folder, 'secrets.env')];
    const sandbox = await SandboxProcess.start(['--action', action, '--secrets', file]);
    const site = await startSite(`${sandbox.ready.tenant}/continue`);
    try {
      const browser = new Browser();
      const login = await browser.open(`${sandbox.ready.app}/login`);
      const terms = await browser.open(login.url, {
        method: 'POST',
        form: { email: 'ada@example.com', password: 'x' },
      });
      expect(terms.body).toContain('ada@example.com, do you accept them?');
      expect((await submit(browser, terms, form)).body).toContain(end);
    } finally {
      site.kill();
      await sandbox.stop();
    }
  });

  it('is a page that rejects foreign tokens', async () => {
    await run(['init', folder]);
    writeFileSync(join(folder, 'secrets.env'), read('secrets.env').replace('3000', String(await freePort())));
    const site = await startSite('http://tenant.localhost:1/continue');
    try {
      const url = `${secrets()['TERMS_URL']}?state=s&session_token=`;
      for (const token of ['', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.']) {
        expect((await new Browser().fetch(url + token)).status).toBe(400);
      }
    } finally {
      site.kill();
    }
  });

  async function startSite(continueUrl: string): Promise<ChildProcess> {
    const env = { ...process.env, CONTINUE_URL: continueUrl };
    const child = spawn(process.execPath, ['--env-file=secrets.env', 'site.js'], { cwd: folder, env });
    await once(child.stdout, 'data');
    return child;
  }

  function submit(browser: Browser, page: Answer, index: number): Promise<Answer> {
    const forms = [...page.body.matchAll(/action="([^"]+)"[^]*?name="session_token" value="([^"]+)"/g)];
    const [, action = '', session_token = ''] = forms[index] ?? [];
    return browser.open(action.replaceAll('&#38;', '&'), { method: 'POST', form: { session_token }, from: page.url });
  }

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }
});

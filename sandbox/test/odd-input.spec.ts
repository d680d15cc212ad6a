import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Browser, type Answer } from './harness/browser.js';
import { build, DIST, run, SandboxProcess } from './harness/sandbox-process.js';

const ACTION = 'exports.onExecutePostLogin = async () => {};';
const CLIENT = ['--client-id', 'app', '--callback', 'http://app.localhost:1/'];

async function logIn(tenant: string, email: string): Promise<Answer> {
  const browser = new Browser();
  const query = 'client_id=app&response_type=code&scope=openid&redirect_uri=http://app.localhost:1/';
  const challenge = `code_challenge=${'a'.repeat(43)}&code_challenge_method=S256`;
  const page = await browser.open(`${tenant}/authorize?${query}&${challenge}`);
  return browser.open(page.url, { method: 'POST', form: { email } }, 'app.localhost:1');
}

describe('the command', () => {
  let folder: string;
  let action: string;

  beforeAll(() => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'sandbox-odd-'));
    action = join(folder, 'action.js');
    writeFileSync(action, ACTION);
    writeFileSync(join(folder, 'large.js'), '/'.repeat(1024 * 1024 + 1));
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['a folder as an Action', ['--action', 'FOLDER'], /^auth0-actions-sandbox: The Action file .* is a folder\.\n$/],
    ['a large Action', ['--action', 'FOLDER/large.js'], /^auth0-actions-sandbox: .*large\.js is larger than 1 MB\.\n$/],
    [
      'a certificate that is none',
      ['--action', 'FOLDER/action.js', '--tls-cert', 'FOLDER/action.js', '--tls-key', 'FOLDER/action.js'],
      /^auth0-actions-sandbox: The certificate \(--tls-cert\) and its key \(--tls-key\) have to be in PEM .*\n$/,
    ],
    [
      'a missing certificate',
      ['--action', 'FOLDER/action.js', '--tls-cert', 'FOLDER/none.pem', '--tls-key', 'FOLDER/none.pem'],
      /^auth0-actions-sandbox: The certificate .*none\.pem cannot be read\.\n$/,
    ],
  ])('refuses %s in one line', async (_what, args, message) => {
    const { code, stderr } = await run(args.map((arg) => arg.replace('FOLDER', folder)));
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  it('continues when its output is closed', async () => {
    const options = ['--action', action, '--port', '0', '--no-app', '--json', '--watch', ...CLIENT];
    const child = spawn(process.execPath, [join(DIST, 'cli.js'), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr.on('data', (chunk) => errors.push(String(chunk)));
    const [line] = await once(createInterface(child.stdout), 'line');
    const { tenant } = JSON.parse(String(line));
    child.stdout.destroy();
    for (let logins = 0; logins < 2; logins += 1) await logIn(tenant, 'ada@example.com');
    expect((await new Browser().fetch(tenant)).status).toBe(200);
    expect(errors).toEqual([]);
    child.kill();
    await once(child, 'exit');
  }, 30_000);
});

describe('the tenant', () => {
  let folder: string;
  let sandbox: SandboxProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-users-'));
    const users = Array.from(Array(10_000).keys(), (index) => ({ email: `user${index}@example.com` }));
    writeFileSync(join(folder, 'action.js'), ACTION);
    const tenant = { users, actions: { 'post-login': ['action.js'] } };
    writeFileSync(join(folder, 'tenant.json'), JSON.stringify(tenant));
    sandbox = await SandboxProcess.start(['--tenant', join(folder, 'tenant.json'), '--no-app', ...CLIENT]);
  }, 60_000);

  afterAll(async () => {
    await sandbox?.stop();
    rmSync(folder, { recursive: true });
  });

  it('reports that it has reached its limit of users', async () => {
    const answer = await logIn(sandbox.ready.tenant, 'one-more@example.com');
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('The sandbox keeps at most 10000 users.');
    expect((await logIn(sandbox.ready.tenant, 'user9999@example.com')).url).toContain('code=');
  });

  it.each([
    ['a form of 2 MB', '/u/reset', 413, { form: { email: 'x'.repeat(2e6) } }],
    ['a form of 5,000 fields', '/continue', 413, { body: 'a=1&'.repeat(5000) }],
    ['a path that is no UTF-8', '/u/reset/%ff', 400, {}],
    ['JSON that is none', '/dbconnections/signup', 400, { body: '{', headers: { 'content-type': 'application/json' } }],
  ])('refuses %s', async (_what, path, status, navigation) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await new Browser().fetch(`${sandbox.ready.tenant}${path}`, {
      method: 'POST',
      headers,
      ...navigation,
    });
    expect([answer.status, answer.body]).toEqual([status, expect.stringContaining('The request cannot be read')]);
  });
});

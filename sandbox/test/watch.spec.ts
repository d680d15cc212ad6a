import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveLog } from '../src/watch/live-log.js';
import { Browser } from './harness/browser.js';
import { submitLogin } from './harness/login.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const ACTION = `const { greeting } = require('./helper');
exports.onExecutePostLogin = async (event, api) => {
  console.log(greeting, event.user.email, event.secrets.KEY, '\\u001b[2J');
  if (event.user.email.startsWith('eve')) null.member;
  api.idToken.setCustomClaim('https://example.com/greeting', greeting);
};`;

describe('--watch', () => {
  let folder: string;
  let sandbox: SandboxProcess;

  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  const logIn = (email: string) => submitLogin(new Browser(), `${sandbox.ready.app}/login`, email);

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'sandbox-watch-'));
    write('post-login.js', ACTION);
    write('helper.js', "exports.greeting = 'hello';");
    write('secrets.json', JSON.stringify({ KEY: SECRET }));
    const files = ['--action', join(folder, 'post-login.js'), '--secrets', join(folder, 'secrets.json')];
    sandbox = await SandboxProcess.start([...files, '--watch']);
  }, 120_000);

  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  it('prints the calls of an Action, with secrets masked and without colors', async () => {
    await logIn('ada@example.com');
    await sandbox.printed(/completed/);
    const tail = sandbox.output.map((line) => line.replace(/tx_\w+/, 'ID'));
    expect(tail).toEqual([
      'ada@example.com  has logged in',
      'post-login  onExecutePostLogin',
      'post-login  console.log  hello ada@example.com ••••••••  [2J',
      "post-login  api.idToken.setCustomClaim('https://example.com/greeting', 'hello')",
      `ada@example.com  completed  ${sandbox.ready.transactions}/ID`,
    ]);
  });

  it('prints where an Action failed', async () => {
    await logIn('eve@example.com');
    const line = await sandbox.printed(/failed:/);
    expect(line).toMatch(/^post-login {2}failed: Cannot read .* post-login\.js:4 .*null\.member;$/);
    expect(await sandbox.printed(/access_denied/)).toMatch(/^eve@example\.com {2}access_denied: Cannot read/);
  });

  it('reports a changed helper module, and the next login runs it', async () => {
    await logIn('grace@example.com');
    write('helper.js', "exports.greeting = 'good evening';");
    expect(await sandbox.printed(/changed/)).toMatch(/helper\.js changed: the next login runs it\.$/);
    expect((await logIn('grace@example.com')).body).toContain('good evening');
  });

  it('reports a changed Action, and the next login runs it', async () => {
    write('post-login.js', ACTION.replaceAll('greeting)', "greeting + '!')"));
    expect(await sandbox.printed(/post-login\.js changed/)).toMatch(/the next login runs it\.$/);
    expect((await logIn('joan@example.com')).body).toContain('good evening!');
  });

  it('prints why a connection failed, and cuts a long line', async () => {
    write(
      'post-login.js',
      `exports.onExecutePostLogin = async () => {
        console.log('x'.repeat(90_000));
        await fetch('http://127.0.0.1:9/');
      };`,
    );
    await logIn('cut@example.com');
    expect(await sandbox.printed(/console\.log {2}xxx/)).toMatch(/^post-login {2}.{500}… \(\d+ characters\)$/);
    expect(await sandbox.printed(/failed:/)).toMatch(/failed: fetch failed {2}cause: (bad port|connect ECONNREFUSED)/);
  });

  it('prints that a handler with a misspelled name did not run', async () => {
    write('post-login.js', 'exports.onExecutePostLogn = async () => {};');
    await logIn('misspelled@example.com');
    await sandbox.printed(/^misspelled@example\.com {2}has logged in/);
    const hint = 'The file exports onExecutePostLogn; did you mean onExecutePostLogin?';
    const line = await sandbox.printed(/^post-login {2}/);
    expect(line).toBe(`post-login  onExecutePostLogin is not exported, so nothing ran. ${hint}`);
    const { body } = await new Browser().open(sandbox.ready.transactions);
    const [, path = ''] = /href="(\/transactions\/tx_\w+)"/.exec(body) ?? [];
    expect((await new Browser().open(sandbox.ready.tenant + path)).body).toContain(hint);
  });

  it('reports a changed secrets file, and the next step', async () => {
    write('secrets.json', JSON.stringify({ KEY: 'another' }));
    expect(await sandbox.printed(/secrets\.json changed/)).toMatch(/restart the sandbox to use it\.$/);
  });
});

describe('the log of logins', () => {
  it('is colored on a terminal', () => {
    const lines: string[] = [];
    const log = liveLog({ transactionsUrl: () => '', colors: true, write: (line) => lines.push(line) });
    log.onEntry?.('a.js', { type: 'log', level: 'error', text: 'oh\nno' });
    expect(lines).toEqual(['\u001b[2ma.js\u001b[22m  \u001b[31mconsole.error  oh no\u001b[39m']);
  });
});

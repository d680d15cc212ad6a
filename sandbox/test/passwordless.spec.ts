import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransactionRecord } from '../src/index.js';
import { Browser, type Answer } from './harness/browser.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const BEFORE = `exports.onExecutePreUserRegistration = async (event, api) => {
  console.log(event.connection.strategy, event.user.email, event.client.client_id);
  api.user.setUserMetadata('color', 'blue');
  if (event.user.email.startsWith('no')) api.access.deny('not_wanted', 'You cannot sign up.');
};`;
const AFTER = `exports.onExecutePostUserRegistration = async (event) => console.log('after', event.user.email);`;
const LOGIN = `exports.onExecutePostLogin = async (event) => console.log(JSON.stringify(event.user));`;

let folder: string;
let sandbox: SandboxProcess;
beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-passwordless-'));
  const files = { 'before.js': BEFORE, 'after.js': AFTER, 'login.js': LOGIN };
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  const actions = ['pre-user-registration:', 'post-user-registration:', ''].map(
    (trigger, index) => trigger + join(folder, Object.keys(files)[index] ?? ''),
  );
  sandbox = await SandboxProcess.start(actions.flatMap((action) => ['--action', action]));
}, 60_000);
afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

async function logIn(email: string, connection = 'email'): Promise<Answer> {
  const browser = new Browser();
  const page = await browser.open(`${sandbox.ready.app}/login?connection=${connection}`);
  return browser.open(page.url, { method: 'POST', form: { email, password: '' } });
}

/** Returns the latest record after its last Action. The sign-up does not wait for Actions of post-user-registration. */
async function recordWith(trigger: string): Promise<TransactionRecord> {
  for (;;) {
    const { body } = await new Browser().fetch(`${sandbox.ready.tenant}/transactions.json`);
    const [latest]: TransactionRecord[] = JSON.parse(body).transactions;
    const isThere = latest?.steps.some(
      (step) => step.kind === 'action' && step.trigger === trigger && step.durationMs !== undefined,
    );
    if (latest && isThere) return latest;
  }
}

const triggersOf = ({ steps }: TransactionRecord): string[] =>
  steps.flatMap((step) => (step.kind === 'action' ? [step.trigger] : []));

describe('a login with a passwordless connection', () => {
  it('signs up new users, without the metadata of the Action', async () => {
    expect((await logIn('new@example.com')).body).toContain('Hello, New');
    const record = await recordWith('post-user-registration');
    expect(triggersOf(record).toSorted()).toEqual(['post-login', 'post-user-registration', 'pre-user-registration']);
    const text = JSON.stringify(record);
    expect(text).toContain('email new@example.com sample-app');
    expect(text).toContain('cannot add metadata to passwordless users');
    expect(text).toContain('\\"email_verified\\":true');
    expect(text).not.toContain('\\"color\\"');
  });

  it('signs up a user once', async () => {
    await logIn('again@example.com');
    await recordWith('post-user-registration');
    await logIn('again@example.com');
    expect(triggersOf(await recordWith('post-login'))).toEqual(['post-login']);
  });

  it('shows why a sign-up was rejected', async () => {
    const { status, body } = await logIn('no@example.com');
    expect([status, body]).toEqual([400, expect.stringContaining('You cannot sign up.')]);
  });

  it('is the only kind whose login runs the Actions of a sign-up', async () => {
    await logIn('made-up@example.com', 'Username-Password-Authentication');
    expect(triggersOf(await recordWith('post-login'))).toEqual(['post-login']);
  });
});

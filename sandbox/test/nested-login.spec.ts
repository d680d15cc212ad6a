import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeToken } from '../src/redirect/jwt.js';
import { Browser, type Answer } from './harness/browser.js';
import { tokenAnswer } from './harness/management-bench.js';
import { replyTo } from './harness/redirect-target.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const STEP_HOST = 'step.localhost';
const CALLBACK = `http://${STEP_HOST}/back`;
const CLIENT = { client_id: 'linker', client_secret: 'the secret of the linker' };

/** Redirects logins of the app, but not of the other client. */
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  if (event.client.client_id === 'linker') return;
  const session_token = api.redirect.encodeToken({ secret: event.secrets.SECRET });
  api.redirect.sendUserTo('http://${STEP_HOST}/go', { query: { session_token } });
};
exports.onContinuePostLogin = async (event, api) => {
  api.redirect.validateToken({ secret: event.secrets.SECRET, tokenParameterName: 'session_token' });
};`;

let folder: string;
let sandbox: SandboxProcess;
let tenant: string;
let app: string;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-nested-'));
  const [action, secrets] = [join(folder, 'action.js'), join(folder, 'secrets.json')];
  writeFileSync(action, ACTION);
  writeFileSync(secrets, JSON.stringify({ SECRET }));
  const client = ['--client-id', CLIENT.client_id, '--client-secret', CLIENT.client_secret, '--callback', CALLBACK];
  sandbox = await SandboxProcess.start(['--action', action, '--secrets', secrets, ...client]);
  ({ tenant, app } = sandbox.ready);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

const logIn = async (browser: Browser, page: Answer, email: string): Promise<Answer> =>
  browser.open(page.url, { method: 'POST', form: { email, password: 'anything' } }, STEP_HOST);

async function comeBack(browser: Browser, address: string): Promise<Answer> {
  const reply = replyTo(address, SECRET);
  const target = `${tenant}/continue?state=${encodeURIComponent(reply.state)}`;
  return browser.open(target, { method: 'POST', form: { ...reply }, from: `http://${STEP_HOST}/go` });
}

/** Posts oidc-provider's page between two users of a browser, because scripts do not run here. */
async function between(browser: Browser, page: Answer): Promise<Answer> {
  const [, action, xsrf = ''] = /action="([^"]+)"[\s\S]*name="xsrf" value="([^"]+)"/.exec(page.body) ?? [];
  if (action === undefined) return page;
  return browser.open(action, { method: 'POST', form: { xsrf, logout: 'yes' } }, STEP_HOST);
}

/** Returns the address of an authorization request of the other client. */
const authorize = (parameters: Record<string, string> = {}): string => {
  const query = { client_id: CLIENT.client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email' };
  const fresh = { prompt: 'login', max_age: '0', nonce: 'n', state: 's' };
  return `${tenant}/authorize?${new URLSearchParams({ ...query, ...fresh, ...parameters }).toString()}`;
};

async function claimsOf(back: Answer): Promise<Record<string, unknown>> {
  const code = new URL(back.url).searchParams.get('code') ?? '';
  const grant = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
  const { body } = await tokenAnswer(tenant, { ...CLIENT, ...grant });
  return { ...decodeToken(body['id_token'] ?? '')?.claims };
}

describe('a login to a second account during the redirect of the first', () => {
  it.each([
    ['a second account', 'grace@example.com', 'Hello, Ada'],
    ['the same account again', 'ada@example.com', 'Hello, Ada'],
  ])('proves %s, and the first login continues', async (_name, email, hello) => {
    const browser = new Browser();
    const away = await logIn(browser, await browser.open(`${app}/login`), 'ada@example.com');
    const page = await browser.open(authorize());
    expect(page.body).toContain('name="email"');
    const before = Math.floor(Date.now() / 1000);
    const claims = await claimsOf(await between(browser, await logIn(browser, page, email)));
    expect(claims).toMatchObject({ email, nonce: 'n', aud: CLIENT.client_id, sub: expect.stringMatching(/^auth0\|/) });
    expect(Number(claims['auth_time'])).toBeGreaterThanOrEqual(before);
    const home = await between(browser, await comeBack(browser, away.url));
    expect(home.url).toBe(`${app}/`);
    expect(home.body).toContain(hello);
  });
});

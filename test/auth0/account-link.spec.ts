import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { ActionBench } from '../../sandbox/test/harness/action-bench.js';
import { replyTo } from '../../sandbox/test/harness/redirect-target.js';

type Json = Record<string, unknown>;

const ROOT = join(__dirname, '../..');
const SOURCE = readFileSync(join(ROOT, 'auth0/actions/auth-redirect/code.js'), 'utf8');
const SECRET = 'the-secret-of-today-0123456789abcdef';
const SECOND = { sub: 'google-oauth2|42', email: 'ada@example.org', email_verified: true, verifiedAt: '2026-11-23' };
const AGAIN = 'We could not link your accounts. Sign in again to retry.';
const NEVER =
  'Your accounts cannot be linked. The other account may already be linked to a different one. Contact support.';

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: unknown;
}

let calls: Call[];
let statuses: { token: number; link: number };
let management: Server;
let bench: ActionBench;
let sentTo: string;

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method, url } = request;
  calls.push({ method, url, body: await json(request) });
  const status = url === '/oauth/token' ? statuses.token : statuses.link;
  if (status === 0) return void response.destroy();
  if (status === 302) response.setHeader('Location', '/elsewhere');
  response.writeHead(status).end('{"access_token":"management-token"}');
};

beforeEach(async () => {
  calls = [];
  statuses = { token: 200, link: 201 };
  management = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(management, 'listening');
});
afterEach(async () => {
  await bench.dispose();
  management.close();
});

const credentials = (): Record<string, string> => ({
  MANAGEMENT_URL: `http://localhost:${(management.address() as AddressInfo).port}/`,
  MANAGEMENT_CLIENT_ID: 'client',
  MANAGEMENT_CLIENT_SECRET: 'client-secret',
});

/** Begins a login, and returns the payload of the session token, or undefined if the login is not redirected. */
async function begin(secrets: Record<string, string> = credentials(), source = SOURCE): Promise<Json | undefined> {
  const own = { SESSION_SECRET: SECRET, REDIRECT_URL: 'https://steps.example.com/redirect', LINK_CLIENT_ID: 'linker' };
  bench = new ActionBench([source], { ...own, ...secrets });
  return start();
}

async function start(parameters: Record<string, string> = {}): Promise<Json | undefined> {
  bench.newLogin(parameters);
  const outcome = await bench.start();
  sentTo = outcome.kind === 'redirect' ? outcome.url : '';
  const token = sentTo && (new URL(sentTo).searchParams.get('session_token') ?? '');
  return token ? (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json) : undefined;
}

const comeBack = (second: unknown = SECOND) =>
  bench.resume(replyTo(sentTo, SECRET, { outcome: 'completed', steps: { 'account-link': second } }));
const denied = (description: string) => ({ kind: 'denied', error: 'access_denied', description });

describe('the Action after account-link', () => {
  it("links the second account to the one that logged in, and keeps the step's result", async () => {
    await begin();
    expect(await comeBack()).toEqual({ kind: 'completed' });
    const path = `/api/v2/users/${encodeURIComponent(bench.user.user_id)}/identities`;
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /oauth/token', `POST ${path}`]);
    expect(calls[1]?.body).toEqual({ provider: 'google-oauth2', user_id: '42' });
    expect(bench.user.app_metadata).toEqual({ auth_redirect: { 'account-link': SECOND } });
    expect(bench.calls().map(({ name }) => name)).not.toContain('api.authentication.setPrimaryUser');
  });

  it('keeps the bars in the id of an enterprise connection', async () => {
    await begin();
    await comeBack({ ...SECOND, sub: 'samlp|acme|ada@example.org' });
    expect(calls[1]?.body).toEqual({ provider: 'samlp', user_id: 'acme|ada@example.org' });
  });

  it('requests one token for the link and for the attributes of the profile', async () => {
    await begin({ ...credentials(), PROFILE_FIELDS: 'given_name' });
    const steps = { 'account-link': SECOND, profile: { given_name: 'Augusta' } };
    expect(await bench.resume(replyTo(sentTo, SECRET, { outcome: 'completed', steps }))).toEqual({ kind: 'completed' });
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'POST', 'PATCH']);
  });

  it('makes no request if the accounts are already linked', async () => {
    await begin();
    bench.user.identities.push({ provider: 'google-oauth2', user_id: '42', connection: 'google', isSocial: true });
    expect(await comeBack()).toEqual({ kind: 'completed' });
    expect(await start()).toMatchObject({ identities: 2 });
    expect(await comeBack({ ...SECOND, sub: bench.user.user_id })).toEqual({ kind: 'completed' });
    expect(calls).toEqual([]);
  });

  it('links nothing if the user skipped the step, and keeps nothing', async () => {
    await begin();
    expect(await comeBack({ skipped: true })).toEqual({ kind: 'completed' });
    expect(calls).toEqual([]);
    expect(bench.user.app_metadata).toEqual({});
  });

  it.each([
    [400, NEVER],
    [404, NEVER],
    [409, NEVER],
    [403, AGAIN],
    [429, AGAIN],
    [500, AGAIN],
    [302, AGAIN],
    [0, AGAIN],
  ])('denies the login if the Management API answers %d', async (status, text) => {
    await begin();
    statuses.link = status;
    expect(await comeBack()).toEqual(denied(text));
    expect(bench.user.app_metadata).toEqual({});
    expect(bench.logs().join()).toMatch(/login denied, the accounts were not linked, /);
    expect(bench.logs().join()).not.toMatch(/google-oauth2|ada@|management-token|client-secret/);
  });

  it.each([400, 401, 404, 500])('denies the login if the tenant answers %d to the token request', async (status) => {
    await begin();
    statuses.token = status;
    expect(await comeBack()).toEqual(denied(AGAIN));
    expect(calls).toHaveLength(1);
  });

  it.each([null, 'google-oauth2|42', {}, { sub: '' }, { sub: 'no-bar' }, { sub: 7 }])(
    'denies the login if the step returned no account, but %j',
    async (second) => {
      await begin();
      expect(await comeBack(second)).toEqual(denied(AGAIN));
      expect(calls).toEqual([]);
    },
  );

  it('denies the login if no secret names the tenant', async () => {
    await begin({});
    expect(await comeBack()).toEqual(denied(AGAIN));
    expect(bench.logs().join()).toContain('the secret MANAGEMENT_URL is not set');
  });

  it('can make the second account the primary one', async () => {
    const edited = SOURCE.replace("return 'first';", "return second.email_verified ? 'second' : 'first';").replace(
      'primaryAccount(_event, _second) {',
      'primaryAccount(_event, second) {',
    );
    await begin(credentials(), edited);
    const first = bench.user.user_id;
    const outcome = await comeBack();
    const path = `/api/v2/users/${encodeURIComponent(SECOND.sub)}/identities`;
    expect(calls[1]).toMatchObject({ url: path, body: { provider: 'auth0', user_id: first.split('|')[1] } });
    expect(bench.calls().filter(({ name }) => name === 'api.authentication.setPrimaryUser')).toMatchObject([
      { args: [SECOND.sub] },
    ]);
    // The fake Management API links no account, and the tenant detects that.
    expect(outcome).toMatchObject({ kind: 'denied' });
  });

  it('writes the attributes of the profile to the primary account', async () => {
    await begin(
      { ...credentials(), PROFILE_FIELDS: 'given_name' },
      SOURCE.replace("return 'first';", "return 'second';"),
    );
    const steps = { 'account-link': SECOND, profile: { given_name: 'Augusta' } };
    await bench.resume(replyTo(sentTo, SECRET, { outcome: 'completed', steps }));
    expect(calls[2]?.url).toBe(`/api/v2/users/${encodeURIComponent(SECOND.sub)}`);
  });

  it('does not redirect the login to the second account', async () => {
    await begin();
    expect(await start({ client_id: 'linker' })).toBeUndefined();
    expect(bench.transaction.outcome ?? (await bench.start()).kind).toBe('completed');
    expect(await start({ client_id: 'app' })).toBeDefined();
  });

  it('sends the service the address and the number of accounts only if it may link', async () => {
    expect(await begin()).toMatchObject({ email: bench.user.email, email_verified: true, identities: 1 });
    await bench.dispose();
    expect(await begin({ LINK_CLIENT_ID: '' })).not.toHaveProperty('identities');
    await bench.dispose();
    expect(await begin({ TERMS_VERSION: '1' })).not.toHaveProperty('identities');
  });

  it('has its texts in each language of the service', async () => {
    const languages = readdirSync(join(ROOT, 'locales')).filter((name) => name.endsWith('.json'));
    for (const key of ['linkAgain', 'cannotLink']) {
      const texts = [...SOURCE.matchAll(new RegExp(`${key}:\\s+'([^']+)'`, 'g'))].map(([, text]) => text ?? '');
      expect(new Set(texts).size).toBe(languages.length);
      expect(texts.every((text) => text.length <= 200)).toBe(true);
    }
    await begin();
  });
});

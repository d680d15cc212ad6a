import { AppBench, claimsOf, SPA, WEB } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SILENT = { prompt: 'none' };

// The login_hint selects the Action's behavior. The Action logs the values that it reads.
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  const { session, transaction: { login_hint: what = '' } } = event;
  console.log(JSON.stringify({ session, methods: event.authentication.methods, logins: event.stats.logins_count }));
  const now = Date.parse(session?.updated_at);
  if (what === 'revoke') api.session.revoke('moved away');
  if (what === 'revoke, keep') api.session.revoke('moved away', { preserveRefreshTokens: true });
  if (what === 'short') api.session.setExpiresAt(now + 2 * ${HOUR_MS}).session.setExpiresAt(now + ${HOUR_MS}).session.setExpiresAt(now + 3 * ${HOUR_MS});
  if (what === 'idle') api.session.setIdleExpiresAt(now + ${HOUR_MS});
  if (what === 'too long') api.session.setExpiresAt(now + 365 * ${DAY_MS});
  if (what === 'metadata') api.session.setMetadata('risk', 'low').session.setMetadata('gone', 'soon').session.deleteMetadata('gone');
  if (what === 'evict') api.session.evictMetadata();
  if (what === 'number') api.session.setMetadata('n', 5);
  if (what === 'mode') api.session.setCookieMode('persistent').session.setCookieMode('non-persistent');
  if (what.startsWith('call ')) eval(what.slice(5));
};
`;

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start(ACTION);
}, 60_000);
afterAll(() => bench?.stop());

interface Seen {
  readonly session: Record<'id' | 'created_at' | 'authenticated_at' | 'last_interacted_at' | 'expires_at', string> & {
    readonly clients: unknown;
    readonly cookie: unknown;
    readonly metadata: unknown;
  };
  readonly methods: unknown;
  readonly logins: number;
}

/** Returns the values that the Action logged in the latest login. */
async function seen(): Promise<Seen> {
  return JSON.parse((await bench.logs())[0] ?? '{}');
}

describe('the session of a browser', () => {
  it('keeps its times and methods across single sign-on', async () => {
    const browser = new Browser();
    await bench.logIn('sso@example.com', {}, browser);
    const { session: first, methods } = await seen();
    expect(methods).toEqual([{ name: 'pwd', timestamp: first.authenticated_at }]);
    await bench.advance(60_000);
    expect(await bench.logIn('', { ...SILENT, client_id: WEB.client_id }, browser)).toHaveProperty('code');
    const { session: second, methods: still, logins } = await seen();
    expect({ still, logins }).toEqual({ still: methods, logins: 2 });
    expect(second).toMatchObject({
      id: first.id,
      created_at: first.created_at,
      authenticated_at: first.authenticated_at,
    });
    expect(second.clients).toEqual([{ client_id: SPA.client_id }, { client_id: WEB.client_id }]);
    expect(Date.parse(second.last_interacted_at) - Date.parse(first.last_interacted_at)).toBeGreaterThanOrEqual(60_000);
    expect(second.expires_at).toBe(first.expires_at);
  });

  it('is authenticated again by prompt=login', async () => {
    const browser = new Browser();
    await bench.logIn('again@example.com', {}, browser);
    const { session: first } = await seen();
    await bench.advance(60_000);
    await bench.logIn('again@example.com', { prompt: 'login' }, browser);
    const { session: second, methods } = await seen();
    expect(second).toMatchObject({ id: first.id, created_at: first.created_at });
    expect(Date.parse(second.authenticated_at) - Date.parse(first.authenticated_at)).toBeGreaterThanOrEqual(60_000);
    expect(methods).toEqual([{ name: 'pwd', timestamp: second.authenticated_at }]);
  });

  it.each([
    ['google-oauth2', 'federated'],
    ['email', 'email'],
    ['Username-Password-Authentication', 'pwd'],
  ])('records how the user of the connection %s logged in: %s', async (connection, name) => {
    await bench.logIn('how@example.com', { connection });
    expect((await seen()).methods).toMatchObject([{ name }]);
  });

  it('ends when another user logs in with the same browser', async () => {
    const browser = new Browser();
    await bench.logIn('one@example.com', {}, browser);
    const { session: first } = await seen();
    const page = await bench.authorize(browser, { prompt: 'login' });
    // oidc-provider shows a page that submits itself between the two users. Scripts do not run here.
    const between = await bench.submit(browser, page, 'two@example.com');
    const [, action = '', xsrf = ''] = /action="([^"]+)"[\s\S]*name="xsrf" value="([^"]+)"/.exec(between.body) ?? [];
    const end = await browser.open(action, { method: 'POST', form: { xsrf, logout: 'yes' } }, 'my-app.localhost:1');
    expect(new URL(end.url).searchParams.get('code')).toBeTruthy();
    const { session: second, methods } = await seen();
    expect(second.id).not.toBe(first.id);
    expect(methods).toMatchObject([{ name: 'pwd' }]);
  });

  it('is needed for prompt=none', async () => {
    expect(await bench.logIn('', SILENT)).toMatchObject({
      error: 'login_required',
      error_description: expect.any(String),
    });
  });

  it.each([
    ['an idle one', 'default', 3 * DAY_MS],
    ['one with a lifetime from an Action, the shortest of all', 'short', HOUR_MS],
    ['one with an idle lifetime from an Action', 'idle', HOUR_MS],
  ])('expires: %s', async (_what, hint, lifetime) => {
    const browser = new Browser();
    await bench.logIn('expires@example.com', { login_hint: hint }, browser);
    await bench.advance(lifetime - 60_000);
    // An authorize request that stops at the login page does not use the session.
    expect(await bench.logIn('', { ...SILENT, login_hint: hint === 'short' ? '' : hint }, browser)).toHaveProperty(
      'code',
    );
    await bench.advance(hint === 'short' ? 120_000 : lifetime + 60_000);
    expect(await bench.logIn('', SILENT, browser)).toMatchObject({ error: 'login_required' });
    expect((await bench.authorize(browser)).body).toContain('Log in');
  });

  it('begins again with another login after it has expired', async () => {
    const browser = new Browser();
    await bench.logIn('anew@example.com', { login_hint: 'metadata' }, browser);
    const { session: first } = await seen();
    await bench.advance(8 * DAY_MS);
    await bench.logIn('anew@example.com', {}, browser);
    const { session: second } = await seen();
    expect(second.id).not.toBe(first.id);
    expect(second.metadata).toEqual({});
  });

  it('cannot outlive the tenant’s maximum', async () => {
    const browser = new Browser();
    await bench.logIn('long@example.com', { login_hint: 'too long' }, browser);
    await bench.logIn('', SILENT, browser);
    const { session } = await seen();
    expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(7 * DAY_MS);
  });

  it('keeps metadata until they are removed', async () => {
    const browser = new Browser();
    await bench.logIn('meta@example.com', { login_hint: 'metadata' }, browser);
    await bench.logIn('', { ...SILENT, login_hint: 'evict' }, browser);
    expect((await seen()).session.metadata).toEqual({ risk: 'low' });
    await bench.logIn('', { ...SILENT, login_hint: 'number' }, browser);
    expect((await seen()).session.metadata).toEqual({});
    await bench.logIn('', SILENT, browser);
    expect((await seen()).session.metadata).toEqual({ n: '5' });
  });

  it.each([
    ['a key with a space', 'api.session.setMetadata("a b", "c")', 'a key is made of letters'],
    ['a long key', 'api.session.setMetadata("k".repeat(256), "c")', '256 characters'],
    ['a long value', 'api.session.setMetadata("k", "v".repeat(256))', '256 characters'],
    ['26 entries', 'for (let i = 0; i < 26; i++) api.session.setMetadata("k" + i, "v")', '25 entries'],
    ['no number', 'api.session.setExpiresAt("tomorrow")', 'milliseconds'],
    ['an unknown cookie mode', 'api.session.setCookieMode("none")', '"persistent" or "non-persistent"'],
  ])('refuses %s', async (_what, code, text) => {
    const end = await bench.logIn('wrong@example.com', { login_hint: `call ${code}` });
    expect(end).toMatchObject({ error: 'access_denied', error_description: expect.stringContaining(text) });
    expect(await bench.steps('denied')).toMatchObject([{ description: end['error_description'] }]);
  });

  it('has a cookie that ends with the browser, if an Action requests it', async () => {
    const browser = new Browser();
    await bench.logIn('cookie@example.com', {}, browser);
    expect((await seen()).session.cookie).toEqual({ mode: 'persistent' });
    await bench.logIn('', { ...SILENT, login_hint: 'mode' }, browser);
    const { headers } = await bench.authorize(browser, SILENT);
    const cookies = headers['set-cookie']?.filter((line) => line.startsWith('_session=')) ?? [];
    expect(cookies.length).toBeGreaterThan(0);
    for (const line of cookies) expect(line).not.toMatch(/expires/i);
    expect((await seen()).session.cookie).toEqual({ mode: 'non-persistent' });
  });

  it.each([
    ['with its refresh tokens', 'revoke', 403],
    ['without them', 'revoke, keep', 200],
  ])('can be revoked, %s', async (_what, hint, status) => {
    const browser = new Browser();
    const offline = { scope: 'openid offline_access', client_id: WEB.client_id };
    const tokens = await bench.tokensOf('revoked@example.com', offline, browser);
    const end = await bench.logIn('', { ...SILENT, login_hint: hint }, browser);
    expect(end).toMatchObject({ error: 'access_denied', error_description: 'moved away' });
    expect(await bench.logIn('', SILENT, browser)).toMatchObject({ error: 'login_required' });
    expect((await bench.refresh(tokens['refresh_token'], { client_id: WEB.client_id })).status).toBe(status);
  });

  it('can be revoked by the login that began it', async () => {
    const browser = new Browser();
    const end = await bench.logIn('never@example.com', { login_hint: 'revoke' }, browser);
    expect(end).toMatchObject({ error: 'access_denied', error_description: 'moved away', state: 's' });
    expect((await bench.authorize(browser)).body).toContain('Log in');
  });

  it('is the sid of the ID token', async () => {
    const { id_token: token } = await bench.tokensOf('sid@example.com');
    expect(claimsOf(token)['sid']).toBe((await seen()).session.id);
  });
});

import { AppBench, claimsOf, SPA, WEB } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OFFLINE = { scope: 'openid email offline_access read:some', audience: 'https://api.example.com/' };

// The user's name selects the Action's behavior in the exchange. The Action logs the values that it reads.
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  const { protocol, requested_scopes } = event.transaction;
  const [what] = event.user.nickname.split('.');
  const isRefresh = protocol === 'oauth2-refresh-token';
  console.log(JSON.stringify({
    protocol, requested_scopes, request: event.request, token: event.refresh_token, session: event.session,
    canRedirect: api.redirect.canRedirect(), methods: event.authentication.methods.map(({ name }) => name),
    audience: event.resource_server.identifier, logins: event.stats.logins_count,
  }));
  api.idToken.setCustomClaim('https://example.com/by', protocol);
  api.accessToken.setCustomClaim('https://example.com/by', protocol);
  if (!isRefresh) {
    const now = Date.parse(event.session.updated_at);
    api.refreshToken.setMetadata('device', 'phone').refreshToken.setMetadata('gone', 'soon');
    if (what === 'short') api.refreshToken.setExpiresAt(now + 2 * ${HOUR_MS}).refreshToken.setExpiresAt(now + ${HOUR_MS});
    if (what === 'idle') api.refreshToken.setIdleExpiresAt(now + ${HOUR_MS});
    return;
  }
  if (what === 'deny') api.access.deny('not any more');
  if (what === 'throw') throw new Error('broken');
  if (what === 'redirect') api.redirect.sendUserTo('http://step.localhost/');
  if (what === 'revoke') api.refreshToken.revoke('lost device');
  if (what === 'scopes') api.accessToken.addScope('read:more').accessToken.removeScope('read:some');
  if (what === 'session') api.session.setMetadata('a', 'b').session.revoke('no');
  api.refreshToken.deleteMetadata('gone').refreshToken.setMetadata('count', String(Number(event.refresh_token.metadata.count ?? 0) + 1));
};`;

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start(ACTION);
}, 60_000);
afterAll(() => bench?.stop());

interface Seen {
  readonly requested_scopes: readonly string[];
  readonly token: Record<string, unknown>;
}

/** Returns the values that the Action logged in the latest exchange. */
async function seen(): Promise<Seen> {
  return JSON.parse((await bench.logs())[0] ?? '{}');
}

describe('offline_access', () => {
  it('issues a refresh token to the app, and stays in the event of the Action', async () => {
    const tokens = await bench.tokensOf('offline@example.com', OFFLINE);
    expect(tokens['refresh_token']).toMatch(/^[\w-]{30,}$/);
    expect(tokens['scope']?.split(' ')).toContain('offline_access');
    expect((await seen()).requested_scopes).toContain('offline_access');
  });

  it('is required for a refresh token', async () => {
    expect(await bench.tokensOf('online@example.com')).not.toHaveProperty('refresh_token');
    const [step] = await bench.steps('action');
    const calls = step?.entries.filter(
      (entry) => entry.type === 'call' && entry.name === 'api.refreshToken.setMetadata',
    );
    expect(calls?.[0]).toMatchObject({ hint: expect.stringContaining('offline_access') });
  });
});

describe('the exchange of a refresh token', () => {
  it('runs the Actions, and puts their claims into the new tokens', async () => {
    const first = await bench.tokensOf('ada@example.com', OFFLINE);
    expect(claimsOf(first['id_token'])).toMatchObject({ 'https://example.com/by': 'oidc-basic-profile' });
    const { status, body } = await bench.refresh(first['refresh_token']);
    expect(status).toBe(200);
    const by = { 'https://example.com/by': 'oauth2-refresh-token' };
    expect(claimsOf(body['id_token'])).toMatchObject({ ...by, aud: 'spa', sid: claimsOf(first['id_token'])['sid'] });
    expect(claimsOf(body['access_token'])).toMatchObject({
      ...by,
      aud: expect.arrayContaining(['https://api.example.com/']),
    });
  });

  it('has its own kind of event, without secrets', async () => {
    const { refresh_token: token = '' } = await bench.tokensOf('event@example.com', { ...OFFLINE, client_id: 'web' });
    await bench.refresh(token, { client_id: WEB.client_id, custom: 'yes' });
    const event = await seen();
    expect(event).toMatchObject({
      protocol: 'oauth2-refresh-token',
      canRedirect: false,
      methods: ['pwd'],
      logins: 1,
      audience: 'https://api.example.com/',
      request: {
        method: 'POST',
        query: {},
        body: {
          grant_type: 'refresh_token',
          client_id: 'web',
          custom: 'yes',
          client_secret: expect.not.stringContaining('web-secret'),
        },
      },
      token: {
        id: expect.stringMatching(/^rt_/),
        client_id: 'web',
        rotating: false,
        session_id: expect.any(String),
        user_id: expect.stringMatching(/^auth0\|/),
        device: { initial_ip: expect.any(String), last_ip: expect.any(String) },
        metadata: { device: 'phone', gone: 'soon' },
      },
    });
    for (const name of ['created_at', 'expires_at', 'idle_expires_at'])
      expect(event.token[name]).toMatch(/^\d{4}-.*Z$/);
    expect(event).not.toHaveProperty('session');
    expect(JSON.stringify(await bench.record())).not.toContain(token);
    expect(JSON.stringify(await bench.record())).not.toContain('web-secret');
  });

  it('has its own record', async () => {
    const { refresh_token: token } = await bench.tokensOf('record@example.com', OFFLINE);
    const { id } = await bench.record();
    await bench.refresh(token);
    const record = await bench.record();
    expect(record.id).not.toBe(id);
    expect(record.steps.map(({ kind }) => kind)).toEqual(['token request', 'login', 'action', 'completed', 'tokens']);
    expect(record).toMatchObject({
      status: 'completed',
      loggedInBy: 'refresh token',
      user: { email: 'record@example.com' },
    });
  });

  it('keeps metadata from one exchange to the next', async () => {
    let { refresh_token: token } = await bench.tokensOf('keeps@example.com', OFFLINE);
    for (const expected of [
      { device: 'phone', gone: 'soon' },
      { device: 'phone', count: '1' },
      { device: 'phone', count: '2' },
    ]) {
      ({ refresh_token: token } = (await bench.refresh(token)).body);
      expect((await seen()).token['metadata']).toEqual(expected);
    }
    expect((await seen()).token).toHaveProperty('last_exchanged_at');
  });

  it('rotates the token of a public app, and revokes its whole family if an old one is used again', async () => {
    const { refresh_token: first } = await bench.tokensOf('rotates@example.com', OFFLINE);
    const { body } = await bench.refresh(first);
    expect(body['refresh_token']).not.toBe(first);
    for (const token of [first, body['refresh_token']]) {
      expect(await bench.refresh(token)).toEqual({
        status: 403,
        body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
      });
    }
  });

  it('keeps the token of an app with a secret', async () => {
    const web = { client_id: WEB.client_id };
    const { refresh_token: token } = await bench.tokensOf('stays@example.com', { ...OFFLINE, ...web });
    expect((await bench.refresh(token, web)).body['refresh_token']).toBe(token);
    expect((await bench.refresh(token, web)).status).toBe(200);
  });

  it('can change the scopes', async () => {
    const { refresh_token: token } = await bench.tokensOf('scopes.a@example.com', OFFLINE);
    const scopes = String(claimsOf((await bench.refresh(token)).body['access_token'])['scope']).split(' ');
    expect(scopes).toContain('read:more');
    expect(scopes).not.toContain('read:some');
  });

  it('grants only requested scopes', async () => {
    const { refresh_token: token } = await bench.tokensOf('fewer@example.com', OFFLINE);
    const { body } = await bench.refresh(token, { scope: 'openid' });
    expect(claimsOf(body['access_token'])['scope']).toBe('openid');
    expect((await seen()).requested_scopes).toEqual(['openid']);
  });

  it.each([
    ['denies', 'deny', 'access_denied', 'not any more', 'denied'],
    ['throws', 'throw', 'access_denied', 'broken', 'failed'],
    [
      'redirects',
      'redirect',
      'interaction_required',
      'An Action redirects, which this login cannot do: no browser takes part in a token request.',
      'interaction required',
    ],
    ['revokes the token', 'revoke', 'access_denied', 'lost device', 'denied'],
  ])('fails if an Action %s, with the error that the record shows', async (_what, name, error, description, status) => {
    const { refresh_token: token } = await bench.tokensOf(`${name}.a@example.com`, OFFLINE);
    expect(await bench.refresh(token)).toEqual({ status: 403, body: { error, error_description: description } });
    expect((await bench.record()).status).toBe(status);
    expect(await bench.steps('denied')).toMatchObject([{ error, description }]);
    // Only `revoke` invalidates the token.
    expect((await bench.refresh(token)).body['error']).toBe(name === 'revoke' ? 'invalid_grant' : error);
  });

  it('has no session to change', async () => {
    const { refresh_token: token } = await bench.tokensOf('session.a@example.com', OFFLINE);
    expect((await bench.refresh(token)).status).toBe(200);
    const [step] = await bench.steps('action');
    const calls = step?.entries.flatMap((entry) =>
      entry.type === 'call' && entry.name.startsWith('api.session') ? [entry] : [],
    );
    expect(calls?.map(({ ignored }) => ignored)).toEqual(Array(2).fill(expect.stringContaining('no session')));
  });

  it.each([
    ['its lifetime', 'short', HOUR_MS],
    ['its idle lifetime', 'idle', HOUR_MS],
    ['Auth0’s default idle lifetime', 'default', 30 * DAY_MS],
  ])('fails once %s is over', async (_what, name, lifetime) => {
    const web = { client_id: WEB.client_id };
    const { refresh_token: token } = await bench.tokensOf(`${name}.b@example.com`, { ...OFFLINE, ...web });
    await bench.advance(lifetime - 60_000);
    const early = await bench.refresh(token, web);
    expect(early.status).toBe(200);
    // Each exchange restarts the idle lifetime. An Action's lifetime applies to one period only.
    await bench.advance(name === 'short' ? 120_000 : 30 * DAY_MS + 60_000);
    expect((await bench.refresh(token, web)).body['error_description']).toBe('Unknown or invalid refresh token.');
  });

  it('accepts the token from its own app only', async () => {
    const { refresh_token: token } = await bench.tokensOf('mine@example.com', { ...OFFLINE, client_id: SPA.client_id });
    expect((await bench.refresh(token, { client_id: WEB.client_id })).body['error']).toBe('invalid_grant');
  });

  it.each([
    ['form', {}],
    ['JSON', { 'content-type': 'application/json' }],
  ])('fails after the token was revoked with a %s', async (_what, headers) => {
    const { refresh_token: token = '' } = await bench.tokensOf('gone@example.com', OFFLINE);
    const form = { client_id: SPA.client_id, token };
    const body = 'content-type' in headers ? { body: JSON.stringify(form), headers } : { form };
    const answer = await new Browser().fetch(`${bench.tenant}/oauth/revoke`, { method: 'POST', ...body });
    expect(answer.status).toBe(200);
    expect((await bench.refresh(token)).body['error']).toBe('invalid_grant');
  });

  it('accepts JSON', async () => {
    const { refresh_token: token = '' } = await bench.tokensOf('json@example.com', OFFLINE);
    const headers = { 'content-type': 'application/json' };
    const post = (body: string) =>
      new Browser().fetch(`${bench.tenant}/oauth/token`, { method: 'POST', headers, body });
    const request = { grant_type: 'refresh_token', client_id: SPA.client_id, refresh_token: token };
    expect(JSON.parse((await post(JSON.stringify(request))).body)).toHaveProperty('access_token');
    expect((await seen()).token['client_id']).toBe('spa');
    expect(await post('{')).toMatchObject({ status: 400, body: expect.stringContaining('not valid JSON') });
  });
});

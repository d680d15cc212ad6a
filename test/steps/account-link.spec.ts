import { once } from 'node:events';
import { createServer } from 'node:http';
import { newKeyPair } from '../../sandbox/src/key-pair.js';
import { AuthRedirectError } from '../../src/auth-redirect/errors.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { ACCOUNT_LINK_OPTIONS, AccountLinkStep } from '../../src/steps/account-link/index.js';
import { FrozenClock, StepTester } from '../../src/testing/index.js';
import { ADAPTERS, HostApplication, type Reply } from '../harness/application.js';
import { LinkingUser, linkHost, linkOptions, linkToken, PUBLIC_URL } from '../harness/account-link.js';
import { CLIENT_ID, OidcTenant, type Endpoint, type Fault } from '../harness/oidc-tenant.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws, NOW, SECRET, sessionClaims, type Members } from '../harness/tokens.js';
import { recordStepLog } from '../harness/vendor.js';

const SECOND = { sub: 'google-oauth2|42', email: 'second@example.com', email_verified: true };

const lines = recordStepLog();
/** Returns the codes of rejected accounts, with details. */
const words = (): string[] =>
  lines.map((line) => /: (.+)$/.exec((line as { message: string }).message)?.[1] ?? JSON.stringify(line));
const outcomeOf = (reply: Reply): unknown => continueClaimsOf(reply).outcome;

let tenant: OidcTenant;
beforeAll(async () => {
  tenant = await OidcTenant.start();
});
beforeEach(() => tenant.reset());
afterAll(async () => tenant.stop());

describe.each(ADAPTERS)('account-link on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    host = await linkHost(adapter, tenant);
  });
  afterAll(async () => host.stop());

  it('sends the user to a fresh login with PKCE, and hands the second account to the Action', async () => {
    const user = await new LinkingUser(host).begin();
    const url = new URL(user.authorization);
    expect(url.origin + url.pathname).toBe(`${tenant.issuer}authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: `${PUBLIC_URL}/steps/account-link/return`,
      scope: 'openid email',
      state: expect.stringMatching(/^[\w-]{16}\.[\w-]{43}\.1$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: '0',
    });
    const reply = await user.return(tenant.authorize(user.authorization));
    expect(continueClaimsOf(reply)).toMatchObject({
      outcome: 'completed',
      steps: { 'account-link': { ...SECOND, verifiedAt: '2026-11-23T12:00:00.000Z' } },
    });
    expect(Object.keys(Object(continueClaimsOf(reply).steps)['account-link'])).toHaveLength(4);
    expect(lines).toEqual([]);
  });
});

describe('account-link', () => {
  let host: HostApplication;
  beforeAll(async () => {
    host = await linkHost('express', tenant);
  });
  beforeEach(() => void host.refused.splice(0));
  afterAll(async () => host.stop());

  const returned = async (user: LinkingUser, claims: Members = {}): Promise<Reply> =>
    user.return(tenant.authorize(user.authorization, claims));

  describe('rejects an ID token', () => {
    it.each<[string, Members, string]>([
      ['of another issuer', { iss: 'https://elsewhere.example/' }, 'answer_invalid'],
      ['of the issuer without its slash', { iss: 'http://localhost' }, 'answer_invalid'],
      ['for another client', { aud: 'another' }, 'answer_invalid'],
      ['for two clients, the other one authorized', { aud: [CLIENT_ID, 'another'], azp: 'another' }, 'answer_invalid'],
      ['with another nonce', { nonce: 'A'.repeat(43) }, 'answer_invalid'],
      ['without a nonce', { nonce: undefined }, 'answer_invalid'],
      ['that has expired', { exp: NOW - 60 }, 'answer_invalid'],
      ['without iat', { iat: undefined }, 'answer_invalid'],
      ['without auth_time', { auth_time: undefined }, 'auth_time_invalid'],
      ['of a login before this attempt', { auth_time: NOW - 60 }, 'login_not_fresh'],
      ['with the hash of another access token', { at_hash: 'A'.repeat(22) }, 'access_token_hash_invalid'],
      ['whose hash is not a text', { at_hash: 1 }, 'access_token_hash_invalid'],
      ['whose sub has no provider', { sub: '42' }, 'sub_invalid'],
      ['whose sub is long', { sub: `google-oauth2|${'1'.repeat(300)}` }, 'sub_invalid'],
    ])('%s', async (_name, claims, word) => {
      const reply = await returned(await new LinkingUser(host).begin(), claims);
      expect(reply.status).toBe(422);
      expect(reply.body).toContain('We could not confirm your other account. Try again.');
      expect(words()[0]?.split(' ')[0]).toBe(word);
    });

    it('with another key, or another algorithm', async () => {
      const user = await new LinkingUser(host).begin();
      const claims = { iss: tenant.issuer, aud: CLIENT_ID, iat: NOW, exp: NOW + 300, auth_time: NOW, ...SECOND };
      const nonce = new URL(user.authorization).searchParams.get('nonce');
      const forged = await tenant.idToken({ ...claims, nonce }, {}, newKeyPair('RS256').privateKey);
      const [, payload = ''] = forged.split('.');
      const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      const symmetric = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${payload}.AAAA`;
      for (const id_token of [forged, none, symmetric, 'x.y.z', '']) {
        tenant.answer = { id_token };
        await user.tryAgain();
        expect((await returned(user)).status).toBe(422);
      }
      expect(words().map((word) => word.split(' ')[0])).toEqual([
        'answer_invalid',
        'answer_invalid',
        'answer_invalid',
        'tenant_unavailable',
        'answer_invalid',
      ]);
      tenant.reset();
      expect(outcomeOf(await returned(await user.tryAgain()))).toBe('completed');
    });
  });

  it('rejects an ID token with an algorithm that the tenant supports, but the options do not name', async () => {
    const user = await new LinkingUser(host).begin();
    const nonce = new URL(user.authorization).searchParams.get('nonce');
    const claims = { iss: tenant.issuer, aud: CLIENT_ID, iat: NOW, exp: NOW + 300, auth_time: NOW, nonce, ...SECOND };
    tenant.answer = { id_token: await tenant.idToken(claims, { alg: 'PS256' }) };
    expect((await returned(user)).status).toBe(422);
    expect(words()[0]).toMatch(/^answer_invalid/);
    const other = await linkHost('express', tenant, { algorithm: 'PS256' });
    const same = await new LinkingUser(other).begin();
    const fresh = { ...claims, nonce: new URL(same.authorization).searchParams.get('nonce') };
    tenant.answer = { id_token: await tenant.idToken(fresh, { alg: 'PS256' }) };
    expect(outcomeOf(await same.return(tenant.authorize(same.authorization)))).toBe('completed');
    await other.stop();
  });

  it('is not the cause if the replay store fails', async () => {
    const user = await new LinkingUser(host).begin();
    const back = tenant.authorize(user.authorization);
    const fault = new AuthRedirectError('replay_store_unavailable');
    jest.spyOn(host.provider(ReplayStore), 'count').mockRejectedValueOnce(fault);
    expect((await user.return(back)).status).toBe(503);
    expect(lines).toEqual([]);
    expect(outcomeOf(await user.return(back))).toBe('completed');
  });

  it('does not require the hash of the access token', async () => {
    expect(outcomeOf(await returned(await new LinkingUser(host).begin(), { at_hash: undefined }))).toBe('completed');
  });

  it('accepts a clock difference of 4 seconds', async () => {
    const fresh = await linkHost('express', tenant);
    for (const claims of [
      { iat: NOW + 4, auth_time: NOW + 4 },
      { exp: NOW - 3, auth_time: NOW - 4 },
    ]) {
      const reply = await returned(await new LinkingUser(fresh).begin(), claims);
      expect(words()).toEqual([]);
      expect(outcomeOf(reply)).toBe('completed');
    }
    await fresh.stop();
  });

  it.each<[string, Members, string, string]>([
    ['the first account again', { sub: 'auth0|first' }, 'same_account', 'You are already signed in'],
    ['an account whose email is not verified', { email_verified: false }, 'email_not_verified', 'is not verified'],
    ['a verification that is a text', { email_verified: 'true' }, 'email_not_verified', 'is not verified'],
    ['an account without email', { email: undefined }, 'email_not_verified', 'is not verified'],
  ])('does not accept %s, and lets the user try again', async (_name, claims, word, message) => {
    const user = await new LinkingUser(host).begin(linkToken({ sub: 'auth0|first' }));
    const reply = await returned(user, claims);
    expect(reply.status).toBe(422);
    expect(reply.body).toContain(message);
    expect(words()).toEqual([word]);
    expect(outcomeOf(await returned(await user.tryAgain()))).toBe('completed');
  });

  describe.each<[string, URLSearchParams]>([
    ['a cancelled login', new URLSearchParams({ error: 'access_denied', error_description: 'secret-text' })],
    ['a tenant that cannot ask', new URLSearchParams({ error: 'login_required' })],
    ['a tenant that fails', new URLSearchParams({ error: 'temporarily_unavailable' })],
  ])('after %s', (_name, query) => {
    it('shows the page again, and can be tried again', async () => {
      const user = await new LinkingUser(host).begin();
      query.set('state', new URL(user.authorization).searchParams.get('state') ?? '');
      const reply = await user.return(query);
      expect(reply.status).toBe(422);
      expect(reply.body).toContain('You did not finish signing in to the other account. You can try again.');
      expect(reply.body).not.toContain('secret-text');
      expect(words()).toEqual([`not_finished (${query.get('error')})`]);
      expect(tenant.requests).not.toContain('token');
      expect(outcomeOf(await returned(await user.tryAgain()))).toBe('completed');
    });
  });

  it('logs only one-word errors of the tenant', async () => {
    const user = await new LinkingUser(host).begin();
    const state = new URL(user.authorization).searchParams.get('state') ?? '';
    await user.return(new URLSearchParams({ error: '<script>\n', state }));
    expect(words()).toEqual(['not_finished']);
  });

  it('ends a login after 10 attempts, and those of a user after 30 in an hour', async () => {
    const sub = 'auth0|many';
    for (let login = 1; login <= 3; login += 1) {
      const user = await new LinkingUser(host).begin(linkToken({ sub }));
      for (let attempt = 2; attempt <= 10; attempt += 1) await user.tryAgain();
      expect(new URL(user.authorization).searchParams.get('state')).toMatch(/\.10$/);
      if (login > 1) continue;
      const { pathname, search } = new URL(user.page, PUBLIC_URL);
      expect(continueClaimsOf(await user.browser.post({}, pathname + search))).toMatchObject({
        error: 'account_link_tries',
        error_description: 'You tried to link an account too often. Sign in again to continue.',
      });
    }
    const user = new LinkingUser(host);
    await user.browser.arrive(linkToken({ sub }));
    const reply = await user.browser.post({});
    expect(continueClaimsOf(reply)).toMatchObject({
      error: 'account_link_tries',
      error_description: 'You tried to link an account too often. Sign in again in an hour.',
    });
  });

  describe('binds the second account to one login in one browser', () => {
    it('so that no browser takes part in the login of another person', async () => {
      const [attacker, victim] = [await new LinkingUser(host).begin(), await new LinkingUser(host).begin()];
      // The attacker sends a prepared callback, with a code of the attacker's second account.
      const prepared = tenant.authorize(attacker.authorization, { sub: 'google-oauth2|attacker' });
      expect((await victim.return(prepared, victim.browser.copy())).status).toBe(401);
      // The attacker sends the code with the victim's state, as if the state were known.
      const injected = new URLSearchParams(prepared);
      injected.set('state', new URL(victim.authorization).searchParams.get('state') ?? '');
      expect((await victim.return(injected)).status).toBe(422);
      expect(host.refused.map(({ code }) => code)).toEqual(['step_session_missing']);
      expect(words()).toEqual(['code_rejected (invalid_grant)']);
    });

    it('so that a victim who follows the attacker’s link to the tenant proves nothing for the attacker', async () => {
      const [attacker, victim] = [await new LinkingUser(host).begin(), await new LinkingUser(host).begin()];
      const back = tenant.authorize(attacker.authorization, { sub: 'google-oauth2|victim' });
      expect((await victim.return(back)).status).toBe(401);
      expect(tenant.requests).not.toContain('token');
    });

    it('so that two people with one link prove only their own accounts', async () => {
      const token = linkToken();
      const [one, other] = [
        await new LinkingUser(host).begin(token, 'one-state'),
        await new LinkingUser(host).begin(token, 'one-state'),
      ];
      for (const name of ['state', 'nonce', 'code_challenge']) {
        const [a, b] = [one, other].map(({ authorization }) => new URL(authorization).searchParams.get(name));
        expect(a).not.toBe(b);
      }
      const back = tenant.authorize(one.authorization, { sub: 'google-oauth2|one' });
      expect((await other.return(back)).status).toBe(401);
      const stolen = new URLSearchParams(back);
      stolen.set('state', new URL(other.authorization).searchParams.get('state') ?? '');
      expect((await other.return(stolen)).status).toBe(422);
      const proven = await returned(one, { sub: 'google-oauth2|one' });
      expect(continueClaimsOf(proven).steps).toMatchObject({ 'account-link': { sub: 'google-oauth2|one' } });
      // The result in one browser has no effect in the other.
      const page = await other.browser.get(other.page);
      expect(page.body).toContain('Link another account');
    });

    it('so that a second browser without the login gets nothing', async () => {
      const user = await new LinkingUser(host).begin();
      const stranger = new LinkingUser(host);
      expect((await stranger.return(tenant.authorize(user.authorization))).status).toBe(401);
      expect(host.refused.map(({ code }) => code)).toEqual(['step_session_missing']);
    });

    it('once: a replayed return changes nothing', async () => {
      const user = await new LinkingUser(host).begin();
      const before = user.browser.copy();
      const first = tenant.authorize(user.authorization);
      expect(outcomeOf(await user.return(first))).toBe('completed');
      const again = tenant.authorize(user.authorization, { sub: 'google-oauth2|other' });
      expect(continueClaimsOf(await user.return(again, before)).steps).toMatchObject({ 'account-link': SECOND });
      expect(tenant.requests.filter((endpoint) => endpoint === 'token')).toHaveLength(1);
    });

    it('and each attempt once', async () => {
      const user = await new LinkingUser(host).begin();
      await returned(user, { email_verified: false });
      const reply = await returned(user);
      expect(reply.status).toBe(422);
      expect(words()).toEqual(['email_not_verified', 'attempt_used']);
      expect(tenant.requests.filter((endpoint) => endpoint === 'token')).toHaveLength(1);
    });

    it.each(['', '.', '.0', '.2', '.01', '.1x', '.99'])('and an attempt that began: not “%s”', async (suffix) => {
      const user = await new LinkingUser(host).begin();
      const back = tenant.authorize(user.authorization);
      back.set('state', `${String(back.get('state')).replace(/\.1$/, '')}${suffix}`);
      expect((await user.return(back)).status).toBe(422);
      expect(words()).toEqual(['attempt_unknown']);
      expect(tenant.requests).not.toContain('token');
    });

    it('also if it comes back to the address of another contract', async () => {
      const user = await new LinkingUser(host).begin();
      const back = tenant.authorize(user.authorization);
      const login = new URL(user.page, PUBLIC_URL).searchParams.get('login') ?? '';
      expect((await user.return(new URLSearchParams({ login, code: back.get('code') ?? '' }))).status).toBe(422);
      expect((await user.return(new URLSearchParams({ login, code: 'x', state: 'x' }))).status).toBe(422);
      expect(words()).toEqual(['attempt_unknown', 'attempt_unknown']);
    });

    it('in any order of its tabs', async () => {
      const user = await new LinkingUser(host).begin();
      const first = user.authorization;
      await user.tryAgain();
      expect(outcomeOf(await user.return(tenant.authorize(first)))).toBe('completed');
    });

    it('and rejects the answer of another issuer', async () => {
      const user = await new LinkingUser(host).begin();
      const back = tenant.authorize(user.authorization);
      back.set('iss', 'https://elsewhere.example/');
      expect((await user.return(back)).status).toBe(422);
      expect(words()).toEqual(['answer_invalid (OAUTH_INVALID_RESPONSE)']);
      expect(tenant.requests).not.toContain('token');
    });

    it('and rejects a code of another client', async () => {
      const user = await new LinkingUser(host).begin();
      const other = new URL(user.authorization);
      other.searchParams.set('client_id', 'another');
      expect((await user.return(tenant.authorize(other.href))).status).toBe(422);
      expect(words()).toEqual(['code_rejected (invalid_grant)']);
    });

    it.each(['code', 'state'])('and rejects a repeated %s', async (name) => {
      const user = await new LinkingUser(host).begin();
      const back = tenant.authorize(user.authorization);
      back.append(name, back.get(name) ?? '');
      expect((await user.return(back)).status).toBe(name === 'state' ? 401 : 422);
      expect(tenant.requests).not.toContain('token');
    });
  });

  it('stores, logs and passes on no token, code or address', async () => {
    const user = await new LinkingUser(host).begin();
    const back = tenant.authorize(user.authorization, { email_verified: false });
    const page = await user.return(back);
    tenant.faults = { token: (response) => response.writeHead(500).end('a-secret-answer') };
    await returned(await user.tryAgain());
    tenant.reset();
    const reply = await returned(await user.tryAgain());
    const code = back.get('code') ?? '-';
    for (const text of [JSON.stringify(lines), page.body, JSON.stringify(continueClaimsOf(reply))]) {
      for (const secret of [code, 'a-secret-answer', 'eyJ', 'access_token', 'Bearer'])
        expect(text).not.toContain(secret);
    }
    expect(JSON.stringify(lines)).not.toContain('example.com');
  });

  it('names the first account on its page, so that users see whose login it is', async () => {
    const user = new LinkingUser(host);
    await user.browser.arrive(linkToken({ email: 'first@example.com', locale: 'de' }));
    const { body } = await user.browser.get();
    expect(body).toContain('<bdi dir="ltr">f•••@example.com</bdi>');
    await user.browser.arrive(linkToken());
    expect((await user.browser.get()).body).not.toContain('<bdi dir="ltr">');
  });
});

describe('account-link at a tenant that fails', () => {
  const slow = (response: Parameters<Fault>[0]): void => {
    const timer = setTimeout(() => response.writeHead(200).end('{}'), 1500);
    response.on('close', () => clearTimeout(timer));
  };
  const faults: [string, Fault][] = [
    ['hangs', () => undefined],
    ['answers late', slow],
    ['resets the connection', (response) => void response.destroy()],
    ['fails', (response) => response.writeHead(500).end()],
    ['is too busy', (response) => response.writeHead(429, { 'retry-after': '1' }).end()],
    ['redirects', (response) => response.writeHead(302, { location: 'https://elsewhere.example/' }).end()],
    ['answers endlessly', (response) => response.writeHead(200, json).end(`{"a":"${'x'.repeat(100_000)}"}`)],
    ['answers with broken JSON', (response) => response.writeHead(200, json).end('{"issuer":')],
    ['answers with a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['answers with a list', (response) => response.writeHead(200, json).end('[]')],
    ['answers with nothing', (response) => response.writeHead(204).end()],
  ];
  const json = { 'content-type': 'application/json' };

  let host: HostApplication;
  beforeEach(async () => {
    host = await linkHost('express', tenant);
  });
  afterEach(async () => host.stop());

  const isUnderstood = (reply: Reply): boolean =>
    reply.status === 422 && /not available at the moment|could not confirm/.test(reply.body);

  it.each(faults)('and %s: shows a page, logs one line, and works again later', async (_name, fault) => {
    for (const endpoint of ['keys', 'token'] satisfies Endpoint[]) {
      const user = await new LinkingUser(host).begin();
      tenant.faults = { [endpoint]: fault };
      lines.length = 0;
      const reply = await user.return(tenant.authorize(user.authorization));
      expect({ endpoint, isUnderstood: isUnderstood(reply), words: words() }).toEqual({
        endpoint,
        isUnderstood: true,
        words: [expect.stringMatching(/^(?:tenant_unavailable|answer_invalid|client_rejected)(?: \(\w+\))?$/)],
      });
      tenant.faults = {};
      expect(outcomeOf(await user.return(tenant.authorize((await user.tryAgain()).authorization)))).toBe('completed');
    }
  });

  it.each(faults)('before the user leaves, because its metadata %s', async (_name, fault) => {
    tenant.faults = { metadata: fault };
    const user = await new LinkingUser(host).begin();
    expect(user.authorization).toContain('/redirect/steps/account-link');
    const reply = await user.browser.post({}, user.page);
    expect(isUnderstood(reply)).toBe(true);
    expect(tenant.requests).toEqual(['metadata']);
  });

  it('requests failed metadata again after 10 seconds', async () => {
    tenant.faults = { metadata: (response) => response.writeHead(503).end() };
    const user = await new LinkingUser(host).begin();
    tenant.reset();
    await user.tryAgain();
    expect(tenant.requests).toEqual([]);
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 10_001);
    await user.tryAgain();
    clock.mockRestore();
    expect(tenant.requests).toEqual(['metadata']);
    expect(user.authorization).toContain('/authorize?');
  });

  it('is not called while it refuses connections', async () => {
    const closed = createServer().listen(0, 'localhost');
    await once(closed, 'listening');
    const issuer = `http://localhost:${Object(closed.address()).port}/`;
    closed.close();
    const other = await linkHost('express', tenant, { issuer });
    const user = await new LinkingUser(other).begin();
    expect(isUnderstood(await user.browser.post({}, user.page))).toBe(true);
    expect(words()[0]).toBe('tenant_unavailable (connection_failed)');
    await other.stop();
  });

  it.each<[string, Members]>([
    ['another issuer', { issuer: 'https://elsewhere.example/' }],
    ['its issuer without the slash', { issuer: 'http://localhost:80' }],
    ['no issuer', { issuer: undefined }],
  ])('is not trusted if its metadata have %s', async (_name, metadata) => {
    tenant.metadata = metadata;
    const user = await new LinkingUser(host).begin();
    expect(isUnderstood(await user.browser.post({}, user.page))).toBe(true);
    expect(words()[0]).toMatch(/^(?:answer_invalid|issuer_unexpected)/);
  });

  it('is compared with the configured issuer exactly', async () => {
    const spelled = await linkHost('express', tenant, { issuer: tenant.issuer.slice(0, -1) });
    await new LinkingUser(spelled).begin();
    expect(words()).toEqual(['issuer_unexpected']);
    await spelled.stop();
  });

  it('because it rejects the client, gets an error in the log', async () => {
    const other = await linkHost('express', tenant, { clientSecret: 'another-secret' });
    const user = await new LinkingUser(other).begin();
    const reply = await user.return(tenant.authorize(user.authorization));
    expect(reply.body).toContain('not available at the moment');
    expect(words()).toEqual(['client_rejected (invalid_client)']);
    await other.stop();
  });

  it('is called at public addresses only, unless that is configured', async () => {
    const strict = await linkHost('express', tenant, { httpClient: {} });
    await new LinkingUser(strict).begin();
    expect(words()).toEqual(['tenant_unavailable (address_refused)']);
    await strict.stop();
  });
});

describe('account-link with the option', () => {
  it('sameEmail requires the verified address of the first account', async () => {
    const host = await linkHost('express', tenant, { sameEmail: true });
    const user = await new LinkingUser(host).begin(linkToken({ email: 'Second@example.com', email_verified: true }));
    const other = await user.return(tenant.authorize(user.authorization, { email: 'other@example.com' }));
    expect(other.body).toContain('must have the same email address');
    expect(outcomeOf(await user.return(tenant.authorize((await user.tryAgain()).authorization)))).toBe('completed');
    const unverified = new LinkingUser(host);
    await unverified.browser.arrive(linkToken({ email: 'second@example.com', email_verified: false }));
    expect(continueClaimsOf(await unverified.browser.post({}))).toMatchObject({ error: 'account_link_email' });
    await host.stop();
  });

  it('sameEmail rejects an address whose letters only look the same', async () => {
    const host = await linkHost('express', tenant, { sameEmail: true });
    const user = await new LinkingUser(host).begin(linkToken({ email: 'mark@example.com', email_verified: true }));
    const kelvin = '\u212A'; // the Kelvin sign becomes k in lower case
    const reply = await user.return(tenant.authorize(user.authorization, { email: `mar${kelvin}@example.com` }));
    expect(reply.body).toContain('must have the same email address');
    await host.stop();
  });

  it('requireVerifiedEmail: false accepts an account without email', async () => {
    const host = await linkHost('express', tenant, { requireVerifiedEmail: false, scope: 'openid' });
    const user = await new LinkingUser(host).begin();
    const reply = await user.return(tenant.authorize(user.authorization, { email: undefined }));
    expect(continueClaimsOf(reply).steps).toEqual({
      'account-link': { sub: SECOND.sub, verifiedAt: expect.any(String) },
    });
    await host.stop();
  });

  it('connections sends the user to the chosen one, and never to another', async () => {
    const connections = [
      { name: 'google-oauth2', label: 'Google' },
      { name: 'github', label: { en: 'GitHub', de: 'GitHub' } },
    ];
    const host = await linkHost('express', tenant, { connections });
    const user = new LinkingUser(host);
    await user.browser.arrive(linkToken());
    const { body } = await user.browser.get();
    expect(body).toContain('<button type="submit">Continue with Google</button>');
    expect(body).toContain('name="connection" value="github" formnovalidate>Continue with GitHub</button>');
    const chosen = async (form: Record<string, string>): Promise<string | null> =>
      new URL((await user.tryAgain(form)).authorization).searchParams.get('connection');
    expect(await chosen({})).toBe('google-oauth2');
    expect(await chosen({ connection: 'github' })).toBe('github');
    expect(await chosen({ connection: 'github"&x=' })).toBe('google-oauth2');
    await host.stop();
  });

  it('clockTolerance: 0 accepts no earlier login', async () => {
    const host = await linkHost('express', tenant, { clockTolerance: 0 });
    const user = await new LinkingUser(host).begin();
    expect((await user.return(tenant.authorize(user.authorization, { auth_time: NOW - 1 }))).status).toBe(422);
    expect(words()).toEqual(['login_not_fresh']);
    await host.stop();
  });

  it.each([
    [undefined, undefined, true],
    [undefined, 1, true],
    [undefined, 2, false],
    ['link', 2, true],
    ['skip', '2', false],
  ] as const)('whenLinked %s and %s identities: applies is %s', async (whenLinked, identities, applies) => {
    const step = new AccountLinkStep(new FrozenClock(0), { ...linkOptions(tenant), ...(whenLinked && { whenLinked }) });
    expect(await new StepTester(step, { claims: { identities } }).applies()).toBe(applies);
  });
});

it('account-link goes to the issuer of the session token by default', async () => {
  const { issuer: _issuer, ...options } = linkOptions(tenant);
  const step = new AccountLinkStep(new FrozenClock(0), options);
  const tester = new StepTester(step);
  expect((await tester.submit({})).type).toBe('invalid');
  expect(tester.logged[0]).toMatch(/^the second account was not accepted: tenant_unavailable/);
  expect(tester.unknownTexts.size).toBe(0);
});

describe('account-link with several tenants', () => {
  const tenants = [
    { name: 'shop', issuers: ['shop.eu.auth0.com'], keys: { current: 'shop-aB3$shop-xyz-0987654321-qwe!' } },
    { name: 'bank', issuers: ['bank.eu.auth0.com'], keys: { current: SECRET } },
  ];
  const start = async (options: object): Promise<HostApplication> => {
    const overrides = { issuer: undefined, secret: undefined, publicUrl: PUBLIC_URL, tenants };
    const provider = { provide: ACCOUNT_LINK_OPTIONS, useValue: { ...linkOptions(tenant), ...options } };
    return HostApplication.start('express', overrides as never, 'none', [AccountLinkStep], [provider]);
  };

  it('fails startup if its options do not name the tenant of the client', async () => {
    await expect(start({})).rejects.toMatchObject({
      problems: ['the step account-link belongs to one tenant: set its option tenant'],
    });
  });

  it('proves no account of one tenant for a login of another', async () => {
    const host = await start({ tenant: 'bank' });
    const [shop, bank] = await Promise.all(
      tenants.map(async ({ issuers: [iss], keys: { current } }) => {
        const token = jws(sessionClaims({ iss, sub: 'auth0|1', steps: ['account-link'] }), undefined, current);
        return (await new StepBrowser(host).arrive(token)).status;
      }),
    );
    await host.stop();
    expect([shop, bank]).toEqual([401, 303]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManagementClient } from 'auth0';
import { decodeToken } from '../src/redirect/jwt.js';
import { textOf } from '../src/json.js';
import { loopbackFetch } from '../src/network/loopback-fetch.js';
import { Browser } from './harness/browser.js';
import { callApi, managementClient, SERVICE, startTenant, tokenAnswer } from './harness/management-bench.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const CONNECTION = 'Username-Password-Authentication';
const ADA = 'ada@example.com';
const GRANT = { grant_type: 'client_credentials', client_id: SERVICE.clientId, client_secret: SERVICE.clientSecret };

let sandbox: SandboxProcess;
let origin: string;
let auth0: ManagementClient;
let token: string;
let audience: string;

beforeAll(async () => {
  build();
  sandbox = await startTenant({
    connections: [
      { name: CONNECTION, strategy: 'auth0' },
      { name: 'google-oauth2', strategy: 'google-oauth2' },
      { name: 'sms', strategy: 'sms' },
    ],
    organizations: [{ id: 'org_acme', name: 'acme', display_name: 'Acme' }],
    roles: [{ id: 'rol_admin', name: 'admin', description: 'May do everything' }],
    users: [
      { user_id: 'auth0|grace', email: 'grace@example.com', roles: ['admin'], organizations: ['acme'] },
      { user_id: 'google-oauth2|1', email: 'grace@example.com', enrolled_factors: ['otp', 'phone'] },
    ],
  });
  origin = sandbox.ready.tenant;
  audience = `${origin}/api/v2/`;
  auth0 = managementClient(origin);
  token = (await tokenAnswer(origin, { ...GRANT, audience })).body['access_token'] ?? '';
}, 60_000);

afterAll(() => sandbox?.stop());

function newUser(email: string, more: object = {}) {
  return auth0.users.create({ connection: CONNECTION, email, password: 'anything', ...more });
}

function failure(statusCode: number, errorCode: string) {
  return expect.objectContaining({ statusCode, body: expect.objectContaining({ statusCode, errorCode }) });
}

describe('a token for the Management API', () => {
  it('has the claims of Auth0’s tokens, and every scope unless fewer are requested', async () => {
    const { status, body } = await tokenAnswer(origin, { ...GRANT, audience: 'https://tenant.localhost/api/v2/' });
    expect(status).toBe(200);
    expect(decodeToken(body['access_token'] ?? '')?.claims).toMatchObject({
      ...{ iss: `${origin}/`, sub: 'service@clients', azp: 'service', gty: 'client-credentials' },
      aud: 'https://tenant.localhost/api/v2/',
      scope: expect.stringContaining('read:users'),
    });
    const less = await tokenAnswer(origin, { ...GRANT, audience, scope: 'read:users read:made_up' });
    expect(less.body['scope']).toBe('read:users read:made_up');
  });

  it.each([
    ['as JSON', { 'content-type': 'application/json' }, GRANT],
    [
      'with the secret in a header',
      {
        authorization: `Basic ${Buffer.from(`service:${encodeURIComponent(SERVICE.clientSecret)}`).toString('base64')}`,
      },
      { grant_type: GRANT.grant_type },
    ],
  ])('can be requested %s', async (_how, headers, body) => {
    expect((await tokenAnswer(origin, { ...body, audience }, headers)).status).toBe(200);
  });

  it('is only for clients that send their secret', async () => {
    expect((await tokenAnswer(origin, { ...GRANT, audience, client_secret: 'wrong' })).status).toBe(401);
    const page = await tokenAnswer(origin, { grant_type: GRANT.grant_type, client_id: 'page', audience });
    expect(page.status).toBe(400);
  });

  it('is required, and must be from this tenant, for this API and with the scope', async () => {
    expect(await callApi(origin, '/users')).toMatchObject({ status: 401, body: { message: 'Missing authentication' } });
    const forged = `${token.slice(0, -4)}AAAA`;
    expect(await callApi(origin, '/users', forged)).toMatchObject({ status: 401, body: { message: 'Invalid token' } });
    const { body: other } = await tokenAnswer(origin, { ...GRANT, audience: 'https://api.example.com/api/v2/' });
    expect(await callApi(origin, '/users', other['access_token'])).toMatchObject({ status: 401 });
    const { body: less } = await tokenAnswer(origin, { ...GRANT, audience, scope: 'read:roles' });
    expect(await callApi(origin, '/users', less['access_token'])).toEqual({
      status: 403,
      body: {
        ...{ statusCode: 403, error: 'Forbidden', errorCode: 'insufficient_scope' },
        message: 'Insufficient scope, expected any of: read:users,read:user_idp_tokens',
      },
    });
  });
});

describe('users, through the auth0 SDK', () => {
  it('are created, read, changed and deleted', async () => {
    const created = await newUser('Create@Example.com', { user_id: 'made', app_metadata: { plan: 'free', old: 1 } });
    expect(created).toMatchObject({
      ...{ user_id: 'auth0|made', email: 'create@example.com', email_verified: false, name: 'Create' },
      identities: [{ connection: CONNECTION, provider: 'auth0', user_id: 'made', isSocial: false }],
    });
    expect(created).not.toHaveProperty('roles');
    await auth0.users.update('auth0|made', {
      app_metadata: { plan: 'pro', old: null },
      given_name: 'Ada',
      blocked: true,
    });
    const read = await auth0.users.get('auth0|made');
    expect(read).toMatchObject({ app_metadata: { plan: 'pro' }, given_name: 'Ada', blocked: true });
    expect(read.app_metadata).not.toHaveProperty('old');
    expect((await auth0.users.update('auth0|made', { app_metadata: {}, given_name: null })).app_metadata).toEqual({});
    expect(await auth0.users.get('auth0|made')).not.toHaveProperty('given_name');
    await auth0.users.delete('auth0|made');
    await expect(auth0.users.get('auth0|made')).rejects.toEqual(failure(404, 'inexistent_user'));
    await auth0.users.delete('auth0|made');
  });

  it('have an unverified address after a change of it', async () => {
    const { user_id: id = '' } = await newUser('before@example.com', { email_verified: true });
    expect(await auth0.users.update(id, { email: 'After@example.com' })).toMatchObject({
      ...{ email: 'after@example.com', email_verified: false },
    });
  });

  it('are found by email address, at every connection', async () => {
    const found = await auth0.users.listUsersByEmail({ email: 'GRACE@example.com' });
    expect(found.map(({ user_id: id }) => id)).toEqual(['auth0|grace', 'google-oauth2|1']);
  });

  it.each([
    ['email:"GRACE@example.com"', 2],
    ['email:grace@example.com', 2],
    ['email.domain:"example.com" AND user_id:"auth0|grace"', 1],
    ['user_id:"auth0|grace" OR user_id:"google-oauth2|1"', 2],
    ['user_id:("auth0|grace" "google-oauth2|1")', 2],
    ['identities.connection:"google-oauth2"', 1],
    ['user_id:"auth0|grace" AND NOT identities.connection:"google-oauth2"', 1],
    ['user_id:"auth0|grace" AND NOT identities.connection:Username*', 0],
    ['email:g*e@*.com AND -user_id:auth0* AND user_id:google*', 1],
    ['email:*grace*grace*', 0],
    ['user_id:auth0\\|grace', 1],
    ['logins_count:[0 TO 10} AND email:grace*', 2],
    ['created_at:[* TO 2001-01-01]', 0],
    ['_exists_:phone_number AND email:grace*', 0],
    ['grace', 2],
  ])('are searched by %s', async (q, count) => {
    expect((await auth0.users.list({ q })).data).toHaveLength(count);
  });

  it('are searched by metadata, including lists', async () => {
    await newUser('meta@example.com', { app_metadata: { plan: 'gold', teams: [{ name: 'a' }, { name: 'b' }], n: 7 } });
    for (const q of ['app_metadata.plan:"gold"', 'app_metadata.teams.name:b', 'app_metadata.n:[5 TO 7]']) {
      expect((await auth0.users.list({ q })).data).toMatchObject([{ email: 'meta@example.com' }]);
    }
    expect((await auth0.users.list({ q: 'app_metadata.plan:"GOLD"' })).data).toEqual([]);
  });

  it('are returned page by page, sorted, with the requested fields', async () => {
    for (const name of ['p3', 'p1', 'p2']) await newUser(`${name}@page.example`);
    const query = { q: 'email.domain:"page.example"', sort: 'email:-1', per_page: 2, fields: 'email' };
    const first = await auth0.users.list(query);
    expect(first.data).toEqual([{ email: 'p3@page.example' }, { email: 'p2@page.example' }]);
    expect(first.response).toMatchObject({ start: 0, limit: 2, length: 2, total: 3 });
    expect((await first.getNextPage()).data).toEqual([{ email: 'p1@page.example' }]);
  });

  it.each([
    ['email:"', 'invalid_query_string'],
    ['(email:a', 'invalid_query_string'],
    ['email:a)', 'invalid_query_string'],
    ['AND', 'invalid_query_string'],
    ['a'.repeat(2001), 'invalid_query_string'],
  ])('are not searched by %#', async (q, code) => {
    await expect(auth0.users.list({ q })).rejects.toEqual(failure(400, code));
  });

  it('are validated', async () => {
    await newUser('twice@example.com');
    const create = (body: object) => auth0.users.create({ connection: CONNECTION, password: 'p', ...body });
    await expect(create({ email: 'Twice@example.com' })).rejects.toEqual(failure(409, 'auth0_idp_error'));
    const sameAddress = create({ email: 'twice@example.com', user_id: 'other' });
    await expect(sameAddress).rejects.toEqual(failure(409, 'auth0_idp_error'));
    await expect(create({ email: 'no address' })).rejects.toEqual(failure(400, 'invalid_body'));
    await expect(create({})).rejects.toEqual(failure(400, 'invalid_body'));
    await expect(create({ email: 'a@b.c', made_up: 1 })).rejects.toEqual(failure(400, 'invalid_body'));
    await expect(create({ email: 'a@b.c', app_metadata: { 'a.b': 1 } })).rejects.toEqual(failure(400, 'invalid_body'));
    const other = create({ email: 'a@b.c', connection: 'nowhere' });
    await expect(other).rejects.toEqual(failure(400, 'inexistent_connection'));
    const social = create({ email: 'a@b.c', connection: 'google-oauth2' });
    await expect(social).rejects.toEqual(failure(400, 'operation_not_supported'));
    const address = auth0.users.update('google-oauth2|1', { email: 'new@example.com' });
    await expect(address).rejects.toEqual(failure(400, 'operation_not_supported'));
    const page = auth0.users.list({ page: 20, per_page: 50 });
    await expect(page).rejects.toEqual(failure(400, 'invalid_query_string'));
  });

  it('have roles', async () => {
    const { user_id: id = '' } = await newUser('roles@example.com');
    const role = await auth0.roles.create({ name: 'editor', description: 'Edits' });
    await auth0.users.roles.assign(id, { roles: [String(role.id), 'rol_admin'] });
    expect((await auth0.users.roles.list(id)).data.map(({ name }) => name)).toEqual(['editor', 'admin']);
    expect((await auth0.roles.users.list(String(role.id))).data).toMatchObject([{ user_id: id }]);
    await auth0.users.roles.delete(id, { roles: ['rol_admin'] });
    expect((await auth0.users.roles.list(id)).data).toEqual([role]);
    expect((await auth0.roles.list({ name_filter: 'EDIT' })).data).toEqual([role]);
    await expect(auth0.users.roles.assign(id, { roles: ['rol_none'] })).rejects.toEqual(
      failure(404, 'inexistent_role'),
    );
    await expect(auth0.roles.create({ name: 'editor' })).rejects.toEqual(failure(409, 'role_conflict'));
    await auth0.roles.users.assign('rol_admin', { users: [id] });
    expect((await auth0.users.roles.list(id)).data).toHaveLength(2);
  });

  it('are linked and unlinked', async () => {
    const { user_id: id = '' } = await newUser('primary@example.com');
    const { user_id: other = '' } = await newUser('second@example.com', { user_id: 'second' });
    const linked = await auth0.users.identities.link(id, { provider: 'auth0', user_id: 'second' });
    expect(linked[1]).toMatchObject({ user_id: 'second', profileData: { email: 'second@example.com' } });
    await expect(auth0.users.get(other)).rejects.toEqual(failure(404, 'inexistent_user'));
    const again = auth0.users.identities.link('auth0|grace', { provider: 'auth0', user_id: 'second' });
    await expect(again).rejects.toEqual(failure(409, 'identity_conflict'));
    expect(await auth0.users.identities.delete(id, 'auth0', 'second')).toHaveLength(1);
    expect(await auth0.users.get(other)).toMatchObject({ email: 'second@example.com' });
    const main = auth0.users.identities.delete(other, 'auth0', 'second');
    await expect(main).rejects.toEqual(failure(400, 'bad_request'));
    const itself = auth0.users.identities.link(other, { provider: 'auth0', user_id: other });
    await expect(itself).rejects.toEqual(failure(400, 'bad_request'));
    const forged = auth0.users.identities.link(id, { link_with: `${token.slice(0, -4)}AAAA` });
    await expect(forged).rejects.toEqual(failure(400, 'invalid_body'));
  });

  it('have organizations, factors and no sessions', async () => {
    const { data: organizations } = await auth0.users.organizations.list('auth0|grace');
    expect(organizations).toEqual([{ id: 'org_acme', name: 'acme', display_name: 'Acme' }]);
    const { data: methods } = await auth0.users.authenticationMethods.list('google-oauth2|1');
    expect(methods.map(({ type }) => type)).toEqual(['totp', 'phone']);
    expect((await auth0.users.sessions.list('auth0|grace')).data).toEqual([]);
    expect((await auth0.users.refreshToken.list('auth0|grace')).data).toEqual([]);
  });
});

describe('a user of a page, through the auth0 SDK', () => {
  const CALLBACK = 'http://page.localhost:1/callback';

  /** Logs in at the tenant, and returns the parameters of the callback. */
  async function logIn(email: string, more: Record<string, string> = {}): Promise<URLSearchParams> {
    const standard = { client_id: 'page', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', ...more };
    const browser = new Browser();
    const page = await browser.open(`${origin}/authorize?${new URLSearchParams(standard)}`);
    const form = { email, password: 'anything' };
    const { url } = await browser.open(page.url, { method: 'POST', form }, 'page.localhost:1');
    return new URL(url).searchParams;
  }

  async function tokensOf(email: string, more: Record<string, string> = {}) {
    const code = (await logIn(email, more)).get('code') ?? '';
    const request = { grant_type: 'authorization_code', client_id: 'page', redirect_uri: CALLBACK, code };
    const { body } = await tokenAnswer(origin, request);
    const { claims = {} } = decodeToken(body['id_token'] ?? '') ?? {};
    return { id: textOf(claims['sub']), idToken: body['id_token'] ?? '', accessToken: body['access_token'] ?? '' };
  }

  it('may change their own metadata, and nothing else', async () => {
    const scope =
      'openid read:current_user update:current_user_metadata update:current_user_identities delete:users read:users';
    const { id, accessToken } = await tokensOf('owner@example.com', { audience, scope });
    expect(decodeToken(accessToken)?.claims['scope']).not.toContain('users');
    const own = managementClient(origin, { token: accessToken });
    expect(await own.users.get(id)).toMatchObject({ email: 'owner@example.com' });
    expect(await own.users.update(id, { user_metadata: { color: 'blue' } })).toMatchObject({
      user_metadata: { color: 'blue' },
    });
    await expect(own.users.update(id, { app_metadata: { plan: 'pro' } })).rejects.toEqual(failure(400, 'invalid_body'));
    await expect(own.users.get('auth0|grace')).rejects.toEqual(failure(403, 'insufficient_scope'));
    await expect(own.users.list()).rejects.toEqual(failure(403, 'insufficient_scope'));
    const link = own.users.identities.link(id, { provider: 'auth0', user_id: 'grace' });
    await expect(link).rejects.toEqual(failure(400, 'invalid_body'));
    await expect(own.users.delete(id)).rejects.toEqual(failure(403, 'insufficient_scope'));
  });

  it('is linked with another account by its id token, and logs in through either', async () => {
    const { id } = await tokensOf('linker@example.com');
    const google = { connection: 'google-oauth2' };
    const secondary = await tokensOf('linker@gmail.example', google);
    expect(secondary.id).toMatch(/^google-oauth2\|\d{21}$/);
    await auth0.users.identities.link(id, { link_with: secondary.idToken });
    expect((await tokensOf('linker@gmail.example', google)).id).toBe(id);
  });

  it('cannot log in while blocked', async () => {
    const { user_id: id = '' } = await newUser('blocked@example.com', { blocked: true });
    expect(Object.fromEntries(await logIn('blocked@example.com'))).toMatchObject({
      ...{ error: 'unauthorized', error_description: 'user is blocked' },
    });
    await auth0.users.update(id, { blocked: false });
    expect((await logIn('blocked@example.com')).get('code')).toBeTruthy();
  });

  it('may call from the origin of the page, and from no other', async () => {
    const preflight = async (from: string) => {
      const init = { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': 'GET' } };
      const response = await loopbackFetch()(`${origin}/api/v2/users/auth0%7C1`, init);
      return response.headers.get('access-control-allow-origin');
    };
    expect(await preflight('http://page.localhost:1')).toBe('http://page.localhost:1');
    expect(await preflight('http://evil.localhost:1')).toBeNull();
  });
});

describe('the rest of the tenant, through the auth0 SDK', () => {
  it('has organizations with members', async () => {
    expect((await auth0.organizations.list()).data).toMatchObject([{ name: 'acme' }]);
    expect(await auth0.organizations.getByName('acme')).toMatchObject({ id: 'org_acme' });
    expect(await auth0.organizations.get('org_acme')).toMatchObject({ name: 'acme' });
    await expect(auth0.organizations.get('org_none')).rejects.toEqual(failure(404, 'inexistent_organization'));
    const { user_id: id = '' } = await newUser('member@example.com');
    await auth0.organizations.members.create('org_acme', { members: [id] });
    const { data } = await auth0.organizations.members.list('org_acme');
    expect(data.map(({ user_id: one }) => one)).toEqual(['auth0|grace', id]);
    await auth0.organizations.members.delete('org_acme', { members: [id] });
    expect((await auth0.organizations.members.list('org_acme')).data).toHaveLength(1);
  });

  it('has clients, without their secrets, and connections', async () => {
    const { data: clients } = await auth0.clients.list();
    expect(clients.map(({ client_id: id, app_type: type }) => [id, type])).toEqual([
      ['service', 'non_interactive'],
      ['page', 'spa'],
    ]);
    expect(JSON.stringify([clients, await auth0.clients.get('service')])).not.toContain(SERVICE.clientSecret);
    const { data: connections } = await auth0.connections.list({ strategy: ['google-oauth2'] });
    expect(connections).toMatchObject([{ name: 'google-oauth2', strategy: 'google-oauth2' }]);
    expect(await auth0.connections.get(String(connections[0]?.id))).toMatchObject({ name: 'google-oauth2' });
  });

  it('accepts jobs and tickets, without sending email', async () => {
    const job = await auth0.jobs.verificationEmail.create({ user_id: 'auth0|grace' });
    expect(job).toMatchObject({ type: 'verification_email', status: 'pending' });
    const { ticket } = await auth0.tickets.changePassword({ user_id: 'auth0|grace' });
    expect(ticket).toContain(`${origin}/u/reset-verify?ticket=`);
    expect((await auth0.tickets.verifyEmail({ user_id: 'auth0|grace' })).ticket).toContain(origin);
    const nobody = auth0.jobs.verificationEmail.create({ user_id: 'auth0|nobody' });
    await expect(nobody).rejects.toEqual(failure(404, 'inexistent_user'));
  });

  it('names routes that it does not support', async () => {
    await expect(auth0.logs.list()).rejects.toEqual(failure(404, 'not_simulated'));
  });

  it.each([
    ['a body that is no JSON', '/users', '{', 400],
    ['a body that is no object', '/users', '[]', 400],
    ['a body without end', '/users', JSON.stringify({ email: 'x'.repeat(2_000_000) }), 413],
    ['a path that cannot be decoded', '/users/%E0%A4%A', undefined, 400],
  ])('refuses %s', async (_what, path, body, status) => {
    const init = body === undefined ? {} : { method: 'POST', body };
    expect(await callApi(origin, path, token, init)).toMatchObject({ status, body: { statusCode: status } });
  });
});

describe('a sandbox with a state file', () => {
  it('keeps its users across a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
    const action = join(folder, 'action.js');
    writeFileSync(action, 'exports.onExecutePostLogin = async (e, api) => api.user.setAppMetadata("seen", true);');
    const args = ['--action', action, '--state', join(folder, 'state.json')];
    const service = ['--client-id', SERVICE.clientId, '--client-secret', SERVICE.clientSecret];
    try {
      const before = await SandboxProcess.start([...args, ...service]);
      const browser = new Browser();
      const login = await browser.open(`${before.ready.app}/login`);
      await browser.open(login.url, { method: 'POST', form: { email: ADA, password: 'anything' } });
      const [user] = await managementClient(before.ready.tenant).users.listUsersByEmail({ email: ADA });
      expect(user).toMatchObject({ app_metadata: { seen: true }, logins_count: 1, last_ip: '127.0.0.1' });
      await managementClient(before.ready.tenant).users.update(String(user?.user_id), { user_metadata: { a: 1 } });
      expect(await before.stop()).toBe(0);

      const after = await SandboxProcess.start([...args, ...service]);
      const again = await managementClient(after.ready.tenant).users.get(String(user?.user_id));
      await after.stop();
      expect(again).toMatchObject({
        email: ADA,
        app_metadata: { seen: true },
        user_metadata: { a: 1 },
        logins_count: 1,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { continueAction, runAction } from '../src/testing/index.js';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const folder = mkdtempSync(join(tmpdir(), 'sandbox-testing-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes an Action and returns its path. */
function action(source: string): string {
  const file = join(folder, `action-${(files += 1)}.js`);
  writeFileSync(file, source);
  return file;
}

const REDIRECTING = `
exports.onExecutePostLogin = async (event, api) => {
  if (!api.redirect.canRedirect() && event.user.app_metadata.skip) return;
  api.transaction.setMetadata('step', 'terms');
  api.idToken.setCustomClaim('https://example.com/asked', true);
  api.cache.set('asked', event.user.user_id);
  const session_token = api.redirect.encodeToken({ secret: event.secrets.SECRET, payload: { email: event.user.email } });
  api.redirect.sendUserTo('https://terms.example/accept', { query: { session_token } });
};
exports.onContinuePostLogin = async (event, api) => {
  const { outcome } = api.redirect.validateToken({ secret: event.secrets.SECRET });
  if (outcome !== 'accepted') return api.access.deny('Not accepted.');
  api.user.setAppMetadata('accepted_in', event.transaction.metadata.step);
  console.log(api.cache.get('asked').value, event.request.method);
};`;

describe('a run of one Action in a test', () => {
  it('returns the calls, the claims and the console lines', async () => {
    const file = action(`exports.onExecutePostLogin = async (event, api) => {
      console.warn('hello', event.user.email);
      api.idToken.setCustomClaim('https://example.com/level', 2);
      api.accessToken.setCustomClaim('https://example.com/level', 3).accessToken.addScope('read:more');
      api.user.setUserMetadata('color', 'blue');
    };`);
    expect(await runAction(file)).toMatchObject({
      ...{ trigger: 'post-login', handler: 'onExecutePostLogin' },
      calls: [
        { name: 'api.idToken.setCustomClaim', args: ['https://example.com/level', 2] },
        { name: 'api.accessToken.setCustomClaim', args: ['https://example.com/level', 3] },
        { name: 'api.accessToken.addScope', args: ['read:more'] },
        { name: 'api.user.setUserMetadata', args: ['color', 'blue'] },
      ],
      console: [{ level: 'warn', text: 'hello ada@example.com' }],
      ...{ warnings: [], idToken: { claims: { 'https://example.com/level': 2 } } },
      accessToken: { claims: { 'https://example.com/level': 3 }, addedScopes: ['read:more'], removedScopes: [] },
      user: { app_metadata: {}, user_metadata: { color: 'blue' } },
    });
  });

  it('passes the event of the tenant, with changes at any depth', async () => {
    const file = action('exports.onExecutePostLogin = async () => {};');
    const { event } = await runAction(file, {
      ...{ secrets: { KEY: 'value' }, configuration: { limit: 3 }, metadata: { seen: true } },
      ...{ user: { email: 'grace@example.com', roles: ['admin'] }, authorize: { prompt: 'none', custom: 'yes' } },
      event: { user: { email_verified: false, picture: undefined }, organization: { name: 'acme' } },
    });
    expect(event).toMatchObject({
      ...{ secrets: { KEY: 'value' }, configuration: { limit: 3 }, organization: { name: 'acme' } },
      user: { email: 'grace@example.com', email_verified: false, identities: [{ provider: 'auth0' }] },
      transaction: { metadata: { seen: true }, prompt: ['none'], protocol: 'oidc-basic-profile' },
      request: { method: 'GET', query: { prompt: 'none', custom: 'yes' }, geoip: { countryCode: 'US' } },
      authentication: { methods: [{ name: 'pwd' }] },
      authorization: { roles: ['admin'] },
    });
    expect(event['user']).not.toHaveProperty('picture');
  });

  it('changes the metadata that the test put into the event', async () => {
    const file = action("exports.onExecutePostLogin = (event, api) => { api.user.setAppMetadata('b', 2); };");
    const { user } = await runAction(file, { event: { user: { app_metadata: { a: 1 } } } });
    expect(user.app_metadata).toEqual({ a: 1, b: 2 });
  });

  it('returns the redirect with its token decoded', async () => {
    const { redirect, transaction } = await runAction(action(REDIRECTING), {
      secrets: { SECRET },
      now: 1_900_000_000_000,
    });
    expect(redirect).toMatchObject({
      url: expect.stringMatching(/^https:\/\/terms\.example\/accept\?session_token=.*&state=/),
      tokens: { session_token: { email: 'ada@example.com', iss: 'tenant.localhost', iat: 1_900_000_000 } },
    });
    expect(redirect?.query['state']).toBe(redirect?.state);
    expect(transaction.metadata).toEqual({ step: 'terms' });
  });

  it('turns a redirect with prompt=none into an error for the application', async () => {
    const result = await runAction(action(REDIRECTING), { secrets: { SECRET }, authorize: { prompt: 'none' } });
    expect(result).toMatchObject({ denied: { error: 'interaction_required' } });
    expect(result.redirect).toBeUndefined();
  });

  it('returns the error of a failed Action, and drops its calls', async () => {
    const file = action(`exports.onExecutePostLogin = async (event, api) => {
      api.idToken.setCustomClaim('https://example.com/a', 1);
      null.member;
    };`);
    const { error, idToken, calls } = await runAction(file);
    expect(error).toMatchObject({
      message: expect.stringContaining('null'),
      at: { line: 3, statement: 'null.member;' },
    });
    expect(idToken.claims).toEqual({});
    expect(calls).toHaveLength(1);
  });

  it('returns the error of a file that cannot be loaded', async () => {
    const { error } = await runAction(action("require('no-such-package');"));
    expect(error?.message).toMatch(/no-such-package/);
  });

  it('warns of calls without effect and of redirects without a check', async () => {
    const file = action(`exports.onExecutePostLogin = async (event, api) => {
      api.idToken.setCustomClaim('roles', []);
      api.redirect.sendUserTo('https://terms.example');
    };`);
    const { warnings, idToken } = await runAction(file);
    expect(warnings).toEqual([
      expect.stringContaining('"roles" is a restricted claim'),
      expect.stringContaining('does not export onContinuePostLogin'),
    ]);
    expect(idToken.claims).toEqual({});
  });

  it('starts with the cache of the test', async () => {
    const file = action(
      "exports.onExecutePostLogin = (event, api) => { console.log(api.cache.get('a')?.value); api.cache.delete('a'); };",
    );
    const result = await runAction(file, { cache: { a: 'stored', b: 'kept' } });
    expect(result.console).toEqual([{ level: 'log', text: 'stored' }]);
    expect(Object.keys(result.cache)).toEqual(['b']);
  });

  it('loads packages that the test replaces, and modules of Auth0', async () => {
    const shared = action('exports.secret = actions.secrets.KEY;');
    const file = action(`const client = require('some-client'); const { secret } = require('actions:shared');
      exports.onExecutePostLogin = async () => console.log(await client.ask(), secret);`);
    const packages = { 'some-client': { ask: async () => 'answer' } };
    const result = await runAction(file, { packages, modules: { shared: { file: shared, secrets: { KEY: 'k' } } } });
    expect(result.console).toEqual([{ level: 'log', text: 'answer k' }]);
  });

  it('selects the trigger by the exports of the file', async () => {
    const file = action('exports.onExecuteCredentialsExchange = async () => {};');
    expect(await runAction(file)).toMatchObject({
      trigger: 'credentials-exchange',
      handler: 'onExecuteCredentialsExchange',
    });
  });

  it.each([
    ['onExecuteCredentialsExchange', { transaction: { target_scopes: [] }, request: { method: 'POST' } }, 'user'],
    ['onExecuteCustomTokenExchange', { transaction: { subject_token: 'subject-token' } }, 'user'],
    ['onExecutePreUserRegistration', { user: { email: 'ada@example.com' }, request: { method: 'GET' } }, 'session'],
    ['onExecutePostUserRegistration', { user: { user_id: expect.any(String) } }, 'authorization'],
    [
      'onExecutePostChangePassword',
      { connection: { strategy: 'auth0' }, user: { email: 'ada@example.com' } },
      'client',
    ],
    ['onExecuteSendPhoneMessage', { message_options: { code: '123456' } }, 'session'],
    ['onExecutePostChallenge', { authorization: { roles: [] }, user: { email: 'ada@example.com' } }, 'session'],
  ])('passes the event of its own trigger: %s', async (handler, expected, absent) => {
    const { event, error } = await runAction(action(`exports.${handler} = async () => {};`));
    expect(error).toBeUndefined();
    expect(event).toMatchObject(expected);
    expect(event).not.toHaveProperty(absent);
  });

  it('returns the message of a refused sign-up to the user', async () => {
    const file = action(`exports.onExecutePreUserRegistration = async (event, api) => {
      api.access.deny('blocked_domain', 'Use your work address.');
    };`);
    const denied = { error: 'access_denied', reason: 'blocked_domain', userMessage: 'Use your work address.' };
    expect((await runAction(file)).denied).toEqual(denied);
  });

  it('rejects an unknown option, and suggests the right one', async () => {
    const options: object = { secret: {} };
    const run = runAction(action('exports.onExecutePostLogin = () => {};'), options);
    await expect(run).rejects.toMatchObject({
      code: 'option_invalid',
      message: '"secret" is not an option. Did you mean "secrets"?',
    });
  });

  it('loads modules by a path relative to the current directory', async () => {
    const shared = relative(process.cwd(), action('exports.name = "shared";'));
    const file = action(`const { name } = require('actions:shared');
      exports.onExecutePostLogin = async () => console.log(name);`);
    const result = await runAction(file, { modules: { shared: { file: shared } } });
    expect(result.console).toEqual([{ level: 'log', text: 'shared' }]);
  });

  it.each([
    ['code', 'exports.name = 1;', /modules\["shared"\] has to be an object with the path of its code/],
    ['no file', { file: 'missing.js' }, /modules\["shared"\] names a file that cannot be read: \/.*missing\.js/],
  ])('rejects a module that is %s', async (_name, shared, message) => {
    const options: object = { modules: { shared } };
    const run = runAction(action('exports.onExecutePostLogin = () => {};'), options);
    await expect(run).rejects.toMatchObject({ code: 'option_invalid', message: expect.stringMatching(message) });
  });

  it('accepts a file as a URL', async () => {
    const file = pathToFileURL(action('exports.onExecutePostLogin = async () => {};'));
    expect(await runAction(file)).toMatchObject({ handler: 'onExecutePostLogin' });
  });

  it.each([
    ['a missing file', 'missing.js', 'action_file_unreadable', /^The Action file missing\.js cannot be read/],
    [
      'a missing function',
      undefined,
      'action_handler_missing',
      /does not export onExecutePostLogin. It exports onOther\.$/,
    ],
  ])('rejects %s', async (_name, path, code, message) => {
    const run = runAction(path ?? action('exports.onOther = () => {};'));
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('a run of onContinuePostLogin', () => {
  const secrets = { SECRET };

  it('validates a token that the sandbox signed like the application', async () => {
    const file = action(REDIRECTING);
    const after = await runAction(file, { secrets, user: { user_id: 'auth0|7' } });
    const token = { secret: SECRET, claims: { outcome: 'accepted' } };
    const result = await continueAction(file, { after, token });
    expect(result.error).toBeUndefined();
    expect(result).toMatchObject({
      handler: 'onContinuePostLogin',
      user: { app_metadata: { accepted_in: 'terms' } },
      console: [{ text: 'auth0|7 POST' }],
      idToken: { claims: { 'https://example.com/asked': true } },
      warnings: [],
    });
    expect(result.calls[0]?.checks?.every(({ verdict }) => verdict === 'ok')).toBe(true);
  });

  it.each([
    ['another secret', { secret: 'another-secret' }, 'Failed signature validation'],
    ['another user', { secret: SECRET, claims: { sub: 'auth0|other' } }, 'The sub claim does not match the user_id'],
    ['another state', { secret: SECRET, claims: { state: 'other' } }, 'State in the token does not match'],
    ['a token that has expired', { secret: SECRET, expiresInSeconds: 0 }, 'Token has expired'],
    ['no token', undefined, "no parameter called 'session_token'"],
  ])('fails with %s', async (_name, token, message) => {
    const file = action(REDIRECTING);
    const after = await runAction(file, { secrets });
    const { error } = await continueAction(file, { after, ...(token ? { token } : {}) });
    expect(error?.message).toContain(message);
  });

  it('uses one current time, also if a second passes meanwhile', async () => {
    let seconds = 1_900_000_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => (seconds += 1) * 1000);
    const token = { secret: SECRET, expiresInSeconds: 0 };
    const { error } = await continueAction(action(REDIRECTING), { secrets, token });
    clock.mockRestore();
    expect(error?.message).toContain('Token has expired');
  });

  it('needs no earlier run', async () => {
    const token = { secret: SECRET, claims: { outcome: 'declined' } };
    const result = await continueAction(action(REDIRECTING), { secrets, token });
    expect(result.denied).toEqual({ error: 'access_denied', reason: 'Not accepted.' });
  });
});

import { AppBench, claimsOf, WEB } from './harness/app-bench.js';

const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  console.log(JSON.stringify({
    protocol: event.transaction.protocol, body: event.request.body, canRedirect: api.redirect.canRedirect(), session: event.session,
    methods: event.authentication.methods.map(({ name }) => name), connection: event.connection.name, logins: event.stats.logins_count,
  }));
  api.idToken.setCustomClaim('by', event.transaction.protocol);
  api.accessToken.setCustomClaim('by', event.transaction.protocol).accessToken.addScope('read:more');
  if (event.user.email === 'eve@example.com') api.access.deny('Eve may not.');
  if (event.user.email === 'away@example.com') api.redirect.sendUserTo('http://step.localhost/');
};`;

const REALM = 'http://auth0.com/oauth/grant-type/password-realm';
const WEB_APP = { client_id: WEB.client_id };

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start(ACTION);
}, 60_000);
afterAll(() => bench?.stop());

function logIn(username: string, more: Record<string, string> = {}) {
  return bench.token({ ...WEB_APP, grant_type: 'password', username, password: 'top-secret', ...more });
}

describe('an app that sends the password itself', () => {
  it('receives tokens with the changes of Actions', async () => {
    const scope = 'openid email offline_access';
    const { status, body } = await logIn('ada@example.com', { scope, audience: 'https://api.example.com/' });
    expect(status).toBe(200);
    expect(claimsOf(body['id_token'])).toMatchObject({ by: 'oauth2-password', email: 'ada@example.com', aud: 'web' });
    expect(claimsOf(body['access_token'])).toMatchObject({
      by: 'oauth2-password',
      aud: expect.arrayContaining(['https://api.example.com/']),
    });
    expect(claimsOf(body['access_token'])['scope']).toContain('read:more');
    const refreshed = await bench.refresh(body['refresh_token'], WEB_APP);
    expect(claimsOf(refreshed.body['id_token'])).toMatchObject({ by: 'oauth2-refresh-token' });
    expect(JSON.parse((await bench.logs())[0] ?? '')).toMatchObject({ methods: ['pwd'], logins: 1 });
  });

  it('has no browser and no session, and shows no password', async () => {
    await logIn('event@example.com', { scope: 'openid' });
    const event = JSON.parse((await bench.logs())[0] ?? '{}');
    expect(event).toMatchObject({ protocol: 'oauth2-password', canRedirect: false, methods: ['pwd'] });
    expect(event.body).toMatchObject({ username: 'event@example.com', grant_type: 'password' });
    expect(event).not.toHaveProperty('session');
    const record = await bench.record();
    expect(JSON.stringify(record)).not.toMatch(/top-secret|web-secret/);
    expect(record.steps.map(({ kind }) => kind)).toEqual(['token request', 'login', 'action', 'completed', 'tokens']);
  });

  it('names a connection as its realm', async () => {
    const { status, body } = await logIn('ada@example.com', { grant_type: REALM, realm: 'email', scope: 'openid' });
    expect(status).toBe(200);
    expect(claimsOf(body['id_token'])['sub']).toMatch(/^email\|/);
  });

  it('can call /userinfo with an opaque token', async () => {
    const { body } = await logIn('info@example.com', { scope: 'openid email' });
    expect(await bench.userinfo(body['access_token'])).toMatchObject({
      email: 'info@example.com',
      by: 'oauth2-password',
    });
  });

  it.each([
    ['denied', 'eve@example.com', 'access_denied', 'Eve may not.'],
    [
      'sent elsewhere',
      'away@example.com',
      'interaction_required',
      'An Action redirects, which this login cannot do: no browser takes part in a token request.',
    ],
    ['unknown and have no address', 'nobody', 'invalid_grant', 'Wrong email or password.'],
  ])('receives an error for users who are %s', async (_what, username, error, description) => {
    expect(await logIn(username)).toEqual({ status: 403, body: { error, error_description: description } });
  });
});

import { AppBench, claimsOf, WEB } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

const ACME = { id: 'org_acme0000000001', name: 'acme', display_name: 'Acme Inc.', metadata: { plan: 'gold' } };
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  console.log(JSON.stringify({ organization: event.organization, roles: event.authorization.roles, protocol: event.transaction.protocol }));
};`;

let bench: AppBench;
beforeAll(async () => {
  bench = await AppBench.start(ACTION, {
    organizations: [ACME, { name: 'other' }],
    users: [
      { email: 'ada@example.com', organizations: ['acme'], roles: ['editor'] },
      { email: 'eve@example.com', organizations: ['other'] },
    ],
  });
}, 60_000);
afterAll(() => bench?.stop());

async function seen(): Promise<Record<string, unknown>> {
  return JSON.parse((await bench.logs())[0] ?? '{}');
}

describe('a login to an organization', () => {
  it.each([
    ['id', ACME.id],
    ['name', ACME.name],
  ])('names it by its %s, and shows it in events and tokens', async (_what, organization) => {
    const audience = 'https://api.example.com/';
    const tokens = await bench.tokensOf('ada@example.com', { organization, audience });
    const claims = { org_id: ACME.id, org_name: 'acme' };
    expect(await seen()).toMatchObject({ organization: ACME, roles: ['editor'] });
    expect(claimsOf(tokens['id_token'])).toMatchObject(claims);
    expect(claimsOf(tokens['access_token'])).toMatchObject(claims);
  });

  it('is named on the login page', async () => {
    const { body } = await bench.authorize(new Browser(), { organization: 'acme' });
    expect(body).toMatch(/Log in to <strong>Acme Inc\.<\/strong> to continue to <strong>My SPA<\/strong>/);
  });

  it('keeps it when the refresh token is exchanged', async () => {
    const client = { client_id: WEB.client_id };
    const login = { ...client, organization: 'acme', scope: 'openid offline_access' };
    const tokens = await bench.tokensOf('ada@example.com', login);
    const { body } = await bench.refresh(tokens['refresh_token'], client);
    expect(claimsOf(body['id_token'])).toMatchObject({ org_id: ACME.id });
    expect(await seen()).toMatchObject({ organization: ACME, protocol: 'oauth2-refresh-token' });
  });

  it('fails if the tenant does not have it', async () => {
    const end = await bench.logIn('ada@example.com', { organization: 'org_nobody' });
    const [error, description] = ['invalid_request', 'parameter organization is invalid: org_nobody'];
    expect(end).toMatchObject({ error, error_description: description, state: 's' });
    expect(await bench.steps('denied')).toMatchObject([{ error, description }]);
  });

  it.each([
    ['the user just logged in', undefined],
    ['the login is silent', { prompt: 'none' }],
  ])('fails if the user is no member, when %s', async (_what, silent) => {
    const browser = new Browser();
    if (silent) await bench.logIn('eve@example.com', {}, browser);
    const end = await bench.logIn('eve@example.com', { organization: 'acme', ...silent }, browser);
    const description = expect.stringMatching(/^user auth0\|\w+ is not part of the org_acme0000000001 organization$/);
    expect(end).toMatchObject({ error: 'access_denied', error_description: description, state: 's' });
    expect(await bench.steps('denied')).toMatchObject([{ description: end['error_description'] }]);
    expect(await bench.steps('action')).toEqual([]);
  });

  it('is absent without the parameter', async () => {
    const tokens = await bench.tokensOf('ada@example.com');
    expect(claimsOf(tokens['id_token'])).not.toHaveProperty('org_id');
    expect(await seen()).not.toHaveProperty('organization');
  });
});

import { AppBench } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';

const ACME = { id: 'org_acme0000000001', name: 'acme', display_name: 'Acme Inc.' };
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('by', event.transaction.protocol);
};`;

let bench: AppBench;
beforeAll(async () => {
  const users = [{ email: 'ada@example.com', organizations: ['acme'] }];
  bench = await AppBench.start(ACTION, { organizations: [ACME], users }, { app: { port: 0 } });
}, 60_000);
afterAll(() => bench?.stop());

/** The sample app uses Auth0's SDK for Express, so these tests show that the SDK works with the tenant. */
describe('Auth0’s SDK for Express', () => {
  it('logs in to an organization, and refreshes its tokens', async () => {
    const browser = new Browser();
    const scope = encodeURIComponent('openid profile email offline_access');
    const page = await browser.open(`${bench.app}/login?organization=acme&scope=${scope}`);
    expect(page.body).toContain('Acme Inc.');
    const home = await browser.open(page.url, { method: 'POST', form: { email: 'ada@example.com', password: 'x' } });
    expect(home.body).toContain(ACME.id);
    expect(home.body).toContain('oidc-basic-profile');
    const refreshed = await browser.open(`${bench.app}/refresh`, { method: 'POST' });
    expect(refreshed.status).toBe(200);
    expect(refreshed.body).toContain('Hello, Ada');
    expect((await bench.record()).loggedInBy).toBe('refresh token');
    expect((await bench.steps('tokens'))[0]?.idToken).toMatchObject({ by: 'oauth2-refresh-token', org_id: ACME.id });
  });

  it('shows why a login to an unknown organization fails', async () => {
    const { body } = await new Browser().open(`${bench.app}/login?organization=nobody`);
    expect(body).toContain('parameter organization is invalid: nobody');
  });
});

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Auth0Client, Auth0ClientOptions } from '@auth0/auth0-spa-js';
import type { Page } from 'playwright-core';
import { startChromium } from '../../test/harness/browsers.js';
import { listenLoopback, type LoopbackServer } from '../src/network/loopback-server.js';
import { AppBench } from './harness/app-bench.js';
import { Chrome } from './harness/chrome.js';

const ACME = { id: 'org_acme0000000001', name: 'acme', display_name: 'Acme Inc.' };
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('protocol', event.transaction.protocol);
  if (event.user.user_metadata.away && event.transaction.protocol === 'oidc-basic-profile') api.redirect.sendUserTo('http://step.localhost/');
  if (event.user.email === 'away@example.com') api.user.setUserMetadata('away', true);
  if (event.user.email === 'once@example.com' && event.refresh_token) api.refreshToken.revoke('once is enough');
};`;

const SDK = join(dirname(require.resolve('@auth0/auth0-spa-js/package.json')), 'dist', 'auth0-spa-js.production.js');

declare const auth0: { createAuth0Client(options: Auth0ClientOptions): Promise<Auth0Client> };
declare const window: { client: Auth0Client; location: { search: string } };

describe('Auth0’s SDK for single-page apps', () => {
  let bench: AppBench;
  let chrome: Chrome;
  let server: LoopbackServer;
  let origin: string;
  let sameSite: string;

  beforeAll(async () => {
    server = await listenLoopback(0);
    origin = `http://spa.localhost:${server.port}`;
    sameSite = `http://spa.tenant.localhost:${server.port}`;
    const script = readFileSync(SDK);
    server.handle((request, response) => {
      if (request.url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(script);
      else
        response
          .setHeader('content-type', 'text/html')
          .end('<!doctype html><title>SPA</title><script src="/sdk.js"></script>');
    });
    const users = [{ email: 'ada@example.com', organizations: ['acme'] }];
    const clients = [{ client_id: 'my-spa', callbacks: [origin, sameSite] }];
    [bench, chrome] = await Promise.all([
      AppBench.start(ACTION, { organizations: [ACME], users, clients }),
      Chrome.start(),
    ]);
  }, 60_000);

  afterAll(async () => {
    await chrome?.stop();
    await server?.close();
    await bench?.stop();
  });

  /** Opens the app with a new client of the SDK. */
  async function openApp(page: Page, parameters: Record<string, string> = {}): Promise<void> {
    await page.goto(parameters['redirect_uri'] ?? origin);
    await createClient(page, parameters);
  }

  async function createClient(page: Page, parameters: Record<string, string> = {}): Promise<void> {
    const options: Auth0ClientOptions = {
      ...{ domain: bench.tenant, clientId: 'my-spa', useRefreshTokens: true, useRefreshTokensFallback: true },
      authorizationParams: { redirect_uri: origin, audience: 'https://api.example.com/', ...parameters },
    };
    await page.evaluate(async (given) => {
      const client = await auth0.createAuth0Client(given);
      Object.assign(window, { client });
    }, options);
  }

  async function logIn(page: Page, email: string, parameters: Record<string, string> = {}): Promise<void> {
    await openApp(page, parameters);
    await Promise.all([page.waitForURL(/\/u\/login\//), page.evaluate(() => void window.client.loginWithRedirect())]);
    await page.fill('#email', email);
    await Promise.all([page.waitForURL(/[?&]code=/), page.click('button[type=submit]')]);
    await createClient(page, parameters);
    await page.evaluate(() => window.client.handleRedirectCallback());
  }

  function getTokenSilently(page: Page): Promise<Record<string, unknown>> {
    return page.evaluate(async () => {
      try {
        const token = await window.client.getTokenSilently({ cacheMode: 'off' });
        return { token, user: await window.client.getUser() };
      } catch (error) {
        return { ...(error as object) };
      }
    });
  }

  async function inFreshBrowser(run: (page: Page) => Promise<void>): Promise<void> {
    const { context } = chrome;
    const [page = await context.newPage()] = context.pages();
    await context.clearCookies();
    await run(page);
  }

  it('logs in, and refreshes its tokens', () =>
    inFreshBrowser(async (page) => {
      await logIn(page, 'refresh@example.com');
      for (let times = 0; times < 2; times += 1) {
        const { token, user } = await getTokenSilently(page);
        expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
        expect(user).toMatchObject({ email: 'refresh@example.com', protocol: 'oauth2-refresh-token' });
      }
    }));

  it('logs in silently after a reload of the page, in an iframe', () =>
    inFreshBrowser(async (page) => {
      await logIn(page, 'silent@example.com');
      await openApp(page);
      const user = await page.evaluate(() => window.client.getUser());
      expect(user).toMatchObject({ email: 'silent@example.com', protocol: 'oidc-basic-profile' });
    }));

  it('logs in silently in a browser that blocks cookies of other sites, if the app’s name is below the tenant’s', async () => {
    const strict = await startChromium();
    const page = await strict.newPage();
    const address = { redirect_uri: sameSite };
    await logIn(page, 'strict@example.com', address);
    await openApp(page, address);
    expect((await getTokenSilently(page))['user']).toMatchObject({ email: 'strict@example.com' });
    await strict.close();
  });

  it('logs in silently when its refresh token is no longer valid', () =>
    inFreshBrowser(async (page) => {
      await logIn(page, 'once@example.com');
      expect(await getTokenSilently(page)).toMatchObject({ error_description: 'once is enough' });
      expect(await getTokenSilently(page)).toMatchObject({ user: { protocol: 'oidc-basic-profile' } });
    }));

  it('receives an error if a silent login needs the user', () =>
    inFreshBrowser(async (page) => {
      await openApp(page);
      expect(await getTokenSilently(page)).toMatchObject({ error: 'login_required' });
      await logIn(page, 'away@example.com');
      await openApp(page);
      expect(await getTokenSilently(page)).toMatchObject({ error: 'interaction_required' });
      expect(await bench.steps('denied')).toMatchObject([{ error: 'interaction_required' }]);
    }));

  it.each([ACME.id, ACME.name])('accepts the tokens of the organization %s', (organization) =>
    inFreshBrowser(async (page) => {
      await logIn(page, 'ada@example.com', { organization });
      const { user } = await getTokenSilently(page);
      expect(user).toMatchObject({ org_id: ACME.id, org_name: ACME.name });
    }),
  );

  it('logs out', () =>
    inFreshBrowser(async (page) => {
      await logIn(page, 'out@example.com');
      await Promise.all([
        page.waitForURL(`${origin}/`),
        page.evaluate((returnTo) => window.client.logout({ logoutParams: { returnTo } }), origin),
      ]);
      await openApp(page);
      expect(await getTokenSilently(page)).toMatchObject({ error: 'login_required' });
    }));
});

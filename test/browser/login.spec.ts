import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startFirefox } from '../harness/browsers.js';
import { LoginStand } from '../harness/login-stand.js';
import { decode, jws, type Members } from '../harness/tokens.js';

const { SECRET } = LoginStand;

describe('a login through tenant, service and app', () => {
  let stand: LoginStand;
  beforeAll(async () => {
    stand = await LoginStand.start();
  });
  afterAll(async () => stand.stop());

  /** Changes the post of the continue page, like an attacker's proxy. */
  async function tamper(
    page: Page,
    change: (posted: { state: string; sessionToken: string }) => Members,
  ): Promise<void> {
    await page.route('**/continue?*', async (route) => {
      const posted = new URLSearchParams(route.request().postData() ?? '');
      const changed = change({ state: posted.get('state') ?? '', sessionToken: posted.get('session_token') ?? '' });
      const address = new URL(route.request().url());
      if ('state' in changed) address.searchParams.set('state', String(changed.state));
      for (const [name, value] of Object.entries(changed)) posted.set(name, String(value));
      await route.continue({ url: address.toString(), postData: posted.toString() });
    });
  }

  it('ends in claims at the app', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page);
      const claims = await stand.claimsOnPage(page);
      expect(claims).toContain('alice@example.com');
      expect(claims).toContain('https://auth-redirect.example/redirected');
    });
  });

  it('ends at the app in Firefox, too', async () => {
    const firefox = await startFirefox();
    const page = await firefox.newPage();
    await page.goto(`${stand.app}/login`);
    await page.type('#email', 'fox@example.com');
    await page.click('button[type=submit]');
    await page.waitForFunction('document.body.textContent.includes("fox@example.com")');
    expect(page.url()).toBe(`${stand.app}/`);
    expect(await page.$eval('main', (main) => main.textContent)).toContain('https://auth-redirect.example/redirected');
    await firefox.close();
  });

  it('ends at the app without scripts, too', async () => {
    await stand.inFreshBrowser(
      async (page) => {
        await stand.logIn(page);
        await page.getByRole('button', { name: 'Continue' }).click();
        expect(await stand.claimsOnPage(page)).toContain('alice@example.com');
      },
      { javaScriptEnabled: false },
    );
  });

  it('ends at the app from two tabs at once', async () => {
    await stand.inFreshBrowser(async (first, context) => {
      const second = await context.newPage();
      await first.goto(`${stand.app}/login`);
      await stand.logIn(second);
      expect(await stand.claimsOnPage(second)).toContain('alice@example.com');
      await first.fill('#email', 'alice@example.com');
      await first.click('button[type=submit]');
      expect(await stand.claimsOnPage(first)).toContain('alice@example.com');
    });
  });

  it('ends at the app in a popup, which closes and leaves its page logged in', async () => {
    await stand.inFreshBrowser(async (page) => {
      await page.goto(stand.app);
      const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('text=Log in in a popup')]);
      await popup.fill('#email', 'popup@example.com');
      await Promise.all([popup.waitForEvent('close'), popup.click('button[type=submit]')]);
      await page.getByText('popup@example.com').first().waitFor();
      expect(page.url()).toBe(`${stand.app}/`);
    });
  });

  it('ends after Back: the answer is accepted once', async () => {
    await stand.inFreshBrowser(async (page) => {
      const posts: { url: string; body: string }[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST' && request.url().includes('/continue?')) {
          posts.push({ url: request.url(), body: request.postData() ?? '' });
        }
      });
      await stand.logIn(page);
      await stand.claimsOnPage(page);
      await page.goBack();
      expect(posts).toHaveLength(1);
      const fields = [...new URLSearchParams(posts[0]?.body)].map(
        ([name, value]) => `<input name="${name}" value="${value}">`,
      );
      await page.setContent(`<form method="post" action="${posts[0]?.url}">${fields.join('')}</form>`);
      await page.evaluate('document.forms[0].submit()');
      await page.getByText('back button').first().waitFor();
    });
  });

  const claimsOf = (sessionToken: string): Members => decode(sessionToken).claims;
  it.each<[string, (posted: { state: string; sessionToken: string }) => Members, string]>([
    ['another state', () => ({ state: 'A'.repeat(166) }), 'back button'],
    [
      'a token of another user, by another key',
      ({ sessionToken }) => ({
        session_token: jws({ ...claimsOf(sessionToken), sub: 'auth0|eve' }, undefined, 'e'.repeat(40)),
      }),
      'could not complete your sign-in',
    ],
    [
      'a token of another user, by the right key',
      ({ sessionToken }) => ({
        session_token: jws({ ...claimsOf(sessionToken), sub: 'auth0|eve' }, undefined, SECRET),
      }),
      'could not complete your sign-in',
    ],
    [
      'an expired token',
      ({ sessionToken }) => ({ session_token: jws({ ...claimsOf(sessionToken), exp: 1 }, undefined, SECRET) }),
      'could not complete your sign-in',
    ],
    [
      'a token with a longer life',
      ({ sessionToken }) => ({
        session_token: jws({ ...claimsOf(sessionToken), exp: 9e9 }, undefined, 'e'.repeat(40)),
      }),
      'could not complete your sign-in',
    ],
    [
      'an unsigned token',
      ({ sessionToken }) => ({
        session_token: `${jws(claimsOf(sessionToken), { alg: 'none', typ: 'JWT' }).split('.').slice(0, 2).join('.')}.`,
      }),
      'could not complete your sign-in',
    ],
    [
      'another login’s nonce',
      ({ sessionToken }) => ({
        session_token: jws({ ...claimsOf(sessionToken), nonce: 'of-another-login' }, undefined, SECRET),
      }),
      'could not complete your sign-in',
    ],
    ['no token', () => ({ session_token: '' }), 'could not complete your sign-in'],
  ])('does not end in claims with %s', async (_name, change, text) => {
    await stand.inFreshBrowser(async (page) => {
      await tamper(page, change);
      await stand.logIn(page, 'mallory@example.com');
      await page.getByText(text).first().waitFor();
      await page.goto(stand.app);
      expect(await page.textContent('main')).not.toContain('mallory@example.com');
    });
  });

  it('stops at the service if the session token was changed', async () => {
    await stand.inFreshBrowser(async (page) => {
      let arrived = '';
      page.on('request', (request) => {
        if (request.url().includes('/redirect?')) arrived = request.url();
      });
      await stand.logIn(page);
      await stand.claimsOnPage(page);
      const changed = new URL(arrived);
      const claims = claimsOf(changed.searchParams.get('session_token') ?? '');
      changed.searchParams.set('session_token', jws({ ...claims, sub: 'auth0|eve' }, undefined, 'e'.repeat(40)));
      const response = await page.goto(changed.toString());
      expect(response?.status()).toBe(401);
      await page.getByRole('heading', { name: 'cannot continue this sign-in' }).waitFor();
    });
  });

  it('leaves no token, state, user or secret in the log of the service', async () => {
    const log = await stand.service.log();
    expect((await stand.service.requestLines()).length).toBeGreaterThan(8);
    for (const secret of ['eyJ', 'auth0|', 'example.com', SECRET, 'session_token']) expect(log).not.toContain(secret);
  });
});

describe('an Action with other names for the parameters', () => {
  it('logs in with the names of the configuration', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'action-'));
    const action = join(folder, 'code.js');
    const source = readFileSync('auth0/actions/auth-redirect/code.js', 'utf8');
    const renamed = source
      .replace('{ session_token: sessionToken }', '{ token: sessionToken }')
      .replace("tokenParameterName: 'session_token'", "tokenParameterName: 'continueToken'");
    writeFileSync(action, renamed);
    const names = { SESSION_TOKEN_PARAMETER: 'token', CONTINUE_TOKEN_PARAMETER: 'continueToken' };
    const stand = await LoginStand.start(names, {}, {}, [], action);
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'ada@example.com');
      expect(await stand.claimsOnPage(page)).toContain('ada@example.com');
    });
    expect((await stand.service.requestLines()).map(({ code }) => code)).toEqual(['completed']);
    await stand.stop();
    rmSync(folder, { recursive: true });
  });
});

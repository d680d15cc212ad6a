import { once } from 'node:events';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Browser as FirefoxBrowser } from 'puppeteer-core';
import { HostApplication } from '../harness/application.js';
import { axeFindings } from '../harness/axe.js';
import { startChromium, startFirefox } from '../harness/browsers.js';
import { TenantStand } from '../harness/tenant-stand.js';
import { decode, jws, NOW, tokenWith } from '../harness/tokens.js';

const STATE = 'state/with+text=&"é';
const SIGNED_IN = 'text=signed in';
const ANIMATION = `getComputedStyle(document.querySelector('.turning')).animationName`;

describe('the pages in a browser', () => {
  let tenant: TenantStand;
  let host: HostApplication;
  let browser: Browser;

  const redirectTo = (sessionToken: string): string =>
    `http://login.localhost:${host.port}/redirect?${new URLSearchParams({ session_token: sessionToken, state: STATE }).toString()}`;
  const startPage = (): string =>
    tenant.at('start', `/start?${new URLSearchParams({ to: redirectTo(jws()) }).toString()}`);

  beforeAll(async () => {
    tenant = await TenantStand.start();
    host = await HostApplication.start('express', {
      continueUrl: tenant.at('tenant', '/continue'),
      signInUrl: tenant.at('app', '/start'),
    });
    browser = await startChromium();
  });
  beforeEach(() => {
    tenant.posted.length = 0;
    tenant.sendsOn = true;
    host.refused.length = 0;
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
    await tenant.stop();
  });

  /** Opens a page in a new profile, and fails if its console logs an error. */
  async function withPage(
    run: (page: Page, context: BrowserContext) => Promise<void>,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<void> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await run(page, context);
    await context.close();
    expect(complaints.filter((text) => /policy|script|TypeError/i.test(text))).toEqual([]);
  }

  async function postedCount(count: number): Promise<void> {
    while (tenant.posted.length < count) await once(tenant, 'posted');
  }

  it('submit automatically, and the login continues over three sites', async () => {
    await withPage(async (page) => {
      await page.goto(startPage());
      await page.click('a');
      await page.waitForSelector(SIGNED_IN);
      expect(page.url()).toBe(tenant.at('app', '/callback'));
    });
    expect(tenant.posted).toHaveLength(1);
    const [posted] = tenant.posted;
    expect(posted?.query.get('state')).toBe(STATE);
    expect(posted?.form.get('state')).toBe(STATE);
    expect([...(posted?.form.keys() ?? [])]).toEqual(['state', 'session_token']);
    expect(decode(posted?.form.get('session_token') ?? '').claims).toMatchObject({ state: STATE, exp: NOW + 900 });
  });

  it('do not send the tenant the address that held the token', async () => {
    await withPage(async (page) => {
      await page.goto(redirectTo(jws()));
      await page.waitForSelector(SIGNED_IN);
    });
    expect(tenant.posted[0]).toMatchObject({ origin: 'null', referer: undefined });
  });

  it('leave no entry in the history: Back skips them and posts nothing again', async () => {
    await withPage(async (page) => {
      await page.goto(startPage());
      await page.click('a');
      await page.waitForSelector(SIGNED_IN);
      await page.goBack();
      expect(page.url()).toBe(startPage());
    });
    expect(tenant.posted).toHaveLength(1);
  });

  it('post once, however often the button is pressed', async () => {
    tenant.sendsOn = false;
    await withPage(async (page) => {
      await page.goto(redirectTo(jws()), { waitUntil: 'commit' });
      await postedCount(1);
      const button = page.locator('button');
      await button.dblclick({ force: true });
      await button.dispatchEvent('click');
      await page.evaluate('document.querySelector("form").requestSubmit()');
      tenant.sendsOn = true;
      await page.goto(redirectTo(jws()));
      await page.waitForSelector(SIGNED_IN);
    });
    expect(tenant.posted).toHaveLength(2);
  });

  it('offer the button again after five seconds, at the same place, with instructions', async () => {
    tenant.sendsOn = false;
    await withPage(async (page) => {
      await page.clock.install({ time: 0 });
      await page.clock.pauseAt(1000);
      await page.goto(redirectTo(jws()), { waitUntil: 'commit' });
      await postedCount(1);
      const button = page.getByRole('button', { name: 'Continue' });
      const status = page.getByRole('status');
      const card = page.locator('main');
      await page.clock.runFor(4900);
      expect(await button.isDisabled()).toBe(true);
      expect(await status.innerText()).toBe('You are returning to your sign-in. If nothing happens, choose Continue.');
      const [before, place] = [await card.boundingBox(), await button.boundingBox()];
      await page.clock.runFor(100);
      expect(await button.isEnabled()).toBe(true);
      expect(await status.innerText()).toBe(
        'If your app has opened, you can close this page. Otherwise, choose Continue.',
      );
      expect([await card.boundingBox(), await button.boundingBox()]).toEqual([before, place]);
      expect(await page.evaluate(ANIMATION)).toBe('none');
      await page.clock.resume();
      expect(await axeFindings(page)).toEqual([]);
      await button.dblclick();
      await postedCount(2);
    });
    expect(tenant.posted).toHaveLength(2);
  });

  it('have no motion if the user prefers reduced motion', async () => {
    tenant.sendsOn = false;
    await withPage(
      async (page) => {
        await page.goto(redirectTo(jws()), { waitUntil: 'commit' });
        await postedCount(1);
        expect(await page.evaluate(ANIMATION)).toBe('none');
      },
      { reducedMotion: 'reduce' },
    );
  });

  it('post again after a refresh, with a valid token', async () => {
    tenant.sendsOn = false;
    await withPage(async (page) => {
      await page.goto(redirectTo(tokenWith({ nonce: 'refreshed' })), { waitUntil: 'commit' });
      await postedCount(1);
      tenant.sendsOn = true;
      await page.evaluate('location.reload()');
      await page.waitForSelector(SIGNED_IN);
    });
    expect(tenant.posted).toHaveLength(2);
    expect(host.refused).toEqual([]);
  });

  it('have a visible button that posts if scripts are off', async () => {
    await withPage(
      async (page) => {
        await page.goto(redirectTo(jws()));
        expect(tenant.posted).toHaveLength(0);
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.waitForURL(tenant.at('app', '/callback'));
      },
      { javaScriptEnabled: false },
    );
    expect(tenant.posted).toHaveLength(1);
  });

  it('work with the keyboard alone', async () => {
    await withPage(
      async (page) => {
        await page.goto(redirectTo(jws()));
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.waitForURL(tenant.at('app', '/callback'));
        expect(tenant.posted).toHaveLength(1);
      },
      { javaScriptEnabled: false },
    );
  });

  it('leave a popup login connected to the page that opened it', async () => {
    await withPage(async (page) => {
      await page.goto(startPage());
      const told = page.evaluate(`new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)))`);
      await page.evaluate(`void open(${JSON.stringify(redirectTo(jws()))}, 'login', 'popup')`);
      expect(await told).toBe('signed in');
    });
  });

  const refusals: [string, () => string][] = [
    ['a malformed link', () => `http://login.localhost:${host.port}/redirect`],
    ['an expired token', () => redirectTo(tokenWith({ exp: NOW }))],
    ['a token that is not valid', () => redirectTo('a.b.c')],
  ];

  describe.each([
    { colorScheme: 'light', viewport: { width: 320, height: 640 } },
    { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
    { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  ] as const)('in $colorScheme at $viewport.width px', (options) => {
    const expectSoundPage = async (page: Page): Promise<void> => {
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    };

    it('the continue page passes axe', async () => {
      tenant.sendsOn = false;
      await withPage(async (page) => {
        await page.goto(redirectTo(jws()), { waitUntil: 'commit' });
        await postedCount(1);
        await expectSoundPage(page);
      }, options);
    });

    it.each(refusals)('the page of %s passes axe', async (_name, address) => {
      await withPage(async (page) => {
        await page.goto(address());
        await expectSoundPage(page);
        await page.getByRole('link', { name: 'Sign in again' }).click();
        await page.waitForURL(tenant.at('app', '/start'));
      }, options);
    });
  });

  describe('in Firefox', () => {
    let firefox: FirefoxBrowser;
    beforeAll(async () => {
      firefox = await startFirefox();
    });
    afterAll(async () => firefox.close());

    it('submit automatically, once, and the login continues over three sites', async () => {
      const page = await firefox.newPage();
      await page.goto(startPage());
      await page.click('a');
      await page.waitForFunction('document.body.textContent.includes("signed in")');
      expect(page.url()).toBe(tenant.at('app', '/callback'));
      await page.evaluate('history.back()');
      await page.waitForFunction('document.body.textContent.includes("start")');
      expect(await page.evaluate('location.href')).toBe(startPage());
      expect(tenant.posted).toHaveLength(1);
    });

    it('post once, however often the button is pressed', async () => {
      tenant.sendsOn = false;
      const page = await firefox.newPage();
      await page.goto(redirectTo(jws()), { waitUntil: 'domcontentloaded' });
      await postedCount(1);
      await page.click('button', { count: 2 });
      await page.evaluate('document.querySelector("form").requestSubmit()');
      tenant.sendsOn = true;
      await page.goto(startPage());
      await page.click('a');
      await page.waitForFunction('document.body.textContent.includes("signed in")');
      expect(tenant.posted).toHaveLength(2);
    });

    it('offer the button again after five seconds', async () => {
      tenant.sendsOn = false;
      const page = await firefox.newPage();
      await page.goto(redirectTo(jws()), { waitUntil: 'domcontentloaded' });
      await page.waitForSelector('button:disabled');
      await page.waitForSelector('.late button:enabled');
      expect(tenant.posted).toHaveLength(1);
      await page.click('button');
      await postedCount(2);
      await page.close();
    });
  });

  describe('that wait for a click', () => {
    let manual: HostApplication;
    beforeAll(async () => {
      manual = await HostApplication.start('fastify', {
        continueUrl: tenant.at('tenant', '/continue'),
        continuePage: 'manual',
      });
    });
    afterAll(async () => manual.stop());

    it('post once, on the click', async () => {
      tenant.sendsOn = false;
      await withPage(async (page) => {
        await page.goto(redirectTo(jws()).replace(String(host.port), String(manual.port)));
        await page.getByRole('heading', { name: 'Almost done' }).waitFor();
        expect(await axeFindings(page)).toEqual([]);
        expect(tenant.posted).toHaveLength(0);
        await page.getByRole('button', { name: 'Continue' }).dblclick();
        await postedCount(1);
        tenant.sendsOn = true;
        await page.evaluate('location.reload()');
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.waitForSelector(SIGNED_IN);
      });
      expect(tenant.posted).toHaveLength(2);
    });
  });
});

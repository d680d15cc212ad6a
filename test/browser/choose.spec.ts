import type { Browser, Page } from 'playwright-core';
import { CHOOSE_OPTIONS, ChooseStep } from '../../src/steps/choose/index.js';
import { HostApplication } from '../harness/application.js';
import { axeFindings } from '../harness/axe.js';
import { startChromium } from '../harness/browsers.js';
import { ListEndpoint } from '../harness/list-endpoint.js';
import { LoginStand } from '../harness/login-stand.js';
import { continueFormOf } from '../harness/page.js';
import { decode, tokenWith } from '../harness/tokens.js';

const goOn = async (page: Page): Promise<void> => page.getByRole('button', { name: 'Continue' }).click();

describe('a login with a list, through the shipped Action', () => {
  let endpoint: ListEndpoint;
  let stand: LoginStand;
  beforeAll(async () => {
    endpoint = await ListEndpoint.start();
    endpoint.answer = '{"items":[{"id":"org_1","label":"Acme"},{"id":"org_2","label":"Globex"}]}';
    const source = `{ url: '${endpoint.origin}/users/{sub}/list', list: items, allowPrivateAddresses: true }`;
    const steps = `choose:\n  title: Organization\n  remember: true\n  source: ${source}\n`;
    stand = await LoginStand.start({}, { STEPS_FILE: steps });
  });
  afterAll(async () => {
    await stand.stop();
    await endpoint.stop();
  });

  it('ends in the claims at the app, is not requested again, and can be changed', async () => {
    const logIn = async (path: string, run: (page: Page) => Promise<void>): Promise<string> => {
      let claims = '';
      await stand.inFreshBrowser(async (page) => {
        await page.goto(`${stand.app}${path}`);
        await page.fill('#email', 'ada@example.com');
        await page.fill('#password', 'anything');
        await page.click('button[type=submit]');
        await run(page);
        claims = await stand.claimsOnPage(page);
      });
      return claims;
    };
    const first = await logIn('/login', async (page) => {
      await page.getByLabel('Globex').check();
      await page.getByLabel('Next time, choose this without asking').check();
      await goOn(page);
    });
    expect(first).toMatch(/auth-redirect\.example\/choose"?:? ?"?org_2/);
    expect(await logIn('/login', async () => undefined)).toContain('org_2');
    const changed = await logIn('/login?choose=change', async (page) => {
      expect(await page.getByLabel('Globex').isChecked()).toBe(true);
      await page.getByLabel('Acme').check();
      await goOn(page);
    });
    expect(changed).toContain('org_1');
    endpoint.answer = '{"items":["org_3","org_4"]}';
    expect(
      await logIn('/login', async (page) => {
        await page.getByLabel('org_4').check();
        await goOn(page);
      }),
    ).toContain('org_4');
  });
});

describe('the page of a list', () => {
  let host: HostApplication;
  let browser: Browser;
  const CITIES = ['Zürich', 'İzmir', 'Łódź', 'القاهرة', '東京'];
  const list = (count: number): object[] =>
    Array.from({ length: count }, (_none, index) => ({
      id: `org_${index + 1}`,
      label: CITIES[index] ?? `Workspace ${index + 1}${index === 5 ? ' with a long name'.repeat(9) : ''}`,
      ...(index < 3 && { description: `Plan ${index + 1}, شركة` }),
    }));

  const withPage = async (
    workspaces: unknown,
    run: (page: Page) => Promise<void>,
    options: Parameters<Browser['newContext']>[0] = {},
    locale = 'en',
  ): Promise<void> => {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    const page = await context.newPage();
    const sub = `auth0|${Math.random()}`;
    const query = new URLSearchParams({ session_token: tokenWith({ sub, locale, workspaces }), state: sub });
    await page.goto(`http://login.localhost:${host.port}/redirect?${query.toString()}`);
    await run(page);
    await context.close();
  };
  const chosenAtTheEnd = async (page: Page): Promise<unknown> => {
    await page.locator('#continue').waitFor();
    return decode(continueFormOf(await page.content()).sessionToken).claims['steps'];
  };

  beforeAll(async () => {
    const options = { claim: 'workspaces', remember: true, label: { en: 'Workspace', ar: 'مساحة العمل' } };
    const providers = [{ provide: CHOOSE_OPTIONS, useValue: options }];
    host = await HostApplication.start('express', {}, 'recorded', [ChooseStep], providers);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  it('works by keyboard and without scripts: search, choose, search again, continue', async () => {
    await withPage(list(60), async (page) => {
      await page.getByRole('status').getByText('1 to 50 of 60 options').waitFor();
      await page.getByLabel('Search the list').focus();
      await page.keyboard.type('zurich');
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('1 option').waitFor();
      expect(await page.getByRole('status').evaluate((status) => status.matches(':focus'))).toBe(true);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await page.getByRole('group', { name: 'Workspace' }).getByLabel('Zürich').isChecked()).toBe(true);
      await page.getByLabel('Search the list').fill('workspace');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('button', { name: 'Next page' }).click();
      await page.getByRole('status').getByText('51 to 55 of 55 options').waitFor();
      expect(await page.getByLabel('Zürich').isChecked()).toBe(true);
      await goOn(page);
      expect(await chosenAtTheEnd(page)).toEqual({ choose: { id: 'org_1', label: 'Zürich' } });
    });
  });

  it('is completed by the arrow keys and the button', async () => {
    await withPage(list(3), async (page) => {
      await page.getByLabel('Zürich').focus();
      for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
      await page.getByRole('button', { name: 'Continue' }).focus();
      await page.keyboard.press('Enter');
      expect(await chosenAtTheEnd(page)).toEqual({ choose: { id: 'org_3', label: 'Łódź' } });
    });
  });

  it.each([
    ['en', { viewport: { width: 320, height: 700 } }],
    ['ar', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' }],
    // Zoom of 200 % in a window of 1280 pixels.
    ['en', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
    ['en', { viewport: { width: 390, height: 800 }, forcedColors: 'active' }],
  ] as const)('is accessible, without overflow (%s, %j)', async (locale, options) => {
    const checked = async (page: Page, name: string): Promise<void> => {
      const { width } = options.viewport;
      if (process.env.SHOTS) {
        const look = [name, locale, width, ...Object.values(options).slice(1)].join('-');
        await page.screenshot({ path: `${process.env.SHOTS}/choose-${look}.png`, fullPage: true });
      }
      expect({ name, findings: await axeFindings(page) }).toEqual({ name, findings: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    };
    const settings = { ...options, javaScriptEnabled: true };
    const search = (page: Page) => page.locator('button[name=search]');
    await withPage(
      list(60),
      async (page) => {
        await checked(page, 'long');
        await page.fill('#filter', 'zurich');
        await search(page).click();
        await checked(page, 'found');
        await page.fill('#filter', 'nowhere');
        await search(page).click();
        await checked(page, 'nothing');
      },
      settings,
      locale,
    );
    await withPage(
      list(6),
      async (page) => {
        await page.locator('form.step > button[type=submit]:not(.secondary)').click();
        await checked(page, 'wrong');
      },
      settings,
      locale,
    );
    await withPage('none', async (page) => checked(page, 'trouble'), settings, locale);
  });

  it('fits at twice the size of text', async () => {
    await withPage(
      list(30),
      async (page) => {
        await page.addStyleTag({ content: 'html { font-size: 200% }' }).catch(() => undefined);
        await page.evaluate('document.documentElement.style.fontSize = "200%"');
        if (process.env.SHOTS)
          await page.screenshot({ path: `${process.env.SHOTS}/choose-text200.png`, fullPage: true });
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      },
      { viewport: { width: 320, height: 700 }, javaScriptEnabled: true },
    );
  });
});

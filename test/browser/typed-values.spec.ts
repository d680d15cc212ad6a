import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium } from 'playwright-core';
import type { Browser as Firefox } from 'puppeteer-core';
import { axeFindings } from '../harness/axe.js';
import { startChromium, startFirefox } from '../harness/browsers.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { decode, SECRET, tokenWith } from '../harness/tokens.js';

const STEPS = `
- type: profile
  id: details
  notNow: 2
  fields:
    - { name: name, type: text, label: Name, required: true, autocomplete: name }
    - { name: birthday, type: date, label: Birthday, hint: As in your passport, autocomplete: bday }
    - { name: income, type: number, label: Income }
    - { name: country, type: country, label: Country }
    - { name: state, type: text, label: State, required: true, when: { field: country, is: US } }
    - { name: phone, type: tel, label: Phone, defaultCountry: DE }
    - { name: plan, type: radio, label: Plan, options: [free, paid] }
    - { name: topics, type: checkboxes, label: Topics, options: [news, offers] }
    - { name: about, type: textarea, label: About you }
- type: profile
  fields:
    - { name: nickname, type: text, label: Nickname }
`;

/** Typed values by the id of the control. */
type Typed = Readonly<Record<string, string>>;

/** A page in one of the two browsers. */
interface TypingPage {
  open: (url: string) => Promise<void>;
  type: (id: string, text: string) => Promise<void>;
  choose: (selector: string) => Promise<void>;
  /** Clicks the button, and waits for the next page. */
  submit: () => Promise<void>;
  text: () => Promise<string>;
  valueOf: (id: string) => Promise<string>;
  close: () => Promise<void>;
}

const SUBMIT = 'form.step button:not(.secondary)';

async function chromiumPage(browser: Chromium): Promise<TypingPage> {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
  const page = await context.newPage();
  return {
    open: async (url) => void (await page.goto(url)),
    type: async (id, text) => page.locator(`#${id}`).pressSequentially(text),
    choose: async (selector) => page.check(selector),
    submit: async () => void (await Promise.all([page.waitForEvent('load'), page.locator(SUBMIT).first().click()])),
    text: async () => page.innerText('body'),
    valueOf: async (id) => page.inputValue(`#${id}`),
    close: async () => context.close(),
  };
}

async function firefoxPage(browser: Firefox): Promise<TypingPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  return {
    open: async (url) => void (await page.goto(url)),
    type: async (id, text) => page.type(`#${id}`, text),
    choose: async (selector) => page.click(selector),
    submit: async () => void (await Promise.all([page.waitForNavigation(), page.click(SUBMIT)])),
    text: async () => page.$eval('body', (body) => body.innerText),
    valueOf: async (id) => page.$eval(`#${id}`, (field) => ('value' in field ? String(field.value) : '')),
    close: async () => context.close(),
  };
}

describe('typed values', () => {
  let tenant: Server;
  let service: ServiceProcess;
  let folder: string;
  let chromium: Chromium;
  let firefox: Firefox;
  let port: number;
  let received: object | undefined;

  beforeAll(async () => {
    tenant = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('session_token');
        if (token !== null) received = decode(token).claims.steps as object;
        response.setHeader('Content-Type', 'text/html').end('<title>tenant</title><body>The tenant');
      });
    }).listen(0, '127.0.0.1');
    folder = mkdtempSync(join(tmpdir(), 'typed-'));
    writeFileSync(join(folder, 'steps.yaml'), STEPS);
    port = await freePort();
    [service, chromium, firefox] = await Promise.all([
      ServiceProcess.start({
        PORT: String(port),
        AUTH0_ISSUER: 'example.eu.auth0.com',
        AUTH0_SESSION_SECRET: SECRET,
        AUTH0_CONTINUE_URL: `http://tenant.localhost:${(tenant.address() as AddressInfo).port}/continue`,
        STEPS_FILE: join(folder, 'steps.yaml'),
      }),
      startChromium(),
      startFirefox(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([chromium.close(), firefox.close(), service.stop()]);
    tenant.close();
    tenant.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  let logins = 0;
  const address = (locale: string, claims: object = {}): string => {
    const now = Math.floor(Date.now() / 1000);
    logins += 1;
    const times = { iat: now, exp: now + 900 };
    const token = tokenWith({ locale, steps: ['details', 'profile'], nonce: `typed-${logins}`, ...times, ...claims });
    return `http://login.localhost:${port}/redirect?state=s${logins}&session_token=${token}`;
  };
  const pageIn = async (browser: string): Promise<TypingPage> =>
    browser === 'Chromium' ? chromiumPage(chromium) : firefoxPage(firefox);

  const date = (day: string, month: string, year: string): Typed => ({ day, month, year });
  const PAGES: Readonly<Record<string, readonly [locale: string, birthday: Typed, income: string, values: object][]>> =
    {
      Chromium: [
        ['en', date('31', '12', '1990'), '1,234.5', { birthday: '1990-12-31', income: 1234.5 }],
        ['fr', date('1', '2', '2000'), '1 234,5', { birthday: '2000-02-01', income: 1234.5 }],
        ['ja', date('３１', '１２', '１９９０'), '１２．５', { birthday: '1990-12-31', income: 12.5 }],
        ['ar', date('٣١', '١٢', '١٩٩٠'), '١٬٢٣٤٫٥', { birthday: '1990-12-31', income: 1234.5 }],
      ],
      Firefox: [
        ['de', date('7', 'März', '1985'), '1.234,5', { birthday: '1985-03-07', income: 1234.5 }],
        ['he', date('29', '2', '2024'), '-1,5', { birthday: '2024-02-29', income: -1.5 }],
      ],
    };
  describe.each(['Chromium', 'Firefox'])('in %s', (browser) => {
    it.each(PAGES[browser] ?? [])(
      'reaches the Action from a page in %s',
      async (locale, { day = '', month = '', year = '' }, income, values) => {
        const page = await pageIn(browser);
        await page.open(address(locale));
        const [first] = { en: ['month'], ja: ['year'] }[locale] ?? ['day'];
        const idOf = (part: string): string => (part === first ? 'birthday' : `birthday-${part}`);
        await page.type('name', 'Zoë 李小龍 O’Neill-Đặng');
        await page.type(idOf('day'), day);
        await page.type(idOf('month'), month);
        await page.type(idOf('year'), year);
        await page.type('income', income);
        await page.type('phone', '0171 / 123 45 67');
        await page.choose('#plan-2');
        await page.choose('#topics');
        await page.type('about', 'One\nTwo');
        await page.submit();
        await page.type('nickname', 'Zo');
        await page.submit();
        expect(received).toEqual({
          details: {
            ...{ name: 'Zoë 李小龍 O’Neill-Đặng', country: null, state: null, phone: '+491711234567' },
            ...{ plan: 'paid', topics: ['news'], about: 'One\nTwo', ...values },
          },
          profile: { nickname: 'Zo' },
        });
        await page.close();
      },
    );

    it('stays in its field with a message if it cannot be read', async () => {
      const page = await pageIn(browser);
      await page.open(address('de'));
      await page.type('birthday', '31');
      await page.type('birthday-month', 'Feb');
      await page.type('income', '12 Euro');
      await page.type('phone', '0171 x');
      await page.submit();
      const text = await page.text();
      for (const message of [
        'Name: Füllen Sie',
        'gültiges Datum ein, zum Beispiel 31.12.1990',
        'Beispiel 12,5',
        'Beispiel 01512 3456789',
      ])
        expect(text).toContain(message);
      const values = ['birthday', 'birthday-month', 'birthday-year', 'income', 'phone'];
      expect(await Promise.all(values.map(async (id) => page.valueOf(id)))).toEqual([
        '31',
        'Feb',
        '',
        '12 Euro',
        '0171 x',
      ]);
      await page.close();
    });
  });

  it('can wait, as often as the configuration and the Action allow', async () => {
    const page = await (await chromium.newContext()).newPage();
    await page.goto(address('en', { steps: ['details'], details: { notNow: 1, name: 'Ada' } }));
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('The tenant').waitFor();
    expect(received).toEqual({ details: { notNow: 2 } });
    await page.goto(address('en', { steps: ['details'], details: { notNow: 2 } }));
    await page.getByLabel('Name').waitFor();
    expect(await page.getByRole('button', { name: 'Not now' }).count()).toBe(0);
    await page.context().close();
  });

  it('has a field that depends on another one only if it is needed, without scripts', async () => {
    const context = await chromium.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address('en', { steps: ['details'] }));
    const state = page.locator('#state');
    expect(await state.isVisible()).toBe(false);
    await page.getByLabel('Country').selectOption('US');
    expect(await state.isVisible()).toBe(true);
    await page.getByLabel('Name').fill('Ada');
    await page.locator(SUBMIT).first().click();
    await page.getByText('State: Fill in this field.').waitFor();
    await page.getByLabel('Country').selectOption('DE');
    expect(await state.isVisible()).toBe(false);
    await page.locator(SUBMIT).first().click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('The tenant').waitFor();
    expect(received).toMatchObject({ details: { name: 'Ada', country: 'DE', state: null } });
    await context.close();
  });

  it.each([
    ['en', 'light', 320],
    ['ar', 'dark', 390],
  ] as const)('has accessible fields that fit in %s, %s, at %d px', async (locale, colorScheme, width) => {
    const context = await chromium.newContext({ colorScheme, viewport: { width, height: 700 } });
    const page = await context.newPage();
    await page.goto(address(locale));
    const checked = async (name: string): Promise<void> => {
      expect({ name, findings: await axeFindings(page) }).toEqual({ name, findings: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      if (process.env.SHOTS === undefined) return;
      await page.screenshot({
        path: `${process.env.SHOTS}/${name}-${locale}-${colorScheme}-${width}.png`,
        fullPage: true,
      });
    };
    await checked('fields');
    await page.fill('#birthday', '31');
    await page.fill('#income', 'x');
    await page.locator(SUBMIT).first().click();
    await page.locator('.problems').waitFor();
    await checked('fields-wrong');
    await context.close();
  });
});

import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import type { Browser as FirefoxBrowser } from 'puppeteer-core';
import { EMAIL_CODE_OPTIONS, EmailCodeStep } from '../../src/steps/email-code/index.js';
import { TERMS_OPTIONS, TermsStep } from '../../src/steps/terms/index.js';
import { HostApplication } from '../harness/application.js';
import { axeFindings } from '../harness/axe.js';
import { startChromium, startFirefox } from '../harness/browsers.js';
import { TenantStand } from '../harness/tenant-stand.js';
import { decode, tokenWith } from '../harness/tokens.js';

const TERMS = { title: 'Terms', version: '1', text: 'You may use this.' };
const MAIL = { from: 'login@example.com', smtpUrl: 'smtp://localhost' };

describe('the page of a step', () => {
  let tenant: TenantStand;
  let host: HostApplication;
  let browser: Browser;

  const address = (locale = 'en', steps = ['terms']): string => {
    const sessionToken = tokenWith({ locale, steps, email: 'alex@example.com' });
    const query = new URLSearchParams({ session_token: sessionToken, state: `state-${steps.join()}` });
    return `http://login.localhost:${host.port}/redirect?${query.toString()}`;
  };
  const outcome = async (): Promise<unknown> => {
    while (tenant.posted.length === 0) await once(tenant, 'posted');
    return decode(tenant.posted[0]?.form.get('session_token') ?? '').claims;
  };
  const withPage = async (
    run: (page: Page) => Promise<void>,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<void> => {
    const context = await browser.newContext(options);
    await run(await context.newPage());
    await context.close();
  };

  beforeAll(async () => {
    tenant = await TenantStand.start();
    const options = { continueUrl: tenant.at('tenant', '/continue') };
    host = await HostApplication.start(
      'express',
      options,
      'recorded',
      [TermsStep, EmailCodeStep],
      [
        { provide: TERMS_OPTIONS, useValue: TERMS },
        { provide: EMAIL_CODE_OPTIONS, useValue: MAIL },
      ],
    );
    browser = await startChromium();
  });
  beforeEach(() => {
    tenant.posted.length = 0;
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
    await tenant.stop();
  });

  it.each([true, false])(
    'confirms before it cancels, and keeps the form if the user goes back, scripts: %s',
    async (scripts) => {
      await withPage(
        async (page) => {
          await page.goto(address());
          await page.getByLabel('I accept: Terms').check();
          await page.getByRole('button', { name: 'Cancel sign-in' }).click();
          const question = page.getByRole('dialog', { name: 'Cancel this sign-in?' });
          await question.getByText('without being signed in').waitFor();
          await page.keyboard.press('Enter');
          await question.waitFor({ state: 'hidden' });
          expect(await page.getByLabel('I accept: Terms').isChecked()).toBe(true);
          await page.getByRole('button', { name: 'Continue' }).click();
          if (!scripts) await page.getByRole('button', { name: 'Continue' }).click();
          expect(await outcome()).toMatchObject({ outcome: 'completed' });
        },
        { javaScriptEnabled: scripts },
      );
    },
  );

  it('cancels after a confirmation, by keyboard', async () => {
    await withPage(async (page) => {
      await page.goto(address());
      await page.getByRole('button', { name: 'Cancel sign-in' }).focus();
      for (const key of ['Enter', 'Shift+Tab', 'Enter']) await page.keyboard.press(key);
      const description = 'You canceled the sign-in. Sign in again to continue.';
      expect(await outcome()).toMatchObject({ outcome: 'denied', error_description: description });
    });
  });

  it.each([
    { colorScheme: 'light', viewport: { width: 320, height: 640 } },
    { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
    { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { forcedColors: 'active', viewport: { width: 390, height: 800 } },
  ] as const)('has a question in which axe finds nothing: %j', async (options) => {
    await withPage(async (page) => {
      await page.goto(address());
      await page.getByRole('button', { name: 'Cancel sign-in' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }, options);
  });

  it.each([
    ['en', 'left', 'terms'],
    ['en', 'left', 'email-code'],
    ['ar', 'right', 'terms'],
    ['he', 'right', 'email-code'],
  ] as const)('in %s aligns heading, text, controls and buttons at the %s, step %s', async (locale, side, step) => {
    await withPage(async (page) => {
      await page.goto(address(locale, [step]));
      const edges: number[] =
        await page.evaluate(`[...document.querySelectorAll('h1, .step > p, .step > button, .reference')]
        .map((element) => {
          const range = document.createRange();
          range.selectNodeContents(element.matches('.step > button:not(.link)') ? element.parentNode : element);
          return Math.round(range.getBoundingClientRect().${side});
        })`);
      expect(edges.length).toBeGreaterThan(3);
      expect(Math.max(...edges) - Math.min(...edges)).toBeLessThanOrEqual(1);
    });
  });

  it('shows all labels in the same weight', async () => {
    await withPage(async (page) => {
      const weights = new Set<unknown>();
      for (const step of ['terms', 'email-code']) {
        await page.goto(address('en', [step]));
        weights.add(await page.evaluate(`getComputedStyle(document.querySelector('label')).fontWeight`));
      }
      expect(weights).toEqual(new Set(['600']));
    });
  });

  describe('in Firefox', () => {
    let firefox: FirefoxBrowser;
    beforeAll(async () => {
      firefox = await startFirefox();
    });
    afterAll(async () => firefox.close());

    it('confirms before it cancels', async () => {
      const page = await firefox.newPage();
      await page.goto(address());
      await page.click('#accepted');
      await page.click('.link');
      await page.keyboard.press('Enter');
      await page.waitForFunction('!document.querySelector("[popover]").matches(":popover-open")');
      expect(await page.evaluate('document.getElementById("accepted").checked')).toBe(true);
      expect(tenant.posted).toEqual([]);
      await page.click('.link');
      await page.click('[name="_cancel"]');
      expect(await outcome()).toMatchObject({ outcome: 'denied', error: 'cancelled' });
    });
  });
});

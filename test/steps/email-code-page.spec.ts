import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { EMAIL_CODE_OPTIONS, EmailCodeStep } from '../../src/steps/email-code/index.js';
import { HostApplication } from '../harness/application.js';
import { axeFindings } from '../harness/axe.js';
import { startChromium, startFirefox } from '../harness/browsers.js';
import { SmtpServer } from '../harness/smtp-server.js';
import { NOW, tokenWith } from '../harness/tokens.js';

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

describe('the page of the email code', () => {
  let smtp: SmtpServer;
  let host: HostApplication;
  let browser: Browser;
  let logins = 0;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    const useValue = { smtpUrl: smtp.smtpUrl(), from: 'login@example.com', product: 'Example', editableAddress: true };
    const provided = [{ provide: EMAIL_CODE_OPTIONS, useValue }];
    host = await HostApplication.start('express', {}, 'recorded', [EmailCodeStep], provided);
    browser = await startChromium();
  });
  beforeEach(() => {
    host.clock.milliseconds = NOW * 1000;
    smtp.behaviour = 'accepts';
    host.completed.length = 0;
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
    await smtp.stop();
  });

  const atPage = async (
    locale: string,
    options: BrowserContextOptions,
    run: (page: Page, email: string) => Promise<void>,
  ): Promise<void> => {
    const email = `page-${(logins += 1)}@example.com`;
    const query = new URLSearchParams({
      session_token: tokenWith({ sub: `auth0|${email}`, email, locale, steps: ['email-code'] }),
      state: `state-${email}`,
    });
    const context = await browser.newContext({ javaScriptEnabled: true, ...options });
    const page = await context.newPage();
    await page.goto(`http://localhost:${host.port}/redirect?${query.toString()}`);
    await run(page, email);
    await context.close();
  };
  /** Presses Enter and waits for the answer. The continue page goes to the tenant at once. */
  const answered = async (page: Page): Promise<void> => {
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.keyboard.press('Enter');
    await answer;
  };
  const expectSoundPage = async (page: Page, name: string): Promise<void> => {
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/email-code-${name}.png`, fullPage: true });
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  };

  it.each([
    ['en', 'light', NARROW],
    ['en', 'dark', WIDE],
    ['de', 'light', WIDE],
    ['ar', 'dark', NARROW],
    ['ja', 'light', NARROW],
  ] as const)('is accessible, without overflow (%s, %s)', async (locale, colorScheme, viewport) => {
    await atPage(locale, { colorScheme, viewport }, async (page, email) => {
      const name = `${locale}-${colorScheme}-${viewport.width}`;
      await expectSoundPage(page, name);
      await page.fill('#code', '000000');
      await page.keyboard.press('Enter');
      await page.locator('[aria-invalid]').waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('code');
      await expectSoundPage(page, `${name}-wrong`);
      host.clock.milliseconds += 61_000;
      await page.click('[name=resend]');
      await page.locator('.notice').waitFor();
      await expectSoundPage(page, `${name}-resent`);
      expect(smtp.mails.filter(({ recipients }) => recipients.includes(email))).toHaveLength(2);
      smtp.behaviour = 'refuses';
      host.clock.milliseconds += 61_000;
      await page.click('[name=resend]');
      await page.locator('.problems').waitFor();
      await expectSoundPage(page, `${name}-failed`);
    });
  });

  it.each([
    ['en', 'light', NARROW],
    ['ar', 'dark', { width: 390, height: 800 }],
  ] as const)('for another address is accessible, without overflow (%s, %s)', async (locale, colorScheme, viewport) => {
    await atPage(locale, { colorScheme, viewport }, async (page, email) => {
      const name = `${locale}-${colorScheme}-${viewport.width}-address`;
      await page.click('[name=change]');
      await page.locator('#address').waitFor();
      await expectSoundPage(page, name);
      await page.fill('#address', 'nobody');
      await page.keyboard.press('Enter');
      await page.locator('[aria-invalid]').waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('address');
      expect(await page.inputValue('#address')).toBe('nobody');
      await expectSoundPage(page, `${name}-wrong`);
      await page.fill('#address', `new.${email}`);
      await page.keyboard.press('Enter');
      await page.locator('#code').waitFor();
      expect(await page.locator('bdi[dir=ltr]').textContent()).toBe(`new.${email}`);
      await page.fill('#code', smtp.codeFor(`new.${email}`));
      await answered(page);
      expect(host.completed.at(-1)).toMatchObject({ outcome: 'completed' });
    });
  });

  it('accepts the line that a person copies from the mail, in Chromium', async () => {
    await atPage('en', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page, email) => {
      const line = `Your code is ${smtp.codeFor(email)}. It is valid for 10 minutes.`;
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(line)})`);
      await page.focus('#code');
      await page.keyboard.press('Control+V');
      expect(await page.inputValue('#code')).toBe(line);
      await answered(page);
      expect(host.completed.at(-1)).toMatchObject({ outcome: 'completed' });
    });
  });

  it('accepts an address and a code in groups that a person types, in Firefox', async () => {
    const firefox = await startFirefox();
    const page = await firefox.newPage();
    const email = `firefox-${(logins += 1)}@example.com`;
    const session_token = tokenWith({ sub: `auth0|${email}`, steps: ['email-code'] });
    const query = new URLSearchParams({ session_token, state: `state-${email}` }).toString();
    await page.goto(`http://localhost:${host.port}/redirect?${query}`);
    await page.type('#address', 'taro..yamada@docomo.ne.jp');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#code');
    const code = smtp.codeFor('"taro..yamada"@docomo.ne.jp');
    await page.type('#code', `${code.slice(0, 3)} ${code.slice(3)}`);
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    await firefox.close();
    expect(host.completed.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  it('works by keyboard and without scripts: Enter posts the code, and requests no other', async () => {
    await atPage('en', { javaScriptEnabled: false }, async (page, email) => {
      await page.keyboard.press('Tab');
      await page.keyboard.type(smtp.codeFor(email));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'One moment' }).waitFor();
      expect(smtp.mails.filter(({ recipients }) => recipients.includes(email))).toHaveLength(1);
    });
  });

  it('has one button of each kind, in reading order', async () => {
    await atPage('en', {}, async (page) => {
      const buttons = page.getByRole('button');
      expect(await buttons.allTextContents()).toEqual([
        'Continue',
        'Send a new code',
        'Use another address',
        'Cancel sign-in',
      ]);
    });
  });
});

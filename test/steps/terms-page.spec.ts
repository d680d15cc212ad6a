import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { TERMS_OPTIONS, TermsStep, type TermsOptions } from '../../src/steps/terms/index.js';
import { HostApplication } from '../harness/application.js';
import { axeFindings } from '../harness/axe.js';
import { startChromium, startFirefox } from '../harness/browsers.js';
import { tokenWith } from '../harness/tokens.js';

const OPTIONS: TermsOptions = {
  title: { en: 'Before you continue', ar: 'قبل المتابعة', he: 'לפני שממשיכים' },
  text: { en: 'These rules have changed.', ar: 'تغيّرت هذه القواعد.', he: 'הכללים האלה השתנו.' },
  documents: [
    {
      id: 'terms',
      title: { en: 'Terms of Service', ar: 'شروط الخدمة', he: 'תנאי השימוש' },
      version: '2026-11',
      text: {
        en: 'You may use this. '.repeat(80),
        ar: 'يمكنك استخدام هذا. '.repeat(80),
        he: 'מותר להשתמש בזה. '.repeat(80),
      },
      url: 'https://example.com/terms',
    },
    {
      id: 'privacy',
      title: 'Privacy Policy for customers of Example Ltd',
      version: '3',
      url: 'https://example.com/privacy',
    },
    { id: 'news', title: { en: 'Send me news by email', ar: 'أرسل لي الأخبار' }, version: '1', required: false },
  ],
};

describe('the page of several documents', () => {
  let host: HostApplication;
  let browser: Browser;
  let logins = 0;
  beforeAll(async () => {
    const provided = [{ provide: TERMS_OPTIONS, useValue: OPTIONS }];
    host = await HostApplication.start('express', {}, 'recorded', [TermsStep], provided);
    browser = await startChromium();
  });
  beforeEach(() => void (host.completed.length = 0));
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  const addressIn = (locale: string): string => {
    const session_token = tokenWith({ sub: `auth0|page-${(logins += 1)}`, locale, steps: ['terms'] });
    return `http://localhost:${host.port}/redirect?${new URLSearchParams({ session_token, state: `state-${logins}` }).toString()}`;
  };
  const atPage = async (
    locale: string,
    options: BrowserContextOptions,
    run: (page: Page) => Promise<void>,
  ): Promise<void> => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(addressIn(locale));
    await run(page);
    await context.close();
  };
  const expectSoundPage = async (page: Page, name: string): Promise<void> => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/terms-${name}.png`, fullPage: true });
    expect({ name, findings: await axeFindings(page) }).toEqual({ name, findings: [] });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  };

  it.each([
    ['en', 'light', 320],
    ['ar', 'dark', 390],
    ['he', 'light', 1280],
  ] as const)('is accessible, without overflow (%s, %s, %i px)', async (locale, colorScheme, width) => {
    await atPage(locale, { colorScheme, viewport: { width, height: 800 } }, async (page) => {
      const name = `${locale}-${colorScheme}-${width}`;
      await expectSoundPage(page, name);
      const isRightToLeft = (await page.getAttribute('html', 'dir')) === 'rtl';
      // Boxes and labels begin at the start of a line.
      const edges = await page.$$eval(
        '.step .choice input',
        (boxes, rightToLeft) =>
          boxes.map((box) => {
            const [own, form] = [box.getBoundingClientRect(), box.closest('form')!.getBoundingClientRect()];
            return Math.round(rightToLeft ? form.right - own.right : own.left - form.left);
          }),
        isRightToLeft,
      );
      expect(edges).toEqual([0, 0, 0]);
      await page.check('#accepted-terms');
      await page.click('form.step button:not(.secondary)');
      await page.locator('[aria-invalid]').waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('accepted-privacy');
      expect(await page.isChecked('#accepted-terms')).toBe(true);
      await expectSoundPage(page, `${name}-wrong`);
      await page.click('[name=decline]');
      await page.locator('[name=declined]').waitFor();
      await expectSoundPage(page, `${name}-declined`);
      await page.click('a.button');
      await page.locator('#accepted-terms').waitFor();
    });
  });

  it('has named links and boxes for assistive technology, and ends with the decision', async () => {
    await atPage('en', {}, async (page) => {
      await page.getByRole('link', { name: 'Read the full text: Terms of Service' }).waitFor();
      await page.getByRole('checkbox', { name: 'I accept: Terms of Service' }).check();
      await page.getByRole('button', { name: 'I do not accept' }).click();
      await page.getByRole('heading', { name: 'You need to accept to sign in' }).waitFor();
      expect(await page.getByRole('button').allTextContents()).toEqual([
        'Sign in with another account',
        'End this sign-in',
      ]);
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByRole('button', { name: 'Sign in with another account' }).click();
      await answer;
    });
    expect(host.completed.at(-1)).toMatchObject({ error: 'switch_account' });
  });

  it('works by keyboard in Firefox', async () => {
    const firefox = await startFirefox();
    const page = await firefox.newPage();
    await page.goto(addressIn('en'));
    for (const field of ['accepted-terms', 'accepted-privacy']) {
      await page.focus(`#${field}`);
      await page.keyboard.press(' ');
    }
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    await firefox.close();
    expect(host.completed.at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

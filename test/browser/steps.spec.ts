import type { Page } from 'playwright-core';
import { axeFindings } from '../harness/axe.js';
import { LoginStand } from '../harness/login-stand.js';

const STEPS_FILE = `
terms:
  title: Terms of Service
  version: 2026-11
  text: |
    You may use this.
    You may not misuse it.
  url: https://example.com/terms
`;

describe('a login whose Action requests the terms', () => {
  it('requests each version once', async () => {
    const stand = await LoginStand.start({}, { STEPS_FILE }, { TERMS_VERSION: '2026-11' });
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'once@example.com');
      await page.getByLabel('I accept: Terms of Service').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(await stand.claimsOnPage(page)).toContain('acceptedAt');
    });
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'once@example.com');
      expect(await stand.claimsOnPage(page)).toContain('once@example.com');
    });
    expect((await stand.service.requestLines()).map(({ code }) => code)).toEqual(['step', 'step', 'completed']);
    await stand.stop();
  });
});

describe('a login with steps in a browser', () => {
  let stand: LoginStand;
  beforeAll(async () => {
    stand = await LoginStand.start({}, { STEPS_FILE });
  });
  afterAll(async () => stand.stop());

  const atTerms = async (page: Page, email: string): Promise<void> => {
    await stand.logIn(page, email);
    await page.getByRole('heading', { name: 'Terms of Service' }).waitFor();
  };

  it("ends with the step's result in the claims at the app", async () => {
    await stand.inFreshBrowser(async (page) => {
      await atTerms(page, 'terms@example.com');
      expect(page.url()).not.toContain('session_token');
      await page.getByLabel('I accept: Terms of Service').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      const claims = await stand.claimsOnPage(page);
      expect(claims).toContain('terms@example.com');
      expect(claims).toContain('2026-11');
      expect(claims).toContain('acceptedAt');
    });
  });

  it('ends there without scripts and with the keyboard alone', async () => {
    await stand.inFreshBrowser(
      async (page) => {
        await atTerms(page, 'keyboard@example.com');
        for (const key of ['Tab', 'Tab', 'Tab', 'Space', 'Tab', 'Enter']) await page.keyboard.press(key);
        await page.getByRole('heading', { name: 'One moment' }).waitFor();
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        expect(await stand.claimsOnPage(page)).toContain('keyboard@example.com');
      },
      { javaScriptEnabled: false },
    );
  });

  it('explains mistakes at the top and at the field, and continues after they are corrected', async () => {
    await stand.inFreshBrowser(async (page) => {
      await atTerms(page, 'again@example.com');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'Check the box to accept.' }).click();
      expect(await page.evaluate('document.activeElement.id')).toBe('accepted');
      expect(await axeFindings(page)).toEqual([]);
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(await stand.claimsOnPage(page)).toContain('again@example.com');
    });
  });

  it('is denied if the user cancels', async () => {
    await stand.inFreshBrowser(async (page) => {
      await atTerms(page, 'cancel@example.com');
      await page.getByRole('button', { name: 'Cancel sign-in' }).click();
      await page.getByRole('button', { name: 'Yes, cancel' }).click();
      await page.getByText('You canceled the sign-in.').first().waitFor();
      expect(page.url().startsWith(stand.app)).toBe(true);
      expect(await page.textContent('main')).not.toContain('cancel@example.com');
    });
  });

  it.each([
    { colorScheme: 'light', viewport: { width: 320, height: 640 } },
    { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
    { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  ] as const)('has pages in which axe finds nothing in $colorScheme at $viewport.width px', async (options) => {
    await stand.inFreshBrowser(async (page) => {
      await atTerms(page, 'axe@example.com');
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      if (process.env.SHOTS) {
        await page.screenshot({
          path: `${process.env.SHOTS}/terms-${options.colorScheme}-${options.viewport.width}.png`,
        });
      }
    }, options);
  });
});

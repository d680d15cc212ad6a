import { startWebKit } from '../harness/browsers.js';
import { LoginStand } from '../harness/login-stand.js';
import type { WebKitPage } from '../harness/webkit.js';
import { TlsFiles } from '../redis/tls-files.js';

const STEPS_FILE = `
terms: { title: Terms of Service, version: 2026-11, text: You may use this. }
profile:
  fields:
    - { name: given_name, type: text, required: true, label: First name }
`;

// The driver sometimes does not answer a call.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

describe.each(['http', 'https'])('a login in the engine of Safari, over %s', (scheme) => {
  let tls: TlsFiles | undefined;
  /** A service without steps, and one with steps. */
  let plain: LoginStand;
  let steps: LoginStand;
  beforeAll(async () => {
    tls = scheme === 'https' ? new TlsFiles(['tenant.localhost', 'app.localhost', 'login.localhost']) : undefined;
    [plain, steps] = await Promise.all([
      LoginStand.start({}, {}, {}, [], undefined, tls),
      LoginStand.start({}, { STEPS_FILE }, {}, [], undefined, tls),
    ]);
  });
  afterAll(async () => {
    await Promise.all([plain.stop(), steps.stop()]);
    tls?.remove();
  });

  async function inFreshProfile(
    run: (page: WebKitPage) => Promise<void>,
    options: { javaScriptEnabled?: boolean } = {},
  ): Promise<void> {
    const webkit = await startWebKit();
    try {
      await run(await webkit.newPage(options));
    } finally {
      await webkit.stop();
    }
  }

  async function logIn(page: WebKitPage, stand: LoginStand, email: string): Promise<void> {
    await page.goto(`${stand.app}/login`);
    await fillLogin(page, email);
  }
  async function fillLogin(page: WebKitPage, email: string): Promise<void> {
    await page.fill('#email', email);
    await page.click('button[type=submit]');
  }
  async function acceptTerms(page: WebKitPage): Promise<void> {
    await page.click('#accepted');
    await page.press('Continue');
  }
  async function giveName(page: WebKitPage, name: string): Promise<void> {
    await page.fill('[name=given_name]', name);
    await page.press('Continue');
  }
  async function codesOf({ service }: LoginStand): Promise<unknown[]> {
    return (await service.requestLines()).map(({ code }) => code);
  }

  it('ends in claims at the app; Back lands before the continue page and posts nothing again', async () => {
    await inFreshProfile(async (page) => {
      await logIn(page, plain, 'safari@example.com');
      await page.arrivesAt(`${plain.app}/`);
      expect(await page.text('safari@example.com')).toContain('https://auth-redirect.example/redirected');
      await page.back();
      expect(await page.url()).not.toContain('/redirect');
      expect(await codesOf(plain)).toEqual(['completed']);
    });
  });

  it('ends there without scripts, by the button of the continue page, also after a refresh', async () => {
    await inFreshProfile(
      async (page) => {
        await logIn(page, plain, 'noscript@example.com');
        await page.text('One moment');
        await page.reload();
        await page.press('Continue');
        await page.arrivesAt(`${plain.app}/`);
        expect(await page.text('noscript@example.com')).toContain('https://auth-redirect.example/redirected');
      },
      { javaScriptEnabled: false },
    );
  });

  it('ends there in a popup, which closes and leaves its page logged in', async () => {
    await inFreshProfile(async (page) => {
      await page.goto(`${plain.app}/`);
      await page.click('[data-popup]');
      await page.inPopup(async () => fillLogin(page, 'popup@example.com'));
      await page.text('popup@example.com');
      expect(await page.url()).toBe(`${plain.app}/`);
    });
  });

  it('completes its steps over a refresh and Back, and keeps the first result', async () => {
    await inFreshProfile(async (page) => {
      await logIn(page, steps, 'steps@example.com');
      await page.text('Step 1 of 2');
      await page.reload();
      await page.text('Step 1 of 2');
      await acceptTerms(page);
      await page.text('Step 2 of 2');
      await page.back();
      // Over http, WebKit keeps pages in memory despite no-store.
      if (scheme === 'http') {
        await page.text('Step 1 of 2');
        await page.press('Continue');
      }
      await page.text('Step 2 of 2');
      await giveName(page, 'Ada');
      await page.arrivesAt(`${steps.app}/`);
      const claims = await page.text('steps@example.com');
      expect(claims).toContain('acceptedAt');
      expect(claims).toContain('Ada');
    });
  });

  it('completes its steps without scripts', async () => {
    await inFreshProfile(
      async (page) => {
        await logIn(page, steps, 'buttons@example.com');
        await acceptTerms(page);
        await giveName(page, 'Grace');
        await page.text('One moment');
        await page.press('Continue');
        await page.arrivesAt(`${steps.app}/`);
        expect(await page.text('buttons@example.com')).toContain('Grace');
      },
      { javaScriptEnabled: false },
    );
  });
});

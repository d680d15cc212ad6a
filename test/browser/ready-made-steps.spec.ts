import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeFindings } from '../harness/axe.js';
import { LoginStand } from '../harness/login-stand.js';
import { SmtpServer } from '../harness/smtp-server.js';

const TERMS = `
terms:
  title: { en: Terms of Service, de: Nutzungsbedingungen, ar: شروط الخدمة }
  version: 2026-11
  text: { en: You may use this., de: Sie dürfen das benutzen., ar: يمكنك استخدام هذا. }
`;
const PROFILE = `
profile:
  fields:
    - { name: given_name, type: text, required: true, label: { en: First name, de: Vorname, ar: الاسم الأول } }
    - { name: phone, type: tel, label: { en: Phone, de: Telefon, ar: الهاتف }, hint: { en: With country code, de: Mit Landesvorwahl, ar: مع رمز البلد } }
    - { name: country, type: select, required: true, label: { en: Country, de: Land, ar: البلد }, options: { de: Germany, fr: France } }
    - { name: news, type: checkbox, label: { en: Send me news, de: Neuigkeiten schicken, ar: أرسل لي الأخبار } }
`;
const emailCode = (smtp: SmtpServer): string => `
email-code:
  smtpUrl: ${smtp.smtpUrl()}
  from: Example <login@example.com>
`;
const external = ({ vendor, vendorJwks }: { vendor: string; vendorJwks: string }): string => `
external:
  vendor: ID Check Inc.
  url: ${vendor}
  algorithm: RS256
  jwksUrl: ${vendorJwks}
  http: { allowPrivateAddresses: true }
  issuer: ${vendor}
  audience: auth-redirect
  claims: [status, document]
  accepted: { claim: status, values: [approved] }
`;

const goOn = async (page: Page): Promise<void> => page.getByRole('button', { name: 'Continue' }).click();

describe('a login with all the ready-made steps', () => {
  let smtp: SmtpServer;
  let stand: LoginStand;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    const steps = (ready: { vendor: string; vendorJwks: string }): string =>
      TERMS + PROFILE + emailCode(smtp) + external(ready);
    stand = await LoginStand.start({}, { STEPS_FILE: steps }, {}, ['--vendor', '--vendor-port', '0']);
  });
  afterAll(async () => {
    await stand.stop();
    await smtp.stop();
  });

  const takeTermsAndProfile = async (page: Page): Promise<void> => {
    await page.getByLabel('I accept: Terms of Service').check();
    await goOn(page);
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Phone').fill('+49 30 123456');
    await page.getByLabel('Country').selectOption('fr');
    await goOn(page);
  };

  it('ends with the claims of each step at the app', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'ada@example.com');
      await page.getByText('Step 1 of 4').waitFor();
      await takeTermsAndProfile(page);
      await page.getByLabel('Code').fill(smtp.codeFor('ada@example.com'));
      await goOn(page);
      await page.getByRole('button', { name: 'Go to ID Check Inc.' }).click();
      await page.getByRole('button', { name: 'Approve' }).click();
      const claims = await stand.claimsOnPage(page);
      for (const claim of ['2026-11', 'Ada', '+4930123456', '"fr"', 'verifiedAt', 'approved', 'passport'])
        expect(claims).toContain(claim);
    });
  });

  it('is denied if the vendor declines', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'declined@example.com');
      await takeTermsAndProfile(page);
      await page.getByLabel('Code').fill(smtp.codeFor('declined@example.com'));
      await goOn(page);
      await page.getByRole('button', { name: 'Go to ID Check Inc.' }).click();
      await page.getByRole('button', { name: 'Leave without finishing' }).click();
      await page.getByText('is not finished. You can try again.').first().waitFor();
      await page.getByRole('button', { name: 'Go to ID Check Inc.' }).click();
      await page.getByRole('button', { name: 'Decline' }).click();
      await page
        .getByText('The check at ID Check Inc. was not successful. Sign in again to repeat it, or contact support.')
        .first()
        .waitFor();
      expect(page.url().startsWith(stand.app)).toBe(true);
    });
  });

  it('is denied if the code is wrong too often', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'guess@example.com');
      await takeTermsAndProfile(page);
      const right = smtp.codeFor('guess@example.com');
      for (let tries = 0; tries < 5; tries += 1) {
        await page.getByLabel('Code').fill(right === '000000' ? '000001' : '000000');
        await goOn(page);
      }
      await page.getByText('You entered a wrong code too often. Sign in again to get a new code.').first().waitFor();
      expect(page.url().startsWith(stand.app)).toBe(true);
    });
  });

  it('can be cancelled at any step', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'cancel@example.com');
      await takeTermsAndProfile(page);
      await page.getByRole('button', { name: 'Cancel sign-in' }).click();
      await page.getByRole('button', { name: 'Yes, cancel' }).click();
      await page.getByText('You canceled the sign-in.').first().waitFor();
      expect(page.url().startsWith(stand.app)).toBe(true);
    });
  });

  it('focuses the first invalid field, and names it above', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'focus@example.com');
      await page.getByLabel('I accept: Terms of Service').check();
      await goOn(page);
      await page.getByLabel('First name').fill('Ada');
      await goOn(page);
      await page.getByRole('link', { name: 'Country: Choose an option.' }).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('country');
    });
  });

  it('leaves nothing of the code, the profile or the vendor’s answer in the log', async () => {
    const log = await stand.service.log();
    for (const { subject = '' } of smtp.mails) expect(log).not.toContain(/\d{6}/.exec(subject)?.[0]);
    for (const secret of ['ada@example.com', '+4930123456', 'passport', 'Ada']) expect(log).not.toContain(secret);
  });
});

describe('a login whose Action requests terms and profile', () => {
  it('requests them once, stores the values, and fills in known values', async () => {
    const secrets = { TERMS_VERSION: '2026-11', PROFILE_FIELDS: 'given_name,phone,country,news' };
    const stand = await LoginStand.start({}, { STEPS_FILE: TERMS + PROFILE }, secrets);
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'once@example.com');
      await page.getByLabel('I accept: Terms of Service').check();
      await goOn(page);
      await page.getByLabel('First name').fill('Ada');
      await page.getByLabel('Country').selectOption('de');
      await goOn(page);
      expect(await stand.claimsOnPage(page)).toContain('"given_name"');
    });
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'once@example.com');
      expect(await stand.claimsOnPage(page)).toContain('once@example.com');
    });
    expect((await stand.service.requestLines()).at(-1)).toMatchObject({ code: 'completed' });
    await stand.stop();
  });
});

describe('a login that takes too long', () => {
  it('ends on a page that explains it and links back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'action-'));
    const source = readFileSync('auth0/actions/auth-redirect/code.js', 'utf8');
    const action = join(folder, 'code.js');
    writeFileSync(action, source.replace('SECONDS_TO_COMPLETE = 900', 'SECONDS_TO_COMPLETE = 3'));
    const stand = await LoginStand.start({}, { STEPS_FILE: TERMS }, {}, [], action);
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'late@example.com');
      await page.getByText('Finish this sign-in within 1 minute.').waitFor();
      await page.getByLabel('I accept: Terms of Service').check();
      await page.waitForTimeout(3100);
      await goOn(page);
      await page.getByRole('heading', { name: 'This took too long' }).waitFor();
      await page.getByRole('link', { name: 'Sign in again' }).click();
      expect(page.url().startsWith(stand.app)).toBe(true);
    });
    await stand.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('the pages', () => {
  let smtp: SmtpServer;
  let stand: LoginStand;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    const steps = (ready: { vendor: string; vendorJwks: string }): string =>
      TERMS + PROFILE + emailCode(smtp) + external(ready);
    const brand = {
      BRAND_NAME: 'Example',
      BRAND_COLOR: '#7a0019',
      PRIVACY_URL: 'https://example.com/privacy',
      SUPPORT_URL: 'mailto:help@example.com',
    };
    const sandbox = ['--vendor', '--vendor-port', '0', '--languages', 'en,ar,de'];
    stand = await LoginStand.start(brand, { STEPS_FILE: steps }, {}, sandbox);
  });
  afterAll(async () => {
    await stand.stop();
    await smtp.stop();
  });

  it.each([
    { language: 'en', colorScheme: 'light', width: 320 },
    { language: 'en', colorScheme: 'dark', width: 1280 },
    { language: 'ar', colorScheme: 'light', width: 1280 },
    { language: 'ar', colorScheme: 'dark', width: 320 },
    { language: 'de', colorScheme: 'light', width: 320 },
  ] as const)('are accessible and fit in $language, $colorScheme, at $width px', async (look) => {
    const { language, colorScheme, width } = look;
    const email = `${language}-${colorScheme}-${width}@example.com`;
    const checked = async (page: Page, name: string): Promise<void> => {
      expect({ name, findings: await axeFindings(page) }).toEqual({ name, findings: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      if (process.env.SHOTS) {
        const path = `${process.env.SHOTS}/${name}-${language}-${colorScheme}-${width}.png`;
        await page.screenshot({ path, fullPage: true });
      }
    };
    const submit = async (page: Page): Promise<void> =>
      page.locator('form.step > button[type=submit]:not(.secondary)').click();
    await stand.inFreshBrowser(
      async (page) => {
        await stand.logIn(page, email);
        await page.locator('#accepted').waitFor();
        expect(await page.getAttribute('html', 'lang')).toBe(language);
        await checked(page, 'terms');
        await submit(page);
        await checked(page, 'terms-wrong');
        await page.check('#accepted');
        await submit(page);
        await page.locator('#given_name').waitFor();
        await checked(page, 'profile');
        await submit(page);
        await page.locator('[aria-invalid]').first().waitFor();
        await checked(page, 'profile-wrong');
        await page.fill('#given_name', 'Ada');
        await page.selectOption('#country', 'de');
        await submit(page);
        await page.locator('#code').waitFor();
        await checked(page, 'email-code');
        await page.fill('#code', '12');
        await submit(page);
        await page.locator('[aria-invalid]').first().waitFor();
        await checked(page, 'email-code-wrong');
        await page.fill('#code', smtp.codeFor(email));
        await submit(page);
        await page.locator('.progress', { hasText: '4' }).first().waitFor();
        await checked(page, 'external');
        await page.goto(`${stand.redirectUrl}?state=x`);
        await checked(page, 'refusal');
      },
      { locale: language, colorScheme, viewport: { width, height: 700 } },
    );
  });
});

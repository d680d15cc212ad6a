import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFindings } from '../../test/harness/axe.js';
import { startChromium } from '../../test/harness/browsers.js';
import { build, DIST, SandboxProcess } from './harness/sandbox-process.js';

const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.email.startsWith('form')) api.prompt.render('ap_1', { fields: { a_rather_long_name_of_a_field: 'a' } });
  else api.authentication.enrollWithAny([{ type: 'otp' }, { type: 'webauthn-platform' }]);
};
exports.onContinuePostLogin = async () => {};`;

let folder: string;
let sandbox: SandboxProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-pages-'));
  const file = join(folder, 'action.js');
  writeFileSync(file, ACTION);
  sandbox = await SandboxProcess.embed(`
    require(${JSON.stringify(DIST)}).startSandbox({ actions: [${JSON.stringify(file)}], port: 0 })
      .then(({ tenantUrl, appUrl }) => console.log(JSON.stringify({ tenant: tenantUrl, app: appUrl })));`);
  browser = await startChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  const phone = { viewport: { width: 320, height: 640 }, javaScriptEnabled: false };
  page = await (await browser.newContext(phone)).newPage();
});

afterEach(() => page.context().close());

async function logIn(email: string, tab = page): Promise<void> {
  await tab.goto(`${sandbox.ready.app}/login`);
  await tab.getByLabel('Email address').fill(email);
  await tab.keyboard.press('Enter');
  await tab.getByRole('button', { name: /Approve|Submit/ }).waitFor();
}

async function tabTo(name: string): Promise<void> {
  for (let tabs = 0; tabs < 10; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.getAttribute('name')) === name) return;
  }
  throw new Error(`No Tab reaches ${name}.`);
}

async function assertFits(): Promise<void> {
  const main = await page.locator('main').boundingBox();
  const controls = await page.locator('label, input:not([type=hidden]), textarea, button').all();
  const boxes = await Promise.all([page.locator('html'), ...controls].map((one) => one.boundingBox()));
  expect(main?.width).toBeLessThanOrEqual(320);
  for (const box of boxes) expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320);
}

it('completes a factor by keyboard, without scripts and on a narrow screen', async () => {
  await logIn('factor@example.com');
  await assertFits();
  await tabTo('factor');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  expect(await page.getByRole('radio', { name: /biometrics/ }).isChecked()).toBe(true);
  await tabTo('decision');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Hello, Factor' }).waitFor();
});

it.each([
  ['light', 320],
  ['dark', 1280],
] as const)('has nothing that axe finds, in %s at %i px', async (colorScheme, width) => {
  for (const name of ['factor', 'form']) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 640 } });
    const tab = await context.newPage();
    await logIn(`${name}-axe-${width}@example.com`, tab);
    expect(await axeFindings(tab)).toEqual([]);
    await tab.getByRole('button', { name: /Approve|Submit/ }).click();
    if (name === 'form') await tab.getByRole('heading', { name: 'Hello' }).waitFor();
    await tab.goto(`${sandbox.ready.tenant}/transactions`);
    await tab.locator('a.login').first().click();
    await tab
      .getByRole('heading', { name: /Multifactor enrollment|Form ap_1/ })
      .first()
      .waitFor();
    expect(await axeFindings(tab)).toEqual([]);
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await context.close();
  }
});

it('can cancel without a factor', async () => {
  await logIn('fail@example.com');
  await page.getByRole('button', { name: 'Fail' }).click();
  await page.getByRole('heading', { name: 'Access denied' }).waitFor();
  expect(await page.locator('main').textContent()).toContain('The user failed multifactor authentication.');
});

it('completes a form by keyboard, without scripts and on a narrow screen', async () => {
  await logIn('form@example.com');
  await assertFits();
  await page.getByLabel('More fields').fill('wrong');
  await tabTo('decision');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await assertFits();
  expect(await page.getByLabel('a_rather_long_name_of_a_field').inputValue()).toBe('a');
  await page.getByLabel('More fields').fill('b=2');
  await tabTo('decision');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Hello, Form' }).waitFor();
});

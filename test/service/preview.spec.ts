import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFindings } from '../harness/axe.js';
import { startChromium } from '../harness/browsers.js';
import { SECRET } from '../harness/tokens.js';

const STEPS_FILE = `
terms: { title: Terms of Service, version: 2026-11, text: You may use this., optional: true }
email-code: { from: login@example.com, smtpUrl: smtps://mail.example.com }
sms-code:
  countries: [DE]
  gateway: { url: https://sms.example.com/messages, body: { json: { to: '{{to}}', text: '{{text}}' } } }
external:
  vendor: Vendor
  url: https://vendor.example/start
  jwksUrl: https://vendor.example/jwks
  algorithm: RS256
  issuer: https://vendor.example
  audience: us
  claims: [verified]
choose:
  title: Workspace
  source: { url: http://localhost:1/list, subParameter: user }
account-link: { clientId: linker, clientSecret: a secret }
`;

const TENANTS_FILE = `
tenants:
  - { name: shop, issuers: [shop.example], keys: { directory: /nowhere }, branding: { name: The Shop } }
  - { name: bank, issuers: [bank.example], keys: { currentFile: /nowhere }, branding: { name: The Bank } }
`;

/** The command as an operator runs it. */
class PreviewProcess {
  output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += String(chunk)));
  }

  /** Starts the command, and waits until it serves the gallery or ends. */
  static async start(environment: Record<string, string>, ...args: string[]): Promise<PreviewProcess> {
    const child = spawn(process.execPath, ['dist/service/main.js', 'preview', '--port', '0', ...args], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...environment },
    });
    const preview = new PreviewProcess(child);
    while (!preview.output.includes('preview: ') && child.exitCode === null)
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    return preview;
  }

  get url(): string {
    return /preview: (http:\S+)\/\n/.exec(this.output)?.[1] ?? '';
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill();
    await once(this.child, 'close');
  }
}

describe('the command preview', () => {
  let folder: string;
  let browser: Browser;
  let preview: PreviewProcess;
  const get = async (path: string): Promise<Response> => fetch(preview.url + path);
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'preview-'));
    browser = await startChromium();
    const branding = { BRAND_NAME: 'Ada & Co', BRAND_COLOR: '#7a0019', SIGN_IN_URL: 'https://app.example.com/' };
    preview = await PreviewProcess.start({ ...branding, STEPS_FILE: write('steps.yaml', STEPS_FILE) });
  });
  afterAll(async () => {
    await preview.stop();
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function names(): Promise<string[]> {
    const gallery = await (await get('/')).text();
    return [...gallery.matchAll(/page&#x3D;([^&]+)&amp;/g)].map(([, name = '']) => name);
  }

  it('shows every page with the branding, also with problems, without issuer and secret', async () => {
    const pages = await names();
    const steps = ['terms', 'email-code', 'sms-code', 'external', 'choose', 'account-link'].flatMap((id) => [
      `step/${id}`,
      `step/${id}/problems`,
    ]);
    expect(pages).toEqual(expect.arrayContaining(['continue', 'continue/again', ...steps, 'refusal/token_expired']));
    for (const name of pages) {
      const reply = await get(`/pages/${name}?locale=de`);
      const body = await reply.text();
      expect([name, body]).toEqual([name, expect.stringContaining('Ada &amp; Co')]);
      expect(body).toContain('<html lang="de" dir="ltr">');
      expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'nonce-");
      expect(reply.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
      expect(reply.headers.get('set-cookie')).toBeNull();
    }
    expect((await get('/pages/step/terms/problems')).status).toBe(422);
    const skip = 'name="_skip" value="yes" formnovalidate>Skip</button>';
    expect(await (await get('/pages/step/terms')).text()).toContain(skip);
    expect(await (await get('/pages/step/email-code')).text()).not.toContain('_skip');
    expect(await (await get('/pages/refusal/too_many_requests')).text()).toContain('Wait 30 seconds.');
  });

  it('shows the page of the code by email without sending it', async () => {
    const page = await (await get('/pages/step/email-code')).text();
    expect(page).toContain('We sent a 6-digit code to <bdi dir="ltr">a•••@example.com</bdi>');
    expect(await (await get('/pages/step/email-code/problems')).text()).toContain('Enter the 6 digits of the code.');
  });

  it('shows the page of the code by text message without sending it', async () => {
    const page = await (await get('/pages/step/sms-code')).text();
    expect(page).toContain('We sent a 6-digit code by text message to <bdi dir="ltr">•••\u00A023</bdi>');
    expect(await (await get('/pages/step/sms-code/problems')).text()).toContain('Enter the 6 digits of the code.');
  });

  it('shows a sample list without a request to the endpoint', async () => {
    const page = await (await get('/pages/step/choose')).text();
    expect(page).toContain('value="Example A"');
    expect(page).toContain('Workspace');
    expect(await (await get('/pages/step/choose/problems')).text()).toContain('Choose an option.');
  });

  it('has frames of three widths in light and dark, a language for all, and nothing that axe finds', async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(`${preview.url}/?page=step/terms`);
    await page.getByLabel('Language').selectOption('ar');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/locale=ar/);
    const frames = await shown(page);
    expect(frames.map(({ width }) => width)).toEqual([320, 390, 1024, 320, 390, 1024]);
    expect(frames.map(({ card }) => card)).toEqual([
      ...Array<string>(3).fill('rgb(255, 255, 255)'),
      ...Array<string>(3).fill('rgb(26, 29, 36)'),
    ]);
    expect(new Set(frames.map(({ dir }) => dir))).toEqual(new Set(['rtl']));
    expect(await axeFindings(page)).toEqual([]);
    await page.close();
  });

  it('posts the continue page to itself', async () => {
    const page = await browser.newPage();
    const requested: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).origin));
    await page.goto(`${preview.url}/pages/continue`, { waitUntil: 'commit' });
    await page.waitForSelector('button:disabled');
    expect(new Set(requested)).toEqual(new Set([preview.url]));
    await page.close();
  });

  it('answers on loopback only, and not found for anything else', async () => {
    expect(preview.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const path of ['/pages/none', '/redirect', '//']) expect((await get(path)).status).toBe(404);
  });

  it('shows each tenant with its branding, without its keys', async () => {
    const tenants = await PreviewProcess.start({ TENANTS_FILE: write('tenants.yaml', TENANTS_FILE) });
    const titles = ['shop', 'bank'].map(async (name) =>
      (await fetch(`${tenants.url}/pages/continue?tenant=${name}`)).text(),
    );
    expect(await Promise.all(titles)).toEqual([
      expect.stringContaining('The Shop'),
      expect.stringContaining('The Bank'),
    ]);
    await tenants.stop();
  });

  it.each([
    [{ BRAND_COLOR: 'red' }, [], 78, 'configuration: BRAND_COLOR is not a color'],
    [{}, ['--port', 'x'], 64, 'usage: nestjs-auth-redirect preview'],
    [{}, ['--help'], 0, 'usage: nestjs-auth-redirect preview'],
  ])('ends for %j and %j with %i', async (environment, args, code, output) => {
    const ended = await PreviewProcess.start({ ...environment, AUTH0_SESSION_SECRET: SECRET }, ...args);
    expect([ended.exitCode, ended.output]).toEqual([code, expect.stringContaining(output)]);
    expect(ended.output).not.toContain(SECRET);
  });
});

/** Returns the text of each frame. */
async function shown(page: Page): Promise<{ width: number; card: string; dir: string }[]> {
  await page.waitForLoadState('networkidle');
  return page.evaluate(`[...document.querySelectorAll('iframe')].map(({ contentDocument, contentWindow }) => ({
    width: contentWindow.innerWidth,
    card: contentWindow.getComputedStyle(contentDocument.querySelector('main')).backgroundColor,
    dir: contentDocument.documentElement.dir,
  }))`);
}

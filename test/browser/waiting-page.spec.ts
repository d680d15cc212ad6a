import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import type { HostApplication } from '../harness/application.js';
import { axeFindings } from '../harness/axe.js';
import { startChromium } from '../harness/browsers.js';
import { tokenWith, NOW } from '../harness/tokens.js';
import { hostWith, listedSignature, WEBHOOK_SECRET } from '../harness/vendor-api.js';

const OPTIONS = {
  vendor: 'Identity Inc.',
  alternative: true,
  attempts: 2,
  webhook: {
    signature: 'persona',
    secret: WEBHOOK_SECRET,
    handle: '$.handle',
    status: '$.status',
    accepted: ['approved'],
    declined: ['declined'],
  },
};

describe('the page that waits for a vendor, without scripts', () => {
  let host: HostApplication;
  let browser: Browser;
  let vendor: Server;
  /** The last URL requested from the vendor. */
  let visited = new URL('http://vendor.localhost');
  beforeAll(async () => {
    vendor = createServer(({ url }, response) => {
      if (url?.startsWith('/check')) visited = new URL(url, visited);
      response.end('the vendor');
    }).listen(0, '127.0.0.1');
    await once(vendor, 'listening');
    const { port }: { port?: number } = Object(vendor.address());
    const options = { ...OPTIONS, url: `http://vendor.localhost:${port}/check` };
    host = await hostWith('express', options, 'http://login.localhost/redirect');
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
    vendor.close();
    vendor.closeAllConnections();
  });

  /** Goes to the vendor and returns. @returns The handle of the hand-off. */
  async function waiting(page: Page, subject: string): Promise<string> {
    const at = `http://login.localhost:${host.port}`;
    const query = new URLSearchParams({ session_token: tokenWith({ sub: `auth0|${subject}` }), state: 'state' });
    await page.goto(`${at}/redirect?${query.toString()}`);
    await page.getByRole('button', { name: 'Go to Identity Inc.' }).click();
    await page.getByText('the vendor').waitFor();
    const handle = visited.searchParams.get('handle') ?? '';
    const back = new URL(visited.searchParams.get('return_to') ?? '');
    await page.goto(at + back.pathname + back.search);
    await page.getByRole('heading', { name: 'Waiting for Identity Inc.' }).waitFor();
    return handle;
  }
  async function deliver(handle: string, status: string): Promise<void> {
    const body = JSON.stringify({ handle, status });
    const headers = { 'content-type': 'application/json', 'persona-signature': listedSignature(body, { time: NOW }) };
    const { status: answered } = await host.request('/redirect/steps/external/webhook', {
      method: 'POST',
      body,
      headers,
    });
    expect(answered).toBe(200);
  }
  async function inPage(javaScriptEnabled: boolean, run: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 320, height: 700 } });
    await run(await context.newPage());
    await context.close();
  }

  it('continues automatically when the result arrives', async () => {
    await inPage(false, async (page) => {
      const handle = await waiting(page, 'by-itself');
      await deliver(handle, 'approved');
      await page.getByRole('heading', { name: 'One moment' }).waitFor();
      expect(host.completed.at(-1)).toMatchObject({ outcome: 'completed' });
    });
  });

  it('continues by its button, and shows instructions after a decline', async () => {
    await inPage(true, async (page) => {
      const handle = await waiting(page, 'declined');
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await deliver(handle, 'declined');
      await page.getByRole('link', { name: 'Check now' }).click();
      await page.getByRole('heading', { name: 'The check was not successful' }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Try another way' }).waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('the vendor').waitFor();
    });
  });
});

import type { Page } from 'playwright-core';
import { listenLoopback, type LoopbackServer } from '../src/network/loopback-server.js';
import { AppBench, SPA } from './harness/app-bench.js';
import { Browser } from './harness/browser.js';
import { Chrome } from './harness/chrome.js';

const ACTION = 'exports.onExecutePostLogin = async () => {};';
const CONNECTION = 'Username-Password-Authentication';
const EVIL = 'http://evil.localhost:4000';

describe('a page of another site', () => {
  let bench: AppBench;
  let chrome: Chrome;
  let server: LoopbackServer;
  let page: Page;

  beforeAll(async () => {
    server = await listenLoopback(0);
    server.handle((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
    const spa = { client_id: 'known', callbacks: [`http://known.localhost:${server.port}/`] };
    [bench, chrome] = await Promise.all([AppBench.start(ACTION, { clients: [spa] }), Chrome.start()]);
  }, 60_000);

  afterAll(async () => {
    await chrome?.stop();
    await server?.close();
    await bench?.stop();
  });

  const kinds = async (): Promise<string[]> => {
    const { body } = await new Browser().fetch(`${bench.tenant}/transactions.json`);
    return JSON.parse(body).transactions.map(({ kind, status }: Record<string, string>) => `${kind} ${status}`);
  };

  it.each([
    [
      '/dbconnections/signup',
      { client_id: SPA.client_id, connection: CONNECTION, email: 'x@example.com', password: 'p' },
    ],
    ['/dbconnections/change_password', { connection: CONNECTION, email: 'x@example.com' }],
    ['/u/reset', { email: 'x@example.com' }],
    ['/phone-message', { email: 'x@example.com', recipient: '+15550100' }],
    ['/oauth/token', { grant_type: 'password', client_id: SPA.client_id, username: 'x@example.com', password: 'p' }],
  ])('cannot post to %s, from any browser', async (path, form) => {
    for (const headers of [{ origin: EVIL }, { origin: 'null', 'sec-fetch-site': 'same-site' }]) {
      const answer = await new Browser().fetch(`${bench.tenant}${path}`, { method: 'POST', form, headers });
      expect([400, 403]).toContain(answer.status);
    }
    expect(await kinds()).toEqual([]);
  });

  it('cannot read what is recorded, nor load it as a script', async () => {
    for (const path of ['/transactions', '/transactions.json', '/']) {
      const { headers } = await new Browser().fetch(`${bench.tenant}${path}`, { headers: { origin: EVIL } });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  describe('while a user is logged in', () => {
    const query = (redirect: string): string =>
      new URLSearchParams({
        ...{ client_id: 'known', redirect_uri: redirect, response_type: 'code', scope: 'openid', prompt: 'none' },
        ...{ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' },
      }).toString();
    let url: string;

    beforeEach(async () => {
      await chrome.context.clearCookies();
      page = await chrome.context.newPage();
      const known = `http://known.localhost:${server.port}/`;
      url = `${bench.tenant}/authorize?${query(known)}`;
      await page.goto(url.replace('prompt=none', ''));
      await page.getByLabel('Email address').fill('ada@example.com');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${known}**`);
    });

    afterEach(() => page.close());

    it.each(['img', 'iframe', 'script', 'object', 'embed'])('runs no Action by <%s>', async (tag) => {
      await page.goto(`http://evil.localhost:${server.port}/`);
      const before = await kinds();
      await page.evaluate(`new Promise((resolve) => {
        const element = Object.assign(document.createElement('${tag}'), { src: '${url}', data: '${url}' });
        element.addEventListener('load', () => setTimeout(resolve, 500));
        element.addEventListener('error', () => setTimeout(resolve, 500));
        document.body.append(element);
      })`);
      expect(await kinds()).toEqual(before);
    });

    it('runs no Action by fetch', async () => {
      await page.goto(`http://evil.localhost:${server.port}/`);
      const before = await kinds();
      const options = { mode: 'no-cors', credentials: 'include', referrerPolicy: 'no-referrer' };
      for (const method of ['GET', 'POST']) {
        await page.evaluate(`fetch('${url}', ${JSON.stringify({ ...options, method })})`).catch(() => undefined);
      }
      expect(await kinds()).toEqual(before);
    });
  });
});

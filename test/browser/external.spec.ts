import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { LoginStand } from '../harness/login-stand.js';
import { decode } from '../harness/tokens.js';
import { API_KEY, listedSignature, VendorApi, WEBHOOK_SECRET } from '../harness/vendor-api.js';

const DECLINED = 'The check at Identity Inc. was not successful. Sign in again to repeat it, or contact support.';
const CLAIMS = /"external": \{\s*"document": "passport",[^}]*"verifiedAt": "/;
const WEBHOOK = {
  ...{ signature: 'stripe', handle: '$.handle', status: '$.status' },
  ...{ accepted: ['verified'], declined: ['canceled'], claims: { document: '$.document' } },
};

const click = async (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();
const waitAtVendor = async (page: Page): Promise<void> => page.getByRole('button', { name: 'Approve' }).waitFor();
const waitForResult = async (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'Waiting for Identity Inc.' }).waitFor();

/** Returns the outcome in the token of a continue page. */
function outcomeOf(request: Request): unknown {
  return decode(new URLSearchParams(request.postData() ?? '').get('session_token') ?? '').claims.outcome;
}

/** Logs in, and goes to the vendor. @returns The address to which the Action sent the browser. */
async function goToVendor(stand: LoginStand, page: Page, email: string): Promise<string> {
  const redirect = page.waitForRequest((request) => request.url().startsWith(`${stand.redirectUrl}?`));
  await stand.logIn(page, email);
  await click(page, 'Go to Identity Inc.');
  return (await redirect).url();
}

describe('a login with a vendor, through the shipped Action', () => {
  let folder: string;
  /** Two vendors, each with a service: one service reads the result, the other vendor sends it. */
  let apis: { readonly read: VendorApi; readonly sent: VendorApi };
  let stands: { readonly read: LoginStand; readonly sent: LoginStand };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'external-'));
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), `${content}\n`);
      return join(folder, name);
    };
    apis = { read: await VendorApi.start(), sent: await VendorApi.start() };
    const key = write('key', API_KEY);
    const webhook = { ...WEBHOOK, secretFile: write('webhook', WEBHOOK_SECRET) };
    const standFor = async (api: VendorApi, more: object): Promise<LoginStand> => {
      const external = { ...api.options(key), http: { allowPrivateAddresses: true }, ...more };
      return LoginStand.start({}, { STEPS_FILE: JSON.stringify({ external }) });
    };
    const [read, sent] = await Promise.all([
      standFor(apis.read, {}),
      standFor(apis.sent, { result: undefined, webhook, attempts: 2 }),
    ]);
    stands = { read, sent };
  });
  afterAll(async () => {
    for (const each of [...Object.values(stands), ...Object.values(apis)]) await each.stop();
    rmSync(folder, { recursive: true });
  });

  const inFreshBrowser = async (run: (page: Page) => Promise<void>): Promise<void> => stands.read.inFreshBrowser(run);
  const reasonAtApp = async (page: Page, { app }: LoginStand): Promise<string | null> => {
    await page.waitForURL(`${app}/**`);
    return page.textContent('main');
  };

  describe('whose result is read', () => {
    it('ends in its claims at the app', async () => {
      await inFreshBrowser(async (page) => {
        await goToVendor(stands.read, page, 'approved@example.com');
        await click(page, 'Approve');
        expect(await stands.read.claimsOnPage(page)).toMatch(CLAIMS);
      });
      const { received, sessions } = apis.read;
      const headers = { authorization: API_KEY };
      expect(received).toMatchObject([
        { method: 'POST', path: '/sessions', headers },
        { method: 'GET', path: '/sessions/vs_1', headers },
      ]);
      const form = new URLSearchParams(received[0]?.body);
      expect([form.get('client_reference_id'), form.get('options[locale]')]).toEqual([...sessions.values(), 'en']);
    });

    it('ends without access if the vendor declines', async () => {
      await inFreshBrowser(async (page) => {
        await goToVendor(stands.read, page, 'declined@example.com');
        await click(page, 'Decline');
        expect(await reasonAtApp(page, stands.read)).toContain(DECLINED);
      });
    });

    it('gives no user the result of another user with the same link', async () => {
      await inFreshBrowser(async (page) => {
        const link = await goToVendor(stands.read, page, 'author@example.com');
        await inFreshBrowser(async (other) => {
          await other.goto(link);
          await click(other, 'Go to Identity Inc.');
          await waitAtVendor(other);
          apis.read.chosen.set([...apis.read.sessions.keys()].at(-1) ?? '', 'verified');
          await click(page, 'Return without a result');
          await waitForResult(page);
          const posted = other.waitForRequest(/\/continue\?/);
          await click(other, 'Approve');
          expect(outcomeOf(await posted)).toBe('completed');
        });
      });
    });
  });

  describe('that sends its result', () => {
    /** Sends the result of the newest session. @returns The status of the answer. */
    async function send(status: string, secret = WEBHOOK_SECRET): Promise<number> {
      const body = JSON.stringify({ handle: [...apis.sent.sessions.values()].at(-1), status, document: 'passport' });
      const signature = listedSignature(body, { time: Math.floor(Date.now() / 1000), secret });
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
      const { service, redirectUrl } = stands.sent;
      const url = `http://127.0.0.1:${service.port}${new URL(redirectUrl).pathname}/steps/external/webhook`;
      return (await fetch(url, { method: 'POST', headers, body })).status;
    }

    it('waits for it, and ends in its claims at the app', async () => {
      await inFreshBrowser(async (page) => {
        await goToVendor(stands.sent, page, 'approved@example.com');
        await click(page, 'Return without a result');
        await waitForResult(page);
        expect(await send('canceled', 'another secret of 16 bytes')).toBe(401);
        expect(await send('verified')).toBe(200);
        expect(await stands.sent.claimsOnPage(page)).toMatch(CLAIMS);
      });
    });

    it('ends without access if the vendor declines the last attempt', async () => {
      await inFreshBrowser(async (page) => {
        await goToVendor(stands.sent, page, 'declined@example.com');
        await waitAtVendor(page);
        await send('canceled');
        await click(page, 'Return without a result');
        await click(page, 'Try again');
        await waitAtVendor(page);
        await send('canceled');
        await click(page, 'Return without a result');
        expect(await reasonAtApp(page, stands.sent)).toContain(DECLINED);
      });
    });

    it('gives no user the result of another user with the same link', async () => {
      await inFreshBrowser(async (page) => {
        const link = await goToVendor(stands.sent, page, 'author@example.com');
        await inFreshBrowser(async (other) => {
          await other.goto(link);
          await click(other, 'Go to Identity Inc.');
          await waitAtVendor(other);
          await send('verified');
          await click(page, 'Return without a result');
          await waitForResult(page);
          const posted = other.waitForRequest(/\/continue\?/);
          await click(other, 'Return without a result');
          expect(outcomeOf(await posted)).toBe('completed');
        });
      });
    });
  });

  it('leaves neither results nor secrets in the log', async () => {
    const log = (await stands.read.service.log()) + (await stands.sent.service.log());
    expect(log).toContain('a webhook was rejected: signature_invalid');
    const sessions = Object.values(apis).flatMap((api) => [...api.sessions.entries()].flat());
    for (const secret of ['passport', API_KEY, WEBHOOK_SECRET, ...sessions]) expect(log).not.toContain(secret);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeFindings } from '../harness/axe.js';
import { answers, Gateway } from '../harness/gateway.js';
import { LoginStand } from '../harness/login-stand.js';
import { freePort } from '../harness/service-process.js';

const GATEWAY_TOKEN = 'gateway-token-Zt48sQm1Ya70kWcB';
const SMALL = { viewport: { width: 320, height: 700 } };
const PHONES = {
  'ada@example.com': '+4915112345678',
  'typo@example.com': '+4915112345679',
  'outage@example.com': '+4915112345680',
};

describe('a login with a code by text message, through the shipped Action', () => {
  let folder: string;
  let gateway: Gateway;
  let stand: LoginStand;
  let metricsPort: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sms-code-'));
    gateway = await Gateway.start();
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const users = Object.entries(PHONES).map(([email, phone]) => ({ email, app_metadata: { phone_number: phone } }));
    const steps = `
sms-code:
  countries: [DE]
  product: Example
  gateway:
    url: ${gateway.url}/messages?channel=sms
    method: PUT
    headers: { authorization: 'Bearer {{secret.token}}' }
    body: { json: { to: '{{to}}', text: '{{text}}' } }
    success: { statuses: [200], json: { path: messages.0.status, values: ['0'] } }
    secretFiles: { token: ${write('token', GATEWAY_TOKEN)} }
    allowPrivateAddresses: true
`;
    const tenant = ['--tenant', write('tenant.yaml', JSON.stringify({ users }))];
    metricsPort = await freePort();
    stand = await LoginStand.start({ METRICS_PORT: String(metricsPort) }, { STEPS_FILE: steps }, {}, tenant);
  });
  afterAll(async () => {
    await stand.stop();
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  const goOn = async (page: Page): Promise<void> => page.getByRole('button', { name: 'Continue' }).click();
  const enter = async (page: Page, code: string): Promise<void> => {
    await page.getByLabel('Code').fill(code);
    await goOn(page);
  };
  const sent = async (page: Page): Promise<void> => page.getByText('We sent a 6-digit code by text message').waitFor();
  const expectAccessible = async (page: Page): Promise<void> => {
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  };

  it('requests the message from the gateway, masks the number, and ends in the claim at the app', async () => {
    const phone = PHONES['ada@example.com'];
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'ada@example.com');
      await sent(page);
      expect(await page.textContent('main')).toContain('•••\u00A078');
      expect(await page.content()).not.toContain('1511234');
      await expectAccessible(page);
      const code = gateway.codeFor(phone);
      const [request, ...others] = gateway.requests;
      expect(request).toMatchObject({
        method: 'PUT',
        path: '/messages?channel=sms',
        headers: { authorization: `Bearer ${GATEWAY_TOKEN}`, 'content-type': 'application/json' },
      });
      expect(JSON.parse(request?.body ?? '')).toEqual({
        to: phone,
        text: `Example: Your code is ${code}. Do not share it.`,
      });
      expect(others).toEqual([]);
      await enter(page, code);
      expect(await stand.claimsOnPage(page)).toMatch(
        new RegExp(`"sms-code": \\{\\s*"phone_number": "\\${phone}",\\s*"verifiedAt": "`),
      );
    }, SMALL);
  });

  it('continues after a wrong code, without another message', async () => {
    const phone = PHONES['typo@example.com'];
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'typo@example.com');
      await sent(page);
      const code = gateway.codeFor(phone);
      await enter(page, code.slice(0, 5) + String((Number(code.at(-1)) + 1) % 10));
      await page.getByRole('link', { name: 'This code is wrong. Check it, or request a new one.' }).waitFor();
      await expectAccessible(page);
      await enter(page, code);
      expect(await stand.claimsOnPage(page)).toContain(phone);
      expect(gateway.textsTo(phone)).toHaveLength(1);
    }, SMALL);
  });

  it('shows that the message was not sent, and sends it when the user requests it', async () => {
    const phone = PHONES['outage@example.com'];
    const { respond } = gateway;
    gateway.respond = answers(503);
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'outage@example.com');
      await page.getByText('We could not send the text message with the code. Try again.').waitFor();
      await expectAccessible(page);
      gateway.respond = respond;
      await page.getByRole('button', { name: 'Send a new code' }).click();
      await page.getByText('We sent another text message.').waitFor();
      await enter(page, gateway.codeFor(phone));
      expect(await stand.claimsOnPage(page)).toContain(phone);
    }, SMALL);
  });

  it('shows instructions to a user without a number, and ends without access', async () => {
    const text = 'Your account has no phone number for the code. Contact support to add one.';
    const requests = gateway.requests.length;
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'nobody@example.com');
      await page.getByRole('alert').filter({ hasText: text }).waitFor();
      expect(await page.getByLabel('Code').count()).toBe(0);
      await expectAccessible(page);
      await goOn(page);
      await page.waitForURL(`${stand.app}/**`);
      expect(await page.textContent('main')).toContain(text);
      expect(gateway.requests).toHaveLength(requests);
    }, SMALL);
  });

  it('counts the messages by country and outcome', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const messages = metrics.match(
      /(?<=^auth_redirect_messages_total\{tenant="tenant\.localhost",step="sms-code",).+/gm,
    );
    expect(messages?.toSorted()).toEqual(['country="DE",outcome="failed"} 1', 'country="DE",outcome="sent"} 3']);
  });

  it('leaves no number, code or secret in the log', async () => {
    const log = await stand.service.log();
    expect(log).toContain('a message with a code could not be sent: status 503');
    const codes = Object.values(PHONES).map((phone) => gateway.codeFor(phone));
    for (const code of codes) expect(log).not.toMatch(new RegExp(`\\b${code}\\b`));
    for (const secret of ['15112345', GATEWAY_TOKEN]) expect(log).not.toContain(secret);
  });
});

import { randomUUID } from 'node:crypto';
import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import { mailboxKeyOf } from '../../src/steps/email-code/mailbox-limits.js';
import { EMAIL_CODE_OPTIONS, EmailCodeStep, type EmailCodeOptions } from '../../src/steps/email-code/index.js';
import { ADAPTERS, HostApplication, type AdapterName } from '../harness/application.js';
import { SmtpServer } from '../harness/smtp-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { NOW, tokenWith, type Members } from '../harness/tokens.js';

const TOO_MANY_CHANGES = 'You changed the address too often. To use another one, sign in again later.';
const NOT_SENT = 'We cannot send another code at the moment.';
const FORM = '<input type="email" id="address" name="address"';

interface Login {
  readonly browser: StepBrowser;
  readonly token: string;
  readonly state: string;
  /** The address of the session token. */
  readonly email: string;
}

describe.each(ADAPTERS)('an address that the user enters, on %s', (adapter) => {
  let smtp: SmtpServer;
  let host: HostApplication;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    host = await startHost(adapter, { smtpUrl: smtp.smtpUrl(), editableAddress: true });
  });
  beforeEach(() => {
    host.clock.milliseconds = NOW * 1000;
    smtp.mails.length = 0;
    smtp.behaviour = 'accepts';
  });
  afterAll(async () => {
    await host.stop();
    await smtp.stop();
  });

  const logIn = async (claims: Members = {}, at = host): Promise<Login> => {
    const id = randomUUID();
    const email = `u-${id}@example.com`;
    const token = tokenWith({ steps: ['email-code'], sub: `auth0|${id}`, email, nonce: id, ...claims });
    const browser = new StepBrowser(at);
    await browser.arrive(token, `state-${id}`);
    return { browser, token, state: `state-${id}`, email };
  };
  const other = (): string => `other-${randomUUID()}@example.org`;
  const mailsTo = (address: string): number =>
    smtp.mails.filter(({ recipients }) => recipients.includes(address)).length;

  it('receives the code, is on the page in full, and is marked for the Action', async () => {
    const { browser, email } = await logIn();
    expect((await browser.get()).body).toContain('name="change"');
    const form = await browser.post({ change: 'yes' });
    expect({ status: form.status, body: form.body }).toEqual({ status: 200, body: expect.stringContaining(FORM) });
    expect(form.body).toContain('>Back to the code</a>');
    const address = other();
    const page = await browser.post({ address: ` \u200e${address} ` });
    expect({ status: page.status, body: page.body }).toEqual({
      status: 200,
      body: expect.stringContaining(`>${address}</bdi>`),
    });
    expect([mailsTo(email), mailsTo(address)]).toEqual([1, 1]);
    expect(continueClaimsOf(await browser.post({ code: smtp.codeFor(address) })).steps).toEqual({
      'email-code': { email: address, verifiedAt: '2026-11-23T12:00:00.000Z', enteredByUser: true },
    });
  });

  it('is requested if the token has none', async () => {
    const { browser } = await logIn({ email: undefined });
    const form = await browser.get();
    expect(form.body).toContain(FORM);
    expect(form.body).not.toContain('Back to the code');
    expect((await browser.post({ code: '123456' })).body).toContain(FORM);
    const address = other();
    await browser.post({ address });
    const { steps } = continueClaimsOf(await browser.post({ code: smtp.codeFor(address) }));
    expect(steps).toMatchObject({ 'email-code': { email: address, enteredByUser: true } });
  });

  it('is not required: the code for the token’s address is marked as such', async () => {
    const { browser, email } = await logIn();
    await browser.get();
    await browser.post({ change: 'yes' });
    await browser.get();
    const { steps } = continueClaimsOf(await browser.post({ code: smtp.codeFor(email) }));
    expect(steps).toMatchObject({ 'email-code': { email, enteredByUser: false } });
    expect(mailsTo(email)).toBe(1);
  });

  it('stays the recipient after a reload, in another browser and for another mail', async () => {
    const login = await logIn();
    await login.browser.get();
    const address = other();
    await login.browser.post({ address });
    expect((await login.browser.get()).body).toContain(address);
    const second = new StepBrowser(host);
    await second.arrive(login.token, login.state);
    expect((await second.get()).body).toContain(address);
    expect(mailsTo(address)).toBe(1);
    host.clock.milliseconds += 61_000;
    await second.post({ resend: 'yes' });
    expect([mailsTo(login.email), mailsTo(address)]).toEqual([1, 2]);
  });

  it.each([
    '',
    'nobody',
    'a@example.com, eve@example.com',
    'a@example.com\r\nBcc: eve@example.com',
    '"a b"@example.com',
  ])('is requested again if it is %j, and receives no code', async (address) => {
    const { browser, email } = await logIn();
    await browser.get();
    const reply = await browser.post({ address });
    expect(reply.status).toBe(422);
    expect(reply.body).toContain(FORM);
    expect(reply.body).toContain('Enter an email address, like name@example.com.');
    expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([[email]]);
  });

  it('is ignored without the option', async () => {
    const strict = await startHost(adapter, { smtpUrl: smtp.smtpUrl() });
    const { browser, email } = await logIn({}, strict);
    expect((await browser.get()).body).not.toContain('name="change"');
    const address = other();
    for (const fields of [{ change: 'yes' }, { address }, { address, resend: 'no' }]) {
      const reply = await browser.post(fields);
      expect(reply.body).toContain('name="code"');
      expect(reply.body).not.toContain(FORM);
    }
    expect(mailsTo(address)).toBe(0);
    expect(continueClaimsOf(await browser.post({ code: smtp.codeFor(email) })).steps).toEqual({
      'email-code': { email, verifiedAt: '2026-11-23T12:00:00.000Z' },
    });
    await strict.stop();
  });

  describe('and an attacker', () => {
    it('cannot prove an address by the code for another one', async () => {
      const { browser, email } = await logIn();
      await browser.get();
      const [mine, victim] = [other(), other()];
      await browser.post({ address: mine });
      const codes = [smtp.codeFor(email), smtp.codeFor(mine)];
      smtp.behaviour = 'refuses';
      await browser.post({ address: victim });
      for (const code of codes) expect((await browser.post({ code })).body).toContain('This code is wrong.');
    });

    it('has five tries over all addresses', async () => {
      const { browser } = await logIn();
      await browser.get();
      const replies = [];
      for (let address = 1; address <= 3; address += 1) {
        await browser.post({ address: other() });
        for (let tries = 1; tries <= 2 && replies.length < 5; tries += 1)
          replies.push(await browser.post({ code: '000000' }));
      }
      expect(replies.map(({ status }) => status)).toEqual([422, 422, 422, 422, 200]);
      expect(continueClaimsOf(replies[4] ?? replies[0]!)).toMatchObject({
        outcome: 'denied',
        error: 'email_code_tries',
      });
    });

    it('can enter three addresses in a login, in any browser', async () => {
      const login = await logIn();
      await login.browser.get();
      const addresses = Array.from({ length: 5 }, other);
      const second = new StepBrowser(host);
      await second.arrive(login.token, login.state);
      const replies = [];
      for (const [index, address] of addresses.entries()) {
        replies.push(await (index % 2 === 0 ? login.browser : second).post({ address }));
      }
      expect(addresses.map(mailsTo)).toEqual([1, 1, 1, 0, 0]);
      expect(replies.map(({ body }) => body.includes(TOO_MANY_CHANGES))).toEqual([false, false, false, true, true]);
      expect((await login.browser.get()).body).toContain(addresses[2]);
    });

    it('can enter ten addresses in an hour for one user', async () => {
      const sub = `auth0|${randomUUID()}`;
      const refused = [];
      for (let number = 1; number <= 12; number += 1) {
        const { browser } = await logIn({ sub, email: undefined });
        const { body } = await browser.post({ address: other() });
        refused.push(body.includes(TOO_MANY_CHANGES));
      }
      expect(refused.indexOf(true)).toBe(10);
      expect(smtp.mails).toHaveLength(10);
    });

    it('cannot fill a mailbox by many accounts, nor by its other spellings', async () => {
      const name = `victim${randomUUID().replaceAll('-', '')}`;
      const spellings = [
        `${name}@example.net`,
        `${name.toUpperCase()}@EXAMPLE.net`,
        `${name}+1@example.net`,
        `${name}+2+3@example.net`,
        `${name.slice(0, 3)}.${name.slice(3)}@example.net`,
        `${name.slice(0, 4)}..${name.slice(4)}@example.net`,
        `${name}.@example.net`,
      ];
      const refused = [];
      for (const address of spellings) {
        const { browser } = await logIn();
        await browser.get();
        refused.push((await browser.post({ address })).body.includes(NOT_SENT));
      }
      expect(refused).toEqual([false, false, false, false, false, true, true]);
      const victim = await logIn({ email: `${name}@example.net` });
      await victim.browser.get();
      expect(smtp.codeFor(`${name}@example.net`)).toMatch(/^\d{6}$/);
      expect(mailsTo(`${name}@example.net`)).toBe(2);
    });

    it('learns nothing about the token’s address by guessing it', async () => {
      const { browser, email } = await logIn();
      await browser.get();
      const [right, wrong] = [await browser.post({ address: email }), await browser.post({ address: other() })];
      const shapeOf = ({ body }: { readonly body: string }): string =>
        body.replaceAll(/[\w-]+@example\.\w+/g, 'ADDRESS').replaceAll(/nonce="[^"]*"/g, '');
      expect(shapeOf(right)).toBe(shapeOf(wrong));
    });

    it('finds no address in the store', async () => {
      const written: string[] = [];
      const remember = jest.spyOn(MemoryReplayStore.prototype, 'remember');
      const count = jest.spyOn(MemoryReplayStore.prototype, 'count');
      const { browser } = await logIn();
      await browser.get();
      const address = other();
      await browser.post({ address });
      for (const { calls } of [remember.mock, count.mock]) written.push(JSON.stringify(calls));
      jest.restoreAllMocks();
      expect(written.join('').length).toBeGreaterThan(500);
      for (const text of written) expect(text).not.toContain(address.slice(0, 20));
      expect(mailsTo(address)).toBe(1);
    });
  });
});

it.each([
  ['Ada@Example.com', 'ada@example.com'],
  ['a.d.a+shop@example.com', 'ada@example.com'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
])('the mailbox of %s is %s', (address, key) => {
  expect(mailboxKeyOf(address)).toBe(key);
});

async function startHost(adapter: AdapterName, options: Partial<EmailCodeOptions>): Promise<HostApplication> {
  const useValue = { from: 'login@example.com', ...options };
  return HostApplication.start(adapter, {}, 'recorded', [EmailCodeStep], [{ provide: EMAIL_CODE_OPTIONS, useValue }]);
}

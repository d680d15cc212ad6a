import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { digest } from '../../src/auth-redirect/replay/digest.js';
import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { openSealed } from '../../src/auth-redirect/steps/seal.js';
import { SessionKey } from '../../src/auth-redirect/tenants/session-key.js';
import { codeOf } from '../../src/codes/code.js';
import { EMAIL_CODE_OPTIONS, EmailCodeStep, type EmailCodeOptions } from '../../src/steps/email-code/index.js';
import { ADAPTERS, HostApplication, type AdapterName, type Reply } from '../harness/application.js';
import { SmtpServer, startDribblingServer } from '../harness/smtp-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { NOW, SECRET, tokenWith, type Members } from '../harness/tokens.js';

const MINUTE = 60_000;
const SENT = 'We sent a 6-digit code to <bdi dir="ltr">';
const WRONG = 'This code is wrong.';
const TRIES = {
  outcome: 'denied',
  error: 'email_code_tries',
  error_description: 'You entered a wrong code too often. Sign in again to get a new code.',
};

/** With keys of this length, 6,000 entries fill the store. */
const LONG = 'x'.repeat(1000);

/** Returns the code with another last digit. */
const almost = (code: string, by = 1): string => code.slice(0, 5) + String((Number(code.slice(5)) + by) % 10);

interface Login {
  readonly browser: StepBrowser;
  readonly token: string;
  readonly state: string;
  readonly email: string;
}

describe.each(ADAPTERS)('the email code on %s', (adapter) => {
  let smtp: SmtpServer;
  let host: HostApplication;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
    host = await startHost(adapter, { smtpUrl: smtp.smtpUrl() });
  });
  beforeEach(() => {
    host.clock.milliseconds = NOW * 1000;
    smtp.mails.length = 0;
    smtp.behaviour = 'accepts';
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await host.stop();
    await smtp.stop();
  });

  const logIn = async (claims: Members = {}): Promise<Login> => logInAt(host, claims);
  const mailsTo = ({ email }: Login): number =>
    smtp.mails.filter(({ recipients }) => recipients.includes(email)).length;
  const after = (minutes: number): void => void (host.clock.milliseconds = NOW * 1000 + minutes * MINUTE);

  describe('that is correct', () => {
    it('completes the step with the address and the time', async () => {
      const login = await logIn();
      const page = await login.browser.get();
      expect(page.body).toContain(`${SENT}u•••@example.com</bdi>. It is valid for 10 minutes.`);
      expect(page.body).not.toContain(login.email);
      const reply = await login.browser.post({ code: smtp.codeFor(login.email) });
      expect(continueClaimsOf(reply)).toMatchObject({
        outcome: 'completed',
        steps: { 'email-code': { email: login.email, verifiedAt: '2026-11-23T12:00:00.000Z' } },
      });
    });

    it.each([
      ['in two groups', (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)}\t`],
      ['with a hyphen', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
      ['in Arabic digits', (code: string) => code.replaceAll(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.charAt(Number(digit)))],
      ['in Persian digits', (code: string) => code.replaceAll(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'.charAt(Number(digit)))],
      [
        'in full-width digits',
        (code: string) => code.replaceAll(/\d/g, (digit) => '０１２３４５６７８９'.charAt(Number(digit))),
      ],
      ['in Devanagari digits', (code: string) => code.replaceAll(/\d/g, (digit) => '०१२३४५६७८९'.charAt(Number(digit)))],
      ['with the sentence of the mail', (code: string) => `Your code is ${code}. It is valid for 10 minutes.`],
      ['between invisible marks', (code: string) => `\u2066${code}\u2069\u200b`],
    ])('can be typed %s', async (_name, written) => {
      const { browser, email } = await logIn();
      await browser.get();
      expect(continueClaimsOf(await browser.post({ code: written(smtp.codeFor(email)) })).outcome).toBe('completed');
    });

    it('can begin with a zero', async () => {
      let login = await logIn();
      await login.browser.get();
      while (!smtp.codeFor(login.email).startsWith('0')) {
        login = await logIn();
        await login.browser.get();
      }
      const code = smtp.codeFor(login.email);
      expect((await login.browser.post({ code: code.replace(/^0+/, '') })).status).toBe(422);
      expect(continueClaimsOf(await login.browser.post({ code })).outcome).toBe('completed');
    });

    it('differs on a replica without a shared store, which sends its own', async () => {
      const replica = await startHost(adapter, { smtpUrl: smtp.smtpUrl() });
      const login = await logIn();
      await login.browser.get();
      const code = smtp.codeFor(login.email);
      const other = await again(replica, login);
      await other.get();
      expect(mailsTo(login)).toBe(2);
      expect((await other.post({ code })).status).toBe(422);
      expect(continueClaimsOf(await other.post({ code: smtp.codeFor(login.email) })).outcome).toBe('completed');
      await replica.stop();
    });

    it('works in another browser that opened the same address, and on the fifth try', async () => {
      const login = await logIn();
      await login.browser.get();
      const code = smtp.codeFor(login.email);
      for (let by = 1; by < 5; by += 1) await login.browser.post({ code: almost(code, by) });
      const other = await again(host, login);
      expect(continueClaimsOf(await other.post({ code })).outcome).toBe('completed');
    });
  });

  describe('that is wrong', () => {
    it('shows the page again, four times, and then denies the login', async () => {
      const { browser, email } = await logIn();
      await browser.get();
      for (let by = 1; by < 5; by += 1) {
        const reply = await browser.post({ code: almost(smtp.codeFor(email), by) });
        expect(reply.status).toBe(422);
        expect(reply.body).toContain(`<p class="problem" id="code-problem">${WRONG}`);
        expect(reply.body).toContain('aria-invalid="true" aria-describedby="code-problem" autofocus');
      }
      expect(continueClaimsOf(await browser.post({ code: almost(smtp.codeFor(email), 5) }))).toMatchObject(TRIES);
      expect(continueClaimsOf(await browser.post({ code: smtp.codeFor(email) }))).toMatchObject(TRIES);
    });

    it('leaves no tries for a replayed cookie or a second browser', async () => {
      const login = await logIn();
      await login.browser.get();
      const thief = login.browser.copy();
      const code = smtp.codeFor(login.email);
      for (let by = 1; by < 4; by += 1) await login.browser.post({ code: almost(code, by) });
      const other = await again(host, login);
      expect((await other.post({ code: almost(code, 4) })).status).toBe(422);
      expect(continueClaimsOf(await other.post({ code: almost(code, 5) }))).toMatchObject(TRIES);
      expect(continueClaimsOf(await thief.post({ code }))).toMatchObject(TRIES);
      expect(continueClaimsOf(await (await again(host, login)).post({ code }))).toMatchObject(TRIES);
      const elsewhere = await again(host, { ...login, state: 'another-state' });
      expect(continueClaimsOf(await elsewhere.post({ code }))).toMatchObject(TRIES);
    });

    it('has five tries in parallel posts with several states too', async () => {
      const login = await logIn();
      await login.browser.get();
      const code = smtp.codeFor(login.email);
      const browsers = await Promise.all(
        Array.from({ length: 9 }, async (_each, index) => again(host, { ...login, state: `state-${index}-${code}` })),
      );
      const replies = await Promise.all(
        browsers.map(async (browser, index) => browser.post({ code: index === 8 ? code : almost(code, index + 1) })),
      );
      expect(replies.filter(({ status }) => status === 422)).toHaveLength(4);
      for (const reply of replies.filter(({ status }) => status === 200)) {
        expect(continueClaimsOf(reply)).toMatchObject(TRIES);
      }
    });

    it.each([
      ['the counter of its tries', (store: MemoryReplayStore, at: number) => store.count(`${LONG}${at}`, NOW + 3600)],
      ['its beginning', (store: MemoryReplayStore, at: number) => store.remember(`${LONG}${at}`, '', NOW + 3600)],
    ])('is not valid any more once the store has lost %s', async (_what, add) => {
      const login = await logIn();
      await login.browser.get();
      const code = smtp.codeFor(login.email);
      for (let by = 1; by < 5; by += 1) expect((await login.browser.post({ code: almost(code, by) })).status).toBe(422);
      for (let at = 0; at < 6000; at += 1) add(storeOf(host), at);
      let reply = await login.browser.post({ code });
      while (reply.status === 422) reply = await login.browser.post({ code });
      expect(continueClaimsOf(reply)).toMatchObject(TRIES);
    });

    it('is followed by another one once the store has lost the counter of its tries', async () => {
      const login = await logIn();
      await login.browser.get();
      const code = smtp.codeFor(login.email);
      for (let at = 0; at < 6000; at += 1) storeOf(host).count(`${LONG}${at}`, NOW + 3600);
      expect((await login.browser.post({ code })).body).toContain('This code has expired');
      after(2);
      await login.browser.post({ resend: 'yes' });
      expect(smtp.codeFor(login.email)).not.toBe(code);
      expect(continueClaimsOf(await login.browser.post({ code: smtp.codeFor(login.email) })).outcome).toBe('completed');
    });

    it('has twenty tries an hour for one user across all logins', async () => {
      const sub = `auth0|${randomUUID()}`;
      for (let login = 1; login <= 5; login += 1) {
        const { browser, email } = await logIn({ sub });
        await browser.get();
        const code = smtp.codeFor(email);
        for (let by = 1; by <= 3; by += 1) await browser.post({ code: almost(code, by) });
        const last = await browser.post({ code: login === 5 ? almost(code, 4) : code });
        expect(continueClaimsOf(last).outcome).toBe(login === 5 ? 'denied' : 'completed');
      }
      const locked = await logIn({ sub });
      await locked.browser.get();
      after(13.5);
      expect(continueClaimsOf(await locked.browser.post({ code: smtp.codeFor(locked.email) }))).toMatchObject({
        ...TRIES,
        error_description: 'You entered a wrong code too often. Sign in again in 47 minutes.',
      });
      after(60);
      const later = await logIn({ sub, iat: NOW + 3600, exp: NOW + 4500 });
      await later.browser.get();
      expect(continueClaimsOf(await later.browser.post({ code: smtp.codeFor(later.email) })).outcome).toBe('completed');
    });

    it.each(['', '12345', '1234567', 'abcdef', '12345６7', '123456 654321'])(
      'does not count if it is not a code: %j',
      async (code) => {
        const { browser, email } = await logIn();
        await browser.get();
        for (let time = 1; time <= 6; time += 1) {
          expect((await browser.post({ code })).body).toContain('Enter the 6 digits of the code.');
        }
        expect(continueClaimsOf(await browser.post({ code: smtp.codeFor(email) })).outcome).toBe('completed');
      },
    );

    it('may be the code of another login, user or step', async () => {
      const login = await logIn();
      await login.browser.get();
      const other = await logIn();
      await other.browser.get();
      const ofOther = smtp.codeFor(other.email);
      expect(ofOther).not.toBe(smtp.codeFor(login.email));
      expect((await login.browser.post({ code: ofOther })).status).toBe(422);
      const key = digest('login-value', digest(login.token), 'email-code', 'begun-1');
      const [, mark = ''] = (storeOf(host).recall(key) ?? '').split(' ');
      const codeOfStep = (step: string): string =>
        codeOf({ secret: (name) => new SessionKey(SECRET).stepSecret(digest(login.token), step, name) }, mark);
      expect(codeOfStep('email-code')).toBe(smtp.codeFor(login.email));
      expect((await login.browser.post({ code: codeOfStep('other-step') })).status).toBe(422);
    });
  });

  describe('over time', () => {
    it('expires after ten minutes, and the next is sent', async () => {
      const early = await logIn({ exp: NOW + 3600 });
      const late = await logIn({ exp: NOW + 3600 });
      await early.browser.get();
      await late.browser.get();
      const code = smtp.codeFor(late.email);
      host.clock.milliseconds += 10 * MINUTE - 1;
      expect(continueClaimsOf(await early.browser.post({ code: smtp.codeFor(early.email) })).outcome).toBe('completed');
      host.clock.milliseconds += 1;
      const reply = await late.browser.post({ code });
      expect(reply.body).toContain('This code has expired. Use the code in the latest email.');
      expect(mailsTo(late)).toBe(2);
      expect(smtp.codeFor(late.email)).not.toBe(code);
      expect(continueClaimsOf(await late.browser.post({ code: smtp.codeFor(late.email) })).outcome).toBe('completed');
    });

    it('changes in a mail of its last two minutes, and both are valid', async () => {
      const [first, second] = [await logIn({ exp: NOW + 3600 }), await logIn({ exp: NOW + 3600 })];
      const codes: string[] = [];
      for (const login of [first, second]) {
        await login.browser.get();
        codes.push(smtp.codeFor(login.email));
      }
      after(8);
      for (const { browser } of [first, second]) expect((await browser.post({ resend: 'yes' })).status).toBe(200);
      expect([first, second].map(mailsTo)).toEqual([2, 2]);
      expect(continueClaimsOf(await first.browser.post({ code: codes[0] ?? '' })).outcome).toBe('completed');
      after(17);
      const latest = smtp.codeFor(second.email);
      expect(latest).not.toBe(codes[1]);
      expect(continueClaimsOf(await second.browser.post({ code: latest })).outcome).toBe('completed');
    });

    it('is not announced as valid for longer than the login', async () => {
      const { browser, email } = await logIn({ exp: NOW + 300 });
      expect((await browser.get()).body).toContain('It is valid for 5 minutes.');
      expect(smtp.mails.at(-1)?.text).toContain(`Your code is ${smtp.codeFor(email)}. It is valid for 5 minutes.`);
      after(5);
      expect((await browser.post({ code: smtp.codeFor(email) })).body).toContain('took too long');
    });
  });

  describe('by mail', () => {
    it('is sent once in spite of reloads and other browsers', async () => {
      const login = await logIn();
      await Promise.all([login.browser.get(), login.browser.get(), login.browser.copy().get()]);
      const other = await again(host, login);
      expect((await other.get()).body).toContain(SENT);
      await other.post({ code: almost(smtp.codeFor(login.email)) });
      expect(mailsTo(login)).toBe(1);
    });

    it('is sent again unchanged after a minute, and the page confirms it', async () => {
      const login = await logIn();
      await login.browser.get();
      const code = smtp.codeFor(login.email);
      host.clock.milliseconds += 20_000;
      const paused = await login.browser.post({ resend: 'yes', code: '12' });
      expect(paused.status).toBe(422);
      expect(paused.body).toContain('Wait 40 seconds before you request another code.');
      host.clock.milliseconds += 40_000;
      const sent = await login.browser.post({ resend: 'yes', code: '' });
      expect(sent.status).toBe(200);
      expect(sent.body).toContain('<p class="notice" role="status">We sent another email.</p>');
      expect(sent.body).toContain('It is valid for 9 minutes.');
      expect(mailsTo(login)).toBe(2);
      expect(smtp.codeFor(login.email)).toBe(code);
      expect((await login.browser.get()).body).not.toContain('We sent another email');
      expect((await (await again(host, login)).post({ resend: 'yes' })).body).toContain('Wait 60 seconds');
    });

    it('is sent once for parallel requests', async () => {
      const login = await logIn();
      await login.browser.get();
      after(2);
      const others = await Promise.all(
        [1, 2, 3].map(async (each) => again(host, { ...login, state: `${each}-state` })),
      );
      await Promise.all(others.map(async (browser) => browser.post({ resend: 'yes' })));
      expect(mailsTo(login)).toBe(2);
    });

    it('is sent at most five times in a login', async () => {
      const login = await logIn();
      await login.browser.get();
      for (let mail = 2; mail <= 5; mail += 1) {
        after(mail);
        expect((await login.browser.post({ resend: 'yes' })).status).toBe(200);
      }
      after(6);
      const reply = await login.browser.post({ resend: 'yes' });
      expect(reply.body).toContain('We cannot send another code at the moment.');
      expect(mailsTo(login)).toBe(5);
      expect(continueClaimsOf(await login.browser.post({ code: smtp.codeFor(login.email) })).outcome).toBe('completed');
    });

    it('is sent at most ten times an hour to one user', async () => {
      const sub = `auth0|${randomUUID()}`;
      const email = `${randomUUID()}@example.com`;
      for (let login = 1; login <= 10; login += 1) await (await logIn({ sub, email, jti: randomUUID() })).browser.get();
      const page = await (await logIn({ sub, email, jti: randomUUID() })).browser.get();
      expect(page.body).toContain('We cannot send another code at the moment.');
      expect(page.body).not.toContain(SENT);
      expect(smtp.mails).toHaveLength(10);
    });
  });

  describe('without a mail server', () => {
    let impatient: HostApplication;
    beforeAll(async () => {
      impatient = await startHost(adapter, { smtpUrl: smtp.smtpUrl(), sendTimeout: 2 });
    });
    beforeEach(() => {
      impatient.clock.milliseconds = NOW * 1000;
    });
    afterAll(() => impatient.stop());

    it.each(['refuses', 'hangs'] as const)(
      'shows a message if the server %s, and sends as soon as it works again',
      async (behaviour) => {
        const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
        const login = await logInAt(impatient, {});
        smtp.behaviour = behaviour;
        const started = Date.now();
        const failed = await login.browser.get();
        expect(Date.now() - started).toBeLessThan(5000);
        expect(failed.status).toBe(200);
        expect(failed.body).toContain('We could not send the email with the code. Try again.');
        expect(failed.body).not.toContain(SENT);
        const second = await login.browser.post({ resend: 'yes' });
        expect(second.body).toContain('could not send the email');
        expect(second.body).not.toContain(SENT);
        const lines = errors.mock.calls.map(([line]) => line as { message: string });
        expect(lines).toHaveLength(2);
        expect(lines[0]).toEqual({
          message: expect.stringMatching(/^a mail with a code could not be sent: E[A-Z]+( \d{3})?$/),
          reference: expect.any(String),
          tenant: expect.any(String),
          step: 'email-code',
        });
        smtp.behaviour = 'accepts';
        expect((await login.browser.get()).body).toContain(SENT);
        expect(mailsTo(login)).toBe(1);
        const reply = await login.browser.post({ code: smtp.codeFor(login.email) });
        expect(continueClaimsOf(reply).outcome).toBe('completed');
      },
    );

    it('aborts a connection that never ends', async () => {
      jest.spyOn(Logger.prototype, 'error').mockReturnValue();
      const { port, server } = await startDribblingServer();
      const dribbled = await startHost(adapter, { smtpUrl: `smtp://localhost:${port}`, sendTimeout: 2 });
      const { browser } = await logInAt(dribbled, {});
      const started = Date.now();
      expect((await browser.get()).body).toContain('could not send the email');
      expect(Date.now() - started).toBeLessThan(5000);
      await dribbled.stop();
      await new Promise((resolve) => server.close(resolve));
    });
  });

  describe('as a secret', () => {
    it('is in no cookie, not in the store and not in the log', async () => {
      const written: string[] = [];
      const lines: unknown[] = [];
      for (const method of ['log', 'warn', 'error', 'debug', 'verbose'] as const) {
        jest.spyOn(Logger.prototype, method).mockImplementation((...line) => void lines.push(line));
      }
      for (const method of ['remember', 'count'] as const) {
        const original = MemoryReplayStore.prototype[method] as (...given: unknown[]) => unknown;
        jest.spyOn(MemoryReplayStore.prototype, method).mockImplementation(function (
          this: unknown,
          ...given: unknown[]
        ) {
          const result = original.apply(this, given);
          written.push(JSON.stringify([given, result]));
          return result as never;
        });
      }
      const login = await logIn();
      const page = await login.browser.get();
      const code = smtp.codeFor(login.email);
      const cookies = [...login.browser.cookies.values()];
      smtp.behaviour = 'refuses';
      after(1);
      await login.browser.post({ resend: 'yes' });
      await login.browser.post({ code: almost(code) });
      const sealed = cookies.join('');
      const [, loginId = ''] = /login=(.*)/.exec(login.browser.location) ?? [];
      const key = new SessionKey(SECRET).stepSessionKey(loginId);
      const session = openSealed(sealed, 'step-session', key) ?? '';
      const { sessionToken, ...rest }: { sessionToken: string } = JSON.parse(session);
      expect(sessionToken).toBe(login.token);
      expect(written.length).toBeGreaterThan(5);
      expect(lines.length).toBeGreaterThan(0);
      for (const place of [JSON.stringify(rest), sealed, page.body, ...written, JSON.stringify(lines)]) {
        expect(place).not.toContain(code);
        expect(place).not.toContain(login.email);
      }
    });
  });

  describe('and the address', () => {
    it.each([
      undefined,
      '',
      42,
      ['a@example.com'],
      { address: 'a@example.com' },
      'nobody',
      'a@example.com\r\nBcc: eve@example.com',
      'a@example.com\nX: y',
      'a@example.com, eve@example.com',
      'a@example.com;eve@example.com',
      'a@example.com eve@example.com',
      'Ada <a@example.com>',
      '<a@example.com>',
      '"a,b"@example.com',
      '"a\r\nBcc: eve@example.com"@example.com',
      'a@example.com(comment)',
      'a@[127.0.0.1]',
      'a@b@example.com',
      'a\u0000@example.com',
      'a\u202e@example.com',
      `${'a'.repeat(65)}@example.com`,
      `a@${'b.'.repeat(130)}com`,
    ])('is not sent, and the login is denied, if the address is %j', async (email) => {
      const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
      const { browser } = await logIn({ email });
      const page = await browser.get();
      expect(page.status).toBe(200);
      expect(page.body).toContain('<h1><bdi>Email address</bdi></h1>');
      expect(page.body).toContain('Your account has no email address for the code. Contact support to add one.');
      expect(page.body).not.toContain('name="code"');
      expect(continueClaimsOf(await browser.post({}))).toMatchObject({
        outcome: 'denied',
        error: 'email_address_missing',
        error_description: 'Your account has no email address for the code. Contact support to add one.',
      });
      expect(smtp.mails).toEqual([]);
      expect(warnings).toHaveBeenCalledTimes(1);
    });

    it.each([
      'Ada.Lovelace+x@Example.COM',
      'o’neill@example.com',
      'ä@bücher.example',
      'taro..yamada@docomo.ne.jp',
      '.taro.@ezweb.ne.jp',
      '用户@例え.jp',
      "o'neill{}|=?@example.com",
    ])('is sent to exactly the address %s, and the Action receives it unchanged', async (email) => {
      const { browser } = await logIn({ email });
      await browser.get();
      const [mail] = smtp.mails;
      expect(mail?.recipients).toHaveLength(1);
      expect(mail?.headers.get('bcc')).toBeUndefined();
      const code = /\d{6}/.exec(mail?.subject ?? '')?.[0] ?? '';
      expect(continueClaimsOf(await browser.post({ code })).steps).toMatchObject({ 'email-code': { email } });
    });
  });
});

async function startHost(adapter: AdapterName, options: Partial<EmailCodeOptions>): Promise<HostApplication> {
  const useValue = { from: 'login@example.com', ...options };
  return HostApplication.start(adapter, {}, 'recorded', [EmailCodeStep], [{ provide: EMAIL_CODE_OPTIONS, useValue }]);
}

async function logInAt(host: HostApplication, claims: Members): Promise<Login> {
  const id = randomUUID();
  const email = `u-${id}@example.com`;
  const token = tokenFor({ sub: `auth0|${id}`, email, ...claims });
  const browser = new StepBrowser(host);
  await browser.arrive(token, `state-${id}`);
  return { browser, token, state: `state-${id}`, email: typeof claims.email === 'string' ? claims.email : email };
}

function tokenFor(claims: Members): string {
  return tokenWith({ steps: ['email-code'], ...claims });
}

function storeOf(host: HostApplication): MemoryReplayStore {
  const store = host.provider(ReplayStore);
  if (!(store instanceof MemoryReplayStore)) throw new TypeError('the store is not in memory');
  return store;
}

/** Opens Auth0's redirect URL in another browser. */
async function again(host: HostApplication, { token, state }: Login): Promise<StepBrowser> {
  const browser = new StepBrowser(host);
  const reply: Reply = await browser.arrive(token, state);
  expect(reply.status).toBe(303);
  return browser;
}

import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import { redisReplayStore } from '../../src/redis/index.js';
import {
  SMS_CODE_OPTIONS,
  SMS_MESSAGE_HOOK,
  SmsCodeStep,
  type SmsCodeOptions,
  type SmsMessageEvent,
} from '../../src/steps/sms-code/index.js';
import { ADAPTERS, HostApplication, type AdapterName } from '../harness/application.js';
import { answers, FAILURES, Gateway } from '../harness/gateway.js';
import { RedisServer } from '../harness/redis-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith, type Members } from '../harness/tokens.js';

const MINUTE = 60_000;
const SENT = 'We sent a 6-digit code by text message to <bdi dir="ltr">';
const NOT_SENT = 'We cannot send another code at the moment.';
const NOT_ALLOWED = 'We cannot send a code to this phone number.';
const FORM = '<input type="tel" id="phone" name="phone"';
const TRIES = { outcome: 'denied', error: 'sms_code_tries' };

let numbers = 0;
/** Returns a German mobile number that no other test uses. */
const newNumber = (): string => `+49151${String((numbers += 1) + 10_000_000)}`;
const almost = (code: string, by = 1): string => code.slice(0, 5) + String((Number(code.slice(5)) + by) % 10);

interface Login {
  readonly browser: StepBrowser;
  readonly token: string;
  readonly state: string;
  readonly number: string;
}

async function logInAt(host: HostApplication, claims: Members = {}): Promise<Login> {
  const id = randomUUID();
  const number = newNumber();
  const token = tokenWith({ steps: ['sms-code'], sub: `auth0|${id}`, phone_number: number, nonce: id, ...claims });
  const browser = new StepBrowser(host);
  await browser.arrive(token, `state-${id}`);
  return {
    browser,
    token,
    state: `state-${id}`,
    number: typeof claims.phone_number === 'string' ? claims.phone_number : number,
  };
}

async function startHost(
  adapter: AdapterName,
  {
    onMessage = () => undefined,
    ...options
  }: SmsCodeOptions & { readonly onMessage?: (event: SmsMessageEvent) => void },
  publicUrl = 'https://login.example.com/redirect',
  redisUrl?: string,
): Promise<HostApplication> {
  const providers = [
    { provide: SMS_CODE_OPTIONS, useValue: options },
    { provide: SMS_MESSAGE_HOOK, useValue: onMessage },
  ];
  const made = redisUrl === undefined ? {} : { replayStore: redisReplayStore({ url: redisUrl, deadline: 5000 }) };
  return HostApplication.start(adapter, { publicUrl }, 'recorded', [SmsCodeStep], providers, made);
}

describe.each(ADAPTERS)('the code by text message on %s', (adapter) => {
  let gateway: Gateway;
  let host: HostApplication;
  const events: SmsMessageEvent[] = [];
  beforeAll(async () => {
    gateway = await Gateway.start();
    host = await startHost(adapter, {
      countries: ['DE', 'AT'],
      product: 'Example',
      gateway: gateway.options(),
      onMessage: (event) => void events.push(event),
    });
  });
  beforeEach(() => {
    host.clock.milliseconds += 2 * 60 * MINUTE; // the limits of an hour
    gateway.requests.length = 0;
    events.length = 0;
    gateway.respond = answers(200, '{"messages":[{"status":"0"}]}');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await host.stop();
    await gateway.stop();
  });

  const now = (): number => host.clock.milliseconds / 1000;
  const logIn = async (claims: Members = {}): Promise<Login> =>
    logInAt(host, { iat: now(), exp: now() + 3600, ...claims });
  const again = async ({ token, state }: Login): Promise<StepBrowser> => {
    const browser = new StepBrowser(host);
    await browser.arrive(token, state);
    return browser;
  };

  it('completes the step with the number and the time', async () => {
    const { browser, number } = await logIn();
    const page = await browser.get();
    expect(page.body).toContain(`${SENT}•••\u00A0${number.slice(-2)}</bdi>. It is valid for 10 minutes.`);
    expect(page.body).not.toContain(number.slice(1, -2));
    expect(page.body).toContain('autocomplete="one-time-code"');
    const code = gateway.codeFor(number);
    expect(gateway.textsTo(number)).toEqual([
      `Example: Your code is ${code}. Do not share it.\n@login.example.com #${code}`,
    ]);
    expect(continueClaimsOf(await browser.post({ code }))).toMatchObject({
      outcome: 'completed',
      steps: { 'sms-code': { phone_number: number, verifiedAt: new Date(host.clock.milliseconds).toISOString() } },
    });
    expect(events).toEqual([{ tenant: expect.any(String), step: 'sms-code', country: 'DE', outcome: 'sent' }]);
  });

  it('can be pasted with the whole message', async () => {
    const { browser, number } = await logIn();
    await browser.get();
    const [text = ''] = gateway.textsTo(number);
    expect(continueClaimsOf(await browser.post({ code: text })).outcome).toBe('completed');
  });

  it('is sent once to two people with one link, and to nobody again after a reload', async () => {
    const login = await logIn();
    const other = await again(login);
    await Promise.all([login.browser.get(), login.browser.get(), other.get()]);
    await other.post({ code: almost(gateway.codeFor(login.number)) });
    expect(gateway.textsTo(login.number)).toHaveLength(1);
  });

  it('is worth nothing in a second login of the same user', async () => {
    const login = await logIn();
    await login.browser.get();
    const code = gateway.codeFor(login.number);
    const second = await logIn({ sub: 'auth0|second', phone_number: login.number });
    await second.browser.get();
    expect((await second.browser.post({ code })).body).toContain('This code is wrong.');
    expect(continueClaimsOf(await login.browser.post({ code })).outcome).toBe('completed');
  });

  it('has five tries per login, with any cookie or browser', async () => {
    const login = await logIn();
    await login.browser.get();
    const code = gateway.codeFor(login.number);
    const thief = login.browser.copy();
    for (let by = 1; by <= 4; by += 1) {
      const browser = by % 2 === 0 ? login.browser.copy() : await again(login);
      expect((await browser.post({ code: almost(code, by) })).status).toBe(422);
    }
    expect(continueClaimsOf(await thief.post({ code: almost(code, 5) }))).toMatchObject(TRIES);
    expect(continueClaimsOf(await (await again(login)).post({ code }))).toMatchObject(TRIES);
  });

  it('is sent again after a minute, unchanged', async () => {
    const { browser, number } = await logIn();
    await browser.get();
    const code = gateway.codeFor(number);
    expect((await browser.post({ resend: 'yes' })).body).toContain('Wait 60 seconds');
    host.clock.milliseconds += MINUTE;
    expect((await browser.post({ resend: 'yes' })).body).toContain('We sent another text message.');
    expect(gateway.textsTo(number)).toHaveLength(2);
    expect(gateway.codeFor(number)).toBe(code);
  });

  it('expires, and the page names the message with the next one', async () => {
    const { browser, number } = await logIn();
    await browser.get();
    const code = gateway.codeFor(number);
    host.clock.milliseconds += 10 * MINUTE;
    expect((await browser.post({ code })).body).toContain('Use the code in the latest text message.');
    expect(continueClaimsOf(await browser.post({ code: gateway.codeFor(number) })).outcome).toBe('completed');
  });

  describe('within limits', () => {
    it('is sent to a number five times an hour over all users', async () => {
      const phone_number = newNumber();
      const pages = [];
      for (let user = 1; user <= 6; user += 1) pages.push(await (await logIn({ phone_number })).browser.get());
      expect(pages.map(({ body }) => body.includes(SENT))).toEqual([true, true, true, true, true, false]);
      expect(pages[5]?.body).toContain(NOT_SENT);
      expect(gateway.textsTo(phone_number)).toHaveLength(5);
      expect(events.at(-1)).toMatchObject({ country: 'DE', outcome: 'limit_number' });
    });

    it('is sent as often to a number that tokens spell with another prefix, and to the number that was checked', async () => {
      const number = newNumber();
      const spellings = [number, number.replace('+49', '+490')];
      for (let user = 1; user <= 6; user += 1) await (await logIn({ phone_number: spellings[user % 2] })).browser.get();
      expect(gateway.requests).toHaveLength(5);
      expect(gateway.textsTo(number)).toHaveLength(5);
      expect(events.at(-1)).toMatchObject({ country: 'DE', outcome: 'limit_number' });
    });

    it('is sent to a user ten times an hour over all numbers', async () => {
      const sub = `auth0|${randomUUID()}`;
      for (let login = 1; login <= 10; login += 1) await (await logIn({ sub })).browser.get();
      expect((await (await logIn({ sub })).browser.get()).body).toContain(NOT_SENT);
      expect(gateway.requests).toHaveLength(10);
      expect(events.at(-1)?.outcome).toBe('limit_user');
    });

    it('is sent to a country as often as configured, and still to the others', async () => {
      const limited = await startHost(adapter, {
        countries: ['DE', 'AT'],
        perCountryPerHour: 3,
        gateway: gateway.options(),
      });
      const warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
      for (let user = 1; user <= 3; user += 1) await (await logInAt(limited)).browser.get();
      expect((await (await logInAt(limited)).browser.get()).body).toContain(NOT_SENT);
      expect((await (await logInAt(limited, { phone_number: '+436641234567' })).browser.get()).body).toContain(SENT);
      expect(gateway.requests).toHaveLength(4);
      expect(warnings.mock.calls.map(([line]) => (line as { message: string }).message)).toEqual([
        'no code was sent: the limit of messages to DE is used up',
      ]);
      await limited.stop();
    });
  });

  describe('to the number of the session token', () => {
    it.each([
      ['of another country', '+33612345678', 'refused_country'],
      ['of a country with the same calling code', '+18765551234', 'refused_country'],
      ['without a country', '+979123456789', 'refused_country'],
      ['of a premium service', '+499001234567', 'refused_type'],
      ['of no type', '+4990012345678', 'refused_type'],
      ['with shared costs', '+491801234567', 'refused_type'],
    ])('is denied before anything is sent, if it is %s', async (_what, phone_number, outcome) => {
      const { browser } = await logIn({ phone_number });
      const page = await browser.get();
      expect(page.body).toContain(NOT_ALLOWED);
      expect(page.body).not.toContain('name="code"');
      expect(continueClaimsOf(await browser.post({}))).toMatchObject({
        outcome: 'denied',
        error: 'phone_number_refused',
      });
      expect(gateway.requests).toEqual([]);
      expect(events[0]).toMatchObject({ country: outcome === 'refused_type' ? 'DE' : 'other', outcome });
    });

    it.each([
      undefined,
      '',
      '4915112345678',
      '+4915112345678 ',
      '+49 151 12345678',
      ['+4915112345678'],
      4_915_112_345_678,
    ])('is denied if it is %j', async (phone_number) => {
      const { browser } = await logIn({ phone_number });
      const page = await browser.get();
      expect(page.body).toContain('<h1><bdi>Phone number</bdi></h1>');
      expect(page.body).toContain('Your account has no phone number for the code.');
      expect(continueClaimsOf(await browser.post({}))).toMatchObject({
        outcome: 'denied',
        error: 'phone_number_missing',
      });
    });

    it('is not replaced by one that a form has, unless that is configured', async () => {
      const { browser, number } = await logIn();
      await browser.get();
      const stranger = newNumber();
      await browser.post({ phone: stranger });
      await browser.post({ change: 'yes' });
      await browser.get();
      expect([gateway.textsTo(number).length, gateway.textsTo(stranger).length]).toEqual([1, 0]);
    });
  });

  describe('to a number that the user enters', () => {
    let editable: HostApplication;
    beforeAll(async () => {
      const options = { countries: ['DE'], editableNumber: true, gateway: gateway.options() };
      editable = await startHost(adapter, options, 'http://localhost:3000/redirect');
    });
    afterAll(() => editable.stop());

    it('is marked for the Action, and the number is on the page in full', async () => {
      const { browser, number } = await logInAt(editable);
      await browser.get();
      expect((await browser.post({ change: 'yes' })).body).toContain(FORM);
      const entered = newNumber();
      const page = await browser.post({ phone: ` 0${entered.slice(3, 6)} ${entered.slice(6)} ` });
      expect(page.body).toContain(`>${entered}</bdi>`);
      expect([gateway.textsTo(number).length, gateway.textsTo(entered).length]).toEqual([1, 1]);
      expect((await browser.post({ code: gateway.codeFor(number) })).body).toContain('This code is wrong.');
      expect(continueClaimsOf(await browser.post({ code: gateway.codeFor(entered) })).steps).toEqual({
        'sms-code': { phone_number: entered, verifiedAt: '2026-11-23T12:00:00.000Z', enteredByUser: true },
      });
      expect(gateway.textsTo(entered)[0]).not.toContain('@localhost');
    });

    it('is requested if the token has none, or one that gets no message', async () => {
      for (const phone_number of [undefined, '+33612345678']) {
        const { browser } = await logInAt(editable, { phone_number });
        const form = await browser.get();
        expect(form.body).toContain(FORM);
        expect(form.body.includes(NOT_ALLOWED)).toBe(phone_number !== undefined);
        expect((await browser.post({})).body).toContain(FORM);
        const entered = newNumber();
        expect((await browser.post({ phone: entered })).body).toContain(SENT);
      }
    });

    it.each([
      ['+33 6 12 34 56 78', NOT_ALLOWED],
      ['0900 1234567', NOT_ALLOWED],
      ['nobody', 'Enter a phone number, like'],
      ['', 'Enter a phone number, like'],
    ])('is not sent to %j', async (phone, message) => {
      const { browser } = await logInAt(editable, { phone_number: undefined });
      const page = await browser.post({ phone });
      expect({ status: page.status, body: page.body }).toEqual({ status: 422, body: expect.stringContaining(message) });
      expect(page.body).toContain(FORM);
      expect(gateway.requests).toEqual([]);
    });

    it('goes to three numbers in a login', async () => {
      const { browser } = await logInAt(editable, { phone_number: undefined });
      for (let change = 1; change <= 3; change += 1) await browser.post({ phone: newNumber() });
      expect((await browser.post({ phone: newNumber() })).body).toContain('You changed the number too often.');
      expect(gateway.requests).toHaveLength(3);
    });
  });

  it('is in no cookie, not in the store and not in the log, and neither is the number', async () => {
    const written: string[] = [];
    for (const method of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, method).mockImplementation((...line) => void written.push(JSON.stringify(line)));
    }
    for (const method of ['remember', 'count'] as const) {
      const original = MemoryReplayStore.prototype[method] as (...given: unknown[]) => unknown;
      jest.spyOn(MemoryReplayStore.prototype, method).mockImplementation(function (this: unknown, ...given: unknown[]) {
        const result = original.apply(this, given);
        written.push(JSON.stringify([given, result]));
        return result as never;
      });
    }
    const { browser, number } = await logIn();
    const page = await browser.get();
    const code = gateway.codeFor(number);
    gateway.respond = answers(400, JSON.stringify({ message: `${number} is not valid`, code }));
    host.clock.milliseconds += MINUTE;
    await browser.post({ resend: 'yes' });
    expect(written.join()).toContain('a message with a code could not be sent: status 400');
    for (const place of [page.body, ...browser.cookies.values(), ...written]) {
      expect(place).not.toContain(code);
      expect(place).not.toContain(number.slice(1));
    }
  });
});

describe('a gateway', () => {
  let gateway: Gateway;
  let host: HostApplication;
  const events: SmsMessageEvent[] = [];
  beforeAll(async () => {
    gateway = await Gateway.start();
    host = await startHost('express', {
      countries: ['DE'],
      gateway: { ...gateway.options(), timeout: 1 },
      onMessage: (event) => {
        events.push(event);
        throw new Error('a hook of the host');
      },
    });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await host.stop();
    await gateway.stop();
  });

  it.each(FAILURES)('that %s shows a message, is logged, and can be tried again', async (_name, respond, logged) => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const login = await logInAt(host);
    gateway.respond = respond;
    const page = await login.browser.get();
    expect(page.status).toBe(200);
    expect(page.body).toContain('We could not send the text message with the code. Try again.');
    expect(page.body).not.toContain(SENT);
    expect(errors.mock.calls[0]?.[0]).toEqual({
      message: `a message with a code could not be sent: ${logged}`,
      reference: expect.any(String),
      tenant: expect.any(String),
      step: 'sms-code',
    });
    expect(events.at(-1)?.outcome).toBe('failed');
    gateway.respond = answers(200, '{"messages":[{"status":"0"}]}');
    expect((await login.browser.post({ resend: 'yes' })).body).toContain('We sent another text message.');
    expect(continueClaimsOf(await login.browser.post({ code: gateway.codeFor(login.number) })).outcome).toBe(
      'completed',
    );
  });

  it('that does not listen shows a message', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const closed = await Gateway.start();
    const alone = await startHost('express', { countries: ['DE'], gateway: closed.options() });
    await closed.stop();
    const { browser } = await logInAt(alone);
    expect((await browser.get()).body).toContain('We could not send the text message');
    expect(errors.mock.calls[0]?.[0]).toMatchObject({
      message: 'a message with a code could not be sent: connection_failed (ECONNREFUSED)',
    });
    await alone.stop();
  });
});

describe('two replicas with one Redis', () => {
  let redis: RedisServer;
  let gateway: Gateway;
  beforeAll(async () => {
    [redis, gateway] = await Promise.all([RedisServer.start(), Gateway.start()]);
  });
  afterAll(async () => Promise.all([redis.stop(), gateway.stop()]));

  it('send one message for a login, check its code, and share the limit of a country', async () => {
    const options = { countries: ['DE'], perCountryPerHour: 2, gateway: gateway.options() };
    const one = await startHost('express', options, undefined, redis.url);
    const other = await startHost('fastify', options, undefined, redis.url);
    const claims = { iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 900 };
    for (const host of [one, other]) host.clock.milliseconds = claims.iat * 1000;
    const first = await logInAt(one, claims);
    const elsewhere = new StepBrowser(other);
    await elsewhere.arrive(first.token, first.state);
    await Promise.all([first.browser.get(), elsewhere.get()]);
    expect(gateway.textsTo(first.number)).toHaveLength(1);
    expect(continueClaimsOf(await elsewhere.post({ code: gateway.codeFor(first.number) })).outcome).toBe('completed');
    expect((await (await logInAt(other, claims)).browser.get()).body).toContain(SENT);
    expect((await (await logInAt(one, claims)).browser.get()).body).toContain(NOT_SENT);
    await Promise.all([one, other].map(async (host) => host.stop()));
  });
});

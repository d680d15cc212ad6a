import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocales } from '../../src/auth-redirect/locales/locales.js';
import { optionsFrom } from '../../src/auth-redirect/validation/validate.js';
import { smsCodeProblems, SmsGatewayOptions } from '../../src/steps/sms-code/index.js';
import { PRODUCT_MAX_LENGTH } from '../../src/steps/sms-code/sms-code.options.js';
import { SmsGateway } from '../../src/steps/sms-code/sms-gateway.js';
import { isOneMessage, smsText } from '../../src/steps/sms-code/sms-text.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { answers, Gateway } from '../harness/gateway.js';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const MESSAGE = { to: '+4915112345678', text: 'A&B: "123456" ü', code: '123456' };
const CLOCK = new FrozenClock(Date.parse('2026-11-27T12:00:00Z'));

describe('a preset', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  beforeEach(() => {
    gateway.requests.length = 0;
  });
  afterAll(() => gateway.stop());

  const sendWith = async (options: object): Promise<void> => {
    const given = { ...options, baseUrl: gateway.url, allowPrivateAddresses: true };
    expect(smsCodeProblems({ countries: ['DE'], gateway: given })).toEqual([]);
    await new SmsGateway(optionsFrom(SmsGatewayOptions, given), CLOCK).send(MESSAGE);
  };

  it('sends over Twilio', async () => {
    gateway.respond = answers(201);
    const account = { accountSid: ACCOUNT, from: 'Example' };
    await sendWith({ preset: 'twilio', account, secrets: { authToken: 'hidden' } });
    const [request] = gateway.requests;
    expect(request).toMatchObject({ method: 'POST', path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json` });
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from(`${ACCOUNT}:hidden`).toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      To: MESSAGE.to,
      From: 'Example',
      Body: MESSAGE.text,
    });
  });

  it('sends over Vonage', async () => {
    gateway.respond = answers(202);
    await sendWith({
      preset: 'vonage',
      account: { apiKey: 'abcd1234', from: 'Example' },
      secrets: { apiSecret: 'hidden' },
    });
    const [request] = gateway.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/messages' });
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('abcd1234:hidden').toString('base64')}`);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      message_type: 'text',
      channel: 'sms',
      to: '4915112345678',
      from: 'Example',
      text: MESSAGE.text,
    });
  });

  it('sends over MessageBird', async () => {
    gateway.respond = answers(201);
    await sendWith({ preset: 'messagebird', account: { from: 'Example' }, secrets: { accessKey: 'hidden' } });
    const [request] = gateway.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/messages' });
    expect(request?.headers.authorization).toBe('AccessKey hidden');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      originator: 'Example',
      recipients: ['4915112345678'],
      body: MESSAGE.text,
    });
  });

  it('sends over Amazon SNS, signed', async () => {
    gateway.respond = answers(200, '<PublishResponse/>');
    const secrets = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hidden', sessionToken: 'session' };
    await sendWith({ preset: 'aws-sns', account: { region: 'eu-central-1' }, secrets });
    const [request] = gateway.requests;
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261127\/eu-central-1\/sns\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/,
    );
    expect(request?.headers['x-amz-security-token']).toBe('session');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      Action: 'Publish',
      PhoneNumber: MESSAGE.to,
      Message: MESSAGE.text,
    });
  });

  it.each(['twilio', 'vonage', 'messagebird'])('of %s rejects a status other than its own', async (preset) => {
    gateway.respond = answers(204, '');
    const account = {
      twilio: { accountSid: ACCOUNT, from: 'Example' },
      vonage: { apiKey: 'abcd1234', from: 'Example' },
      messagebird: { from: 'Example' },
    }[preset];
    const name = { twilio: 'authToken', vonage: 'apiSecret', messagebird: 'accessKey' }[preset] ?? '';
    await expect(sendWith({ preset, account, secrets: { [name]: 'hidden' } })).rejects.toThrow('status 204');
  });
});

describe('a gateway that the configuration describes', () => {
  let gateway: Gateway;
  let folder: string;
  beforeAll(async () => {
    gateway = await Gateway.start();
    folder = mkdtempSync(join(tmpdir(), 'sms-gateway-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await gateway.stop();
  });

  it('receives values that are escaped for their place, and a secret that was replaced meanwhile', async () => {
    gateway.respond = answers(200);
    const token = join(folder, 'token');
    writeFileSync(token, 'first\n');
    const given = {
      url: `${gateway.url}/send?to={{to}}&text={{text}}`,
      headers: { authorization: 'Bearer {{secret.token}}' },
      body: { text: '{{code}}' },
      secretFiles: { token },
      allowPrivateAddresses: true,
    };
    const sender = new SmsGateway(optionsFrom(SmsGatewayOptions, given), CLOCK);
    await sender.send(MESSAGE);
    writeFileSync(token, 'second\n');
    await sender.send(MESSAGE);
    const [first, second] = gateway.requests;
    expect(first?.path).toBe(`/send?to=%2B4915112345678&text=${encodeURIComponent(MESSAGE.text)}`);
    expect([first, second].map((request) => request?.headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
    expect(first?.body).toBe('123456');
  });

  it.each([
    [{}, 'gateway.preset or url is missing: a preset is twilio, vonage, aws-sns, messagebird'],
    [{ preset: 'nobody' }, 'gateway.preset is none of twilio, vonage, aws-sns, messagebird'],
    [{ preset: 'vonage', url: 'https://a.example/' }, 'gateway.preset and url are both set: remove one'],
    [{ preset: 'vonage', account: { from: 'Example' } }, 'gateway.account has no apiKey like abcd1234'],
    [
      { preset: 'twilio', account: { accountSid: ACCOUNT } },
      'gateway.account has none of from, messagingServiceSid: set one',
    ],
    [{ preset: 'messagebird', account: { from: 'Example' } }, 'gateway.secretFiles has no accessKey: add its file'],
    [{ url: 'https://{{to}}.example/{{text}}' }, 'gateway.url has a placeholder in its host'],
    [{ url: 'http://a.example/{{to}}{{text}}' }, /^gateway\.url is not an https URL/],
    [{ url: 'https://a.example/{{to}}' }, 'gateway.url and body have no {{text}}'],
    [{ url: 'https://a.example/{{to}}/{{name}}' }, /^gateway\.url contains \{\{name\}\}, which is none of/],
    [
      { url: 'https://a.example/{{to}}{{text}}', headers: { a: '{{secret.token}}' } },
      'gateway.headers contains {{secret.token}}, but secretFiles has no token',
    ],
    [
      { url: 'https://a.example/{{to}}{{text}}', headers: { a: '{{to}}' } },
      'gateway.headers contains a placeholder that is not a secret',
    ],
    [
      { url: 'https://a.example/{{to}}{{text}}', secretFiles: { token: '/nowhere' } },
      'gateway.secretFiles token names a file that does not exist (ENOENT)',
    ],
    [{ url: 'https://a.example/{{to}}{{text}}', body: { json: 1, text: '' } }, /^gateway\.body is not one of/],
    [{ url: 'https://a.example/{{to}}{{text}}', retries: 2 }, /^gateway\.retries is not a known option \(known: /],
    [
      { url: 'https://a.example/{{to}}{{text}}', timeouts: 1 },
      'gateway.timeouts is not a known option: did you mean timeout?',
    ],
  ])('is rejected as %j', (given, problem) => {
    const problems = smsCodeProblems({ countries: ['DE'], gateway: given });
    const isExpected = (line: string): boolean => (typeof problem === 'string' ? line === problem : problem.test(line));
    expect(problems.filter(isExpected)).toHaveLength(1);
  });

  it('needs a list of countries', () => {
    expect(smsCodeProblems({ gateway: { url: 'https://a.example/{{to}}{{text}}' } })).toEqual([
      'countries is not a list of countries',
    ]);
  });
});

describe('the text of the message', () => {
  const locales = loadLocales(undefined);
  const contextIn = (locale: string) => ({ locale, t: locales.translate(locale) });

  it.each([...locales.tags])('fits into one message in %s, with the line for browsers', (locale) => {
    const text = smsText(contextIn(locale), '123456', 'Example', 'login.example.com');
    expect(text).toMatch(/^Example: .*123456.*\n@login\.example\.com #123456$/u);
    expect(isOneMessage(text)).toBe(true);
  });

  it.each([...locales.tags])('fits into one message in %s, with the longest name', (locale) => {
    const host = `${'a'.repeat(60)}.example.com`;
    const text = smsText(contextIn(locale), '123456', 'シ'.repeat(PRODUCT_MAX_LENGTH), host);
    expect(text).not.toContain(host);
    expect(isOneMessage(text)).toBe(true);
  });

  it('is measured in septets or in 16-bit units', () => {
    expect([160, 161].map((length) => isOneMessage('ä'.repeat(length)))).toEqual([true, false]);
    expect([80, 81].map((length) => isOneMessage('€'.repeat(length)))).toEqual([true, false]);
    expect([70, 71].map((length) => isOneMessage('ç'.repeat(length)))).toEqual([true, false]);
    expect([35, 36].map((length) => isOneMessage('😀'.repeat(length)))).toEqual([true, false]);
  });
});

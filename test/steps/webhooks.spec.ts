import { createHmac } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { AgeCheckStep, WEBHOOK_SECRET } from '../../examples/hand-off/age-check.step.js';
import { AuthRedirectError } from '../../src/auth-redirect/errors.js';
import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { ADAPTERS, HostApplication, type Call, type Reply } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { NOW, tokenWith } from '../harness/tokens.js';

const SECRET_OF_VENDOR = 'shared with the vendor';
const signatureOf = (body: string): string => createHmac('sha256', SECRET_OF_VENDOR).update(body).digest('hex');

describe.each(ADAPTERS)('a step with a webhook on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  let reference: string;
  let logins = 0;
  const start = async (nest = {}): Promise<HostApplication> =>
    HostApplication.start(
      adapter,
      { publicUrl: 'https://login.example.com/redirect' },
      'recorded',
      [AgeCheckStep],
      [{ provide: WEBHOOK_SECRET, useValue: SECRET_OF_VENDOR }],
      {},
      { rawBody: true, ...nest },
    );
  beforeAll(async () => {
    host = await start();
  });
  beforeEach(async () => {
    host.clock.milliseconds = NOW * 1000;
    host.refused.length = 0;
    [browser, reference] = await handedOff();
  });
  afterAll(async () => host.stop());

  const handedOff = async (): Promise<[StepBrowser, string]> => {
    const person = new StepBrowser(host);
    await person.arrive(tokenWith({ steps: ['age-check'], nonce: `nonce-${(logins += 1)}` }));
    await person.post({});
    const { searchParams } = new URL(person.location);
    person.location = searchParams.get('return_to')?.replace('https://login.example.com', '') ?? '';
    return [person, searchParams.get('reference') ?? ''];
  };
  const back = async (person = browser): Promise<Reply> => {
    await person.get();
    return person.get();
  };
  const post = async (body: string, call: Call = {}, to = host): Promise<Reply> =>
    to.request('/redirect/steps/age-check/webhook', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-signature': signatureOf(body) },
      ...call,
    });
  const deliver = async (result: string, of = reference): Promise<number> =>
    (await post(JSON.stringify({ reference: of, result }))).status;

  it('waits after the return, on a page that refreshes itself, until the result is there', async () => {
    const page = await back();
    expect(page.status).toBe(200);
    expect(page.headers.refresh).toBe(`3; url=${browser.location}`);
    expect(page.body).toContain('<p role="status">We wait for the result of your age check.</p>');
    expect((await browser.get()).body).toContain('>Check now</a>');
    expect(await deliver('adult')).toBe(200);
    expect((await browser.get()).status).toBe(303);
    expect(continueClaimsOf(await browser.get())).toMatchObject({
      outcome: 'completed',
      steps: { 'age-check': { adult: true } },
    });
    expect(host.refused).toEqual([]);
  });

  it('ends at the return if the result came before it', async () => {
    await deliver('minor');
    expect(continueClaimsOf(await back())).toMatchObject({ outcome: 'denied', error: 'underage' });
  });

  it('accepts a result twice, and keeps the first one', async () => {
    expect([await deliver('adult'), await deliver('adult'), await deliver('minor')]).toEqual([200, 200, 200]);
    expect(continueClaimsOf(await back()).outcome).toBe('completed');
    expect(await deliver('minor')).toBe(200);
    expect(continueClaimsOf(await browser.get()).outcome).toBe('completed');
  });

  it('has one result in two tabs', async () => {
    const tab = browser.copy();
    await Promise.all([back(), back(tab)]);
    await deliver('adult');
    await Promise.all([browser.get(), tab.get()]);
    const [one, other] = [continueClaimsOf(await browser.get()), continueClaimsOf(await tab.get())];
    expect(one.steps).toEqual({ 'age-check': { adult: true } });
    expect(other.steps).toEqual(one.steps);
  });

  it('shows another browser nothing', async () => {
    await deliver('adult');
    expect((await new StepBrowser(host).get(browser.location)).status).toBe(401);
  });

  it('ignores results for other, unknown and expired logins', async () => {
    const [other, otherReference] = await handedOff();
    await back();
    expect([await deliver('adult', otherReference), await deliver('adult', 'unknown')]).toEqual([200, 200]);
    expect((await browser.get()).body).toContain('We wait for the result');
    expect(continueClaimsOf(await back(other)).outcome).toBe('completed');
    host.clock.milliseconds += 900_000;
    expect(await deliver('adult')).toBe(200);
    expect((await browser.get()).status).toBe(401);
    expect(host.refused).toMatchObject([{ code: 'token_expired' }]);
  });

  it('can be cancelled while it waits', async () => {
    await back();
    expect(continueClaimsOf(await browser.post({ _cancel: 'yes' }))).toMatchObject({ error: 'cancelled' });
    await deliver('adult');
    expect(continueClaimsOf(await browser.get())).toMatchObject({ error: 'cancelled' });
  });

  it('refreshes at the latest when the login expires, and then stops', async () => {
    host.clock.milliseconds += 898_500;
    const page = await back();
    expect(page.headers.refresh).toMatch(/^2; /);
    host.clock.milliseconds += 2000;
    expect((await browser.get()).headers.refresh).toBeUndefined();
  });

  it('does not end by HEAD', async () => {
    await back();
    await deliver('adult');
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    expect((await host.request(browser.location, { method: 'HEAD', headers: { cookie } })).status).toBe(200);
  });

  it('refuses a webhook that the step rejects', async () => {
    const body = JSON.stringify({ reference, result: 'adult' });
    const headers = { 'content-type': 'application/json', 'x-signature': signatureOf(`${body} `) };
    expect((await post(body, { headers })).status).toBe(401);
    expect(host.refused).toMatchObject([{ code: 'webhook_rejected' }]);
    expect((await back()).body).toContain('We wait for the result');
  });

  it('gets the bytes unchanged, of any type', async () => {
    const body = `{ "reference":"${reference}",  "result": "\\u0061dult" }`;
    expect((await post(body)).status).toBe(200);
    const [other, otherReference] = await handedOff();
    const text = JSON.stringify({ reference: otherReference, result: 'adult' });
    const headers = { 'content-type': 'text/plain', 'x-signature': signatureOf(text) };
    expect((await post(text, { headers })).status).toBe(200);
    for (const person of [browser, other]) expect(continueClaimsOf(await back(person)).outcome).toBe('completed');
  });

  it('refuses a webhook of more than 64 KB', async () => {
    const body = JSON.stringify({ reference, result: 'x'.repeat(65_536) });
    expect((await post(body)).status).toBe(413);
  });

  it.each(['GET', 'HEAD', 'PUT'])('has no page for %s', async (method) => {
    expect((await post(method === 'PUT' ? '{}' : '', { method })).status).toBe(404);
  });

  it('has no webhook of unknown steps', async () => {
    expect((await host.request('/redirect/steps/other/webhook', { method: 'POST', headers: {} })).status).toBe(404);
  });

  it('stores only encrypted values', async () => {
    const stored: string[] = [];
    const remember = jest.spyOn(MemoryReplayStore.prototype, 'remember').mockImplementation((_key, value) => {
      stored.push(value);
      return value;
    });
    await deliver('adult');
    remember.mockRestore();
    expect(stored).toHaveLength(1);
    expect(stored.join()).not.toContain('adult');
    expect(stored.join()).not.toContain(reference);
  });

  it('is refused while the store does not answer, so that the vendor sends it again', async () => {
    const store = host.provider(ReplayStore);
    jest.spyOn(store, 'recall').mockImplementationOnce(() => {
      throw new AuthRedirectError('replay_store_unavailable');
    });
    expect([await deliver('adult'), await deliver('adult')]).toEqual([503, 200]);
    expect(continueClaimsOf(await back()).outcome).toBe('completed');
  });

  it('explains the fix if the host has parsed the body', async () => {
    const parsing = await start({ rawBody: false });
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    expect((await post('{}', {}, parsing)).status).toBe(500);
    expect(error.mock.calls.map(([line]) => (line as { message: string }).message)).toEqual([
      'the application has parsed the body of a webhook: create the application with { rawBody: true }',
    ]);
    error.mockRestore();
    await parsing.stop();
  });

  it('reads the body itself if no parser did: Fastify always parses JSON', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const raw = await start({ rawBody: false, bodyParser: false });
    const body = JSON.stringify({ reference: 'x', result: 'adult' });
    expect((await post(body, {}, raw)).status).toBe(adapter === 'express' ? 200 : 500);
    error.mockRestore();
    await raw.stop();
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS, type HostApplication, type Reply } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { NOW, tokenWith } from '../harness/tokens.js';
import { NOT_VALID, PUBLIC_URL, recordStepLog } from '../harness/vendor.js';
import { API_KEY, arrived, arrivedTwice, hostWith, VendorApi, type Failure } from '../harness/vendor-api.js';

const lines = recordStepLog();
const messages = (): string[] => lines.map((line) => (line as { message: string }).message);

let directory: string;
let headerFile: string;
let api: VendorApi;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'external-result-'));
  headerFile = join(directory, 'authorization');
  writeFileSync(headerFile, `${API_KEY}\n`);
  api = await VendorApi.start();
});
beforeEach(() => {
  Object.assign(api, { status: 'processing', failure: undefined, address: undefined, pendingSession: '', more: {} });
  api.received.length = 0;
  api.sessions.clear();
});
afterAll(async () => {
  await api.stop();
  rmSync(directory, { recursive: true });
});

describe.each(ADAPTERS)('a vendor whose result is read, on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  let page: string;
  beforeAll(async () => {
    host = await hostWith(adapter, api.options(headerFile));
  });
  beforeEach(async () => {
    host.clock.milliseconds = NOW * 1000;
    browser = await arrived(host);
    page = browser.location;
  });
  afterAll(async () => host.stop());

  /** Posts the form of the step's page, and returns the path at which the vendor sends the user back. */
  const goThere = async (person = browser): Promise<string> => {
    await person.post({}, person === browser ? page : person.location);
    const form = new URLSearchParams(api.received.findLast(({ method }) => method === 'POST')?.body);
    return form.get('return_url')?.replace(new URL(PUBLIC_URL).origin, '') ?? '';
  };
  /** Returns from the vendor, and follows the redirect. */
  const comeBack = async (path: string, person = browser): Promise<Reply> => {
    await person.get(path);
    return person.get();
  };
  const later = async (seconds: number, person = browser): Promise<Reply> => {
    host.clock.milliseconds += seconds * 1000;
    const reply = await person.get();
    return reply.status === 303 ? person.get() : reply;
  };

  it('creates a session there, sends the user to it, and reads its result after the return', async () => {
    const back = await goThere();
    expect(browser.location).toBe(`${api.origin}/verify/vs_1`);
    const [created] = api.received;
    expect(created).toMatchObject({
      method: 'POST',
      path: '/sessions',
      headers: { authorization: API_KEY, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(new URLSearchParams(created?.body).get('options[locale]')).toBe('en');
    api.status = 'verified';
    expect(continueClaimsOf(await comeBack(back))).toMatchObject({
      outcome: 'completed',
      steps: { external: { document: 'passport', age: null, verifiedAt: '2026-11-23T12:00:00.000Z' } },
    });
    expect(api.received.map(({ path }) => path)).toEqual(['/sessions', '/sessions/vs_1']);
  });

  it('waits while the vendor has no final result, and requests it less and less often', async () => {
    const waiting = await comeBack(await goThere());
    expect(waiting.body).toContain('<h1><bdi>Waiting for Identity Inc.</bdi></h1>');
    expect(waiting.body).toContain('>Start again at Identity Inc.</button>');
    expect(waiting.headers.refresh).toMatch(/^3; url=\/redirect\/steps\/external\?login=/);
    expect((await later(100)).headers.refresh).toMatch(/^10; /);
    expect((await later(600)).headers.refresh).toMatch(/^30; /);
    api.status = 'verified';
    expect(continueClaimsOf(await later(30)).outcome).toBe('completed');
  });

  it('requests the result once in two seconds, however often the page is requested', async () => {
    await comeBack(await goThere());
    api.received.length = 0;
    for (let count = 0; count < 5; count += 1) await browser.get();
    expect(api.received).toHaveLength(0);
    await later(2);
    await browser.get();
    expect(api.received).toHaveLength(1);
  });

  it('requests no result before the user returns', async () => {
    await goThere();
    expect((await browser.get(page)).body).toContain('You will continue to Identity Inc. and then return here.');
    expect(api.received).toHaveLength(1);
  });

  it('denies the login if the vendor declines', async () => {
    const back = await goThere();
    api.status = 'canceled';
    expect(continueClaimsOf(await comeBack(back))).toMatchObject({ outcome: 'denied', error: 'external_declined' });
  });

  it.each<Failure>(['another login', 'no handle'])('rejects the result of %s', async (failure) => {
    const back = await goThere();
    Object.assign(api, { status: 'verified', failure });
    const reply = await browser.get(back);
    expect(reply.status).toBe(422);
    expect(reply.body).toContain(NOT_VALID);
    expect(messages()).toEqual([
      `the return from the vendor was rejected: ${failure === 'no handle' ? 'handle_missing' : 'handle_invalid'}`,
    ]);
    const again = await goThere();
    api.failure = undefined;
    expect(continueClaimsOf(await comeBack(again)).outcome).toBe('completed');
  });

  it('never uses the result of another person', async () => {
    const thief = await arrived(host);
    const own = await goThere(thief);
    const back = await goThere();
    api.status = 'verified';
    expect((await thief.get(back)).status).toBe(401);
    api.sessions.set('vs_1', api.sessions.get('vs_2') ?? '');
    expect((await thief.get(own)).status).toBe(422);
    expect(continueClaimsOf(await comeBack(back)).outcome).toBe('completed');
  });

  it('never uses the result of a person to whom the login was forwarded', async () => {
    const [thief, victim] = await arrivedTwice(host);
    const pageOfThief = thief.location;
    await goThere(victim);
    const own = await goThere(thief);
    api.status = 'verified';
    api.pendingSession = 'vs_2';
    await thief.get(own);
    host.clock.milliseconds += 10_000;
    expect((await thief.get(pageOfThief)).body).not.toContain('session_token');
  });

  it('counts the hand-offs of a user over all logins', async () => {
    const token = (nonce: number): string =>
      tokenWith({ steps: ['external'], sub: 'auth0|spender', nonce: `spender-${nonce}` });
    for (let login = 0; login < 4; login += 1) {
      const person = new StepBrowser(host);
      await person.arrive(token(login));
      const form = person.location;
      for (let count = 0; count < 9; count += 1) await person.post({}, form);
    }
    expect(api.sessions.size).toBe(30);
  });

  it('uses the result of any of the last hand-offs of the login', async () => {
    const tab = browser.copy();
    const [first] = [await goThere(tab), await goThere()];
    api.pendingSession = 'vs_2';
    api.status = 'verified';
    expect(continueClaimsOf(await comeBack(first, tab)).outcome).toBe('completed');
  });

  it('hands off ten times in a login at most', async () => {
    for (let count = 0; count < 10; count += 1) await goThere();
    expect(api.sessions.size).toBe(10);
    expect(continueClaimsOf(await browser.post({}, page))).toMatchObject({ error: 'external_declined' });
    expect(api.sessions.size).toBe(10);
  });

  it('keeps the first result despite later ones', async () => {
    const back = await goThere();
    const before = browser.copy();
    api.status = 'verified';
    await comeBack(back);
    api.status = 'canceled';
    expect(continueClaimsOf(await comeBack(back, before)).outcome).toBe('completed');
  });

  it('can be tried again after the user has left without finishing', async () => {
    const back = await goThere();
    expect((await browser.get(`${back}&error=access_denied`)).status).toBe(422);
    api.status = 'verified';
    expect(continueClaimsOf(await comeBack(await goThere())).outcome).toBe('completed');
  });
});

describe('a vendor whose API fails', () => {
  let host: HostApplication;
  let browser: StepBrowser;
  beforeAll(async () => {
    host = await hostWith('express', api.options(headerFile));
  });
  beforeEach(async () => {
    host.clock.milliseconds = NOW * 1000;
    browser = await arrived(host);
  });
  afterAll(async () => host.stop());

  const FAILURES: readonly [Failure, string][] = [
    ['hangs', 'timeout'],
    ['resets', 'connection_failed (ECONNRESET)'],
    ['500', 'status_500'],
    ['429', 'status_429'],
    ['302', 'status_302'],
    ['huge', 'response_too_large'],
    ['not JSON', 'invalid_json'],
    ['late', 'timeout'],
  ];

  it.each(FAILURES)('when the session is created: %s', async (failure, detail) => {
    api.failure = failure;
    const reply = await browser.post({});
    expect(reply.status).toBe(422);
    expect(reply.body).toContain('We cannot reach Identity Inc. at the moment. Try again.');
    expect(messages()).toEqual([`the hand-off failed: start_failed (${detail})`]);
    api.failure = undefined;
    expect((await browser.post({})).status).toBe(303);
  });

  it.each(FAILURES)('when the result is read: %s', async (failure, detail) => {
    await browser.post({});
    const form = new URLSearchParams(api.received[0]?.body);
    const back = form.get('return_url')?.replace(new URL(PUBLIC_URL).origin, '') ?? '';
    Object.assign(api, { status: 'verified', failure });
    expect((await browser.get(back)).status).toBe(303);
    expect((await browser.get()).body).toContain('Waiting for Identity Inc.');
    expect(messages()).toEqual([`the return from the vendor was rejected: result_failed (${detail})`]);
    api.failure = undefined;
    host.clock.milliseconds += 3000;
    expect((await browser.get()).status).toBe(303);
    expect(continueClaimsOf(await browser.get()).outcome).toBe('completed');
  });

  it.each([
    ['of another host', 'https://attacker.example/verify', 'address_not_allowed'],
    ['without https', 'http://verify.example/', 'address_not_allowed'],
    ['that is a script', 'javascript:alert(1)', 'address_not_allowed'],
    ['with the host as user name', 'https://localhost@attacker.example/', 'address_not_allowed'],
  ])('sends nobody to an address %s', async (_name, address, word) => {
    api.address = address;
    const reply = await browser.post({});
    expect(reply.status).toBe(422);
    expect(reply.headers.location).toBeUndefined();
    expect(messages()).toEqual([`the hand-off failed: ${word}`]);
  });

  it.each(['../other', '', 7, 'a/b', 'x'.repeat(201)])('does not use %j as the id of a session', async (session) => {
    api.more = { id: session };
    expect((await browser.post({})).status).toBe(422);
    expect(messages()).toEqual(['the hand-off failed: session_not_usable']);
  });

  it('is not called at a private address unless that is allowed', async () => {
    const { http: _http, ...options } = api.options(headerFile) as { http: unknown };
    const guarded = await hostWith('express', options);
    const person = await arrived(guarded);
    expect((await person.post({})).status).toBe(422);
    expect(messages()).toEqual(['the hand-off failed: start_failed (address_refused)']);
    expect(api.received).toEqual([]);
    await guarded.stop();
  });

  it('has its key in no log line, page or address', async () => {
    api.failure = '500';
    const reply = await browser.post({});
    expect(JSON.stringify([lines, reply])).not.toContain(API_KEY);
  });
});

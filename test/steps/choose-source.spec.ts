import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completed, invalid, pending } from '../../src/auth-redirect/steps/step.js';
import { CHOOSE_OPTIONS, ChooseStep, type ChooseOptions } from '../../src/steps/choose/index.js';
import { StepTester } from '../../src/testing/step-tester.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { ListEndpoint, type ListAnswer } from '../harness/list-endpoint.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';
import { recordStepLog } from '../harness/vendor.js';

const SUBJECT = 'auth0|7&x=/../ü';
const ACME = '[{"id":"org_1","label":"Acme"},{"id":"org_2","label":"Globex"}]';
const UNAVAILABLE = 'We could not load the list. Try again in a moment.';

let endpoint: ListEndpoint;
let folder: string;
beforeAll(async () => {
  endpoint = await ListEndpoint.start();
  folder = mkdtempSync(join(tmpdir(), 'choose-'));
});
beforeEach(() => {
  endpoint.answer = ACME;
  endpoint.requests.length = 0;
});
afterAll(async () => {
  await endpoint.stop();
  rmSync(folder, { recursive: true });
});

const sourceWith = (source: object = {}): object => ({
  url: `${endpoint.origin}/list`,
  allowPrivateAddresses: true,
  timeout: 1,
  ...(!/\{sub\}|"sub(Member|Header)"/.test(JSON.stringify(source)) && { subParameter: 'user' }),
  ...source,
});
const testerWith = (source: object = {}, options: object = {}, subject = SUBJECT) =>
  new StepTester(new ChooseStep({ source: sourceWith(source), ...options } as ChooseOptions), { subject });

describe('an endpoint', () => {
  it.each<[string, { path?: string; subMember?: string }, object]>([
    ['as a parameter', {}, { url: '/list?user=auth0%7C7%26x%3D%2F..%2F%C3%BC' }],
    ['as a further parameter', { path: '/list?a=1' }, { url: '/list?a=1&user=auth0%7C7%26x%3D%2F..%2F%C3%BC' }],
    ['in the path', { path: '/users/{sub}/list?a=1' }, { url: '/users/auth0%7C7%26x%3D%2F..%2F%C3%BC/list?a=1' }],
    [
      'in a JSON body',
      { subMember: 'user' },
      { method: 'POST', url: '/list', body: JSON.stringify({ user: SUBJECT }) },
    ],
  ])('receives the user %s', async (_where, { path, ...source }, request) => {
    const tester = testerWith({ ...source, ...(path && { url: endpoint.origin + path }) });
    expect(await tester.submit({ choice: 'org_2' })).toEqual(completed({ id: 'org_2', label: 'Globex' }));
    expect(endpoint.requests).toEqual([expect.objectContaining({ method: 'GET', body: '', ...request })]);
    expect(endpoint.requests[0]?.headers.accept).toBe('application/json');
  });

  it('receives the user in a header of printable ASCII characters', async () => {
    const source = { subHeader: 'X-User' };
    await testerWith(source, {}, 'auth0|7 a').submit({ choice: 'org_2' });
    expect(endpoint.requests[0]?.headers['x-user']).toBe('auth0|7 a');
    for (const subject of ['auth0|ü', 'a\nX-Admin: 1', ' a', 'a ', '']) {
      const tester = testerWith(source, {}, subject);
      expect(await tester.submit({ choice: 'org_2' })).toEqual(invalid({}));
      expect(tester.logged).toEqual(['the list cannot be used: subject_not_sendable']);
    }
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each(['.', '..', 'a\ud800', 'a\uFFFD'])(
    'never gets the path of another user, whose sub is %j',
    async (subject) => {
      const tester = testerWith({ url: `${endpoint.origin}/users/{sub}/list` }, {}, subject);
      expect(await tester.resume()).toEqual(pending());
      expect(tester.logged).toEqual(['the list cannot be used: subject_not_sendable']);
      expect(endpoint.requests).toEqual([]);
    },
  );

  it.each([
    '%2e%2e',
    '../admin',
    '..%2fadmin',
    '?a',
    '#a',
    '@evil.example/',
    '\\evil',
    '//evil.example',
    '$&',
    '{sub}',
  ])('receives the sub %j as one part of the path', async (subject) => {
    await testerWith({ url: `${endpoint.origin}/users/{sub}/list` }, {}, subject).resume();
    expect(endpoint.requests.map(({ url }) => url)).toEqual([`/users/${encodeURIComponent(subject)}/list`]);
  });

  it('receives headers, and secrets from files, which can change while the service runs', async () => {
    const path = join(folder, 'token');
    writeFileSync(path, 'Bearer first\n');
    const step = new ChooseStep({
      source: sourceWith({ headers: { 'X-Api-Version': '2' }, headerFiles: { Authorization: path } }),
    } as ChooseOptions);
    const submit = async () => new StepTester(step, { subject: SUBJECT }).submit({ choice: 'org_2' });
    await submit();
    writeFileSync(path, 'Bearer second\n');
    await submit();
    rmSync(path);
    expect(await submit()).toEqual(invalid({}));
    expect(endpoint.requests.map(({ headers }) => [headers['x-api-version'], headers.authorization])).toEqual([
      ['2', 'Bearer first'],
      ['2', 'Bearer second'],
    ]);
  });

  it('can have the list in members of its answer', async () => {
    endpoint.answer = JSON.stringify({ data: { items: ['a', 'b'] } });
    expect(await testerWith({ list: 'data.items' }).submit({ choice: 'b' })).toEqual(
      completed({ id: 'b', label: 'b' }),
    );
    const tester = testerWith({ list: 'data.list' });
    expect(await tester.resume()).toEqual(pending());
    expect(tester.logged).toEqual(['the list cannot be used: not_a_list']);
  });

  it('is requested once for a page, and again for each post', async () => {
    const tester = testerWith();
    await tester.resume();
    await tester.view();
    expect(endpoint.requests).toHaveLength(1);
  });
});

describe('an endpoint that fails', () => {
  const cases: [string, ListAnswer, string][] = [
    ['hangs', 'hang', 'timeout'],
    ['resets the connection', 'reset', 'connection_failed (ECONNRESET)'],
    ['ends in the middle', 'cut', 'response_incomplete (ECONNRESET)'],
    ['answers 500', { status: 500, body: ACME }, 'status_500'],
    ['answers 429', { status: 429, body: ACME }, 'status_429'],
    ['answers 404', { status: 404, body: ACME }, 'status_404'],
    ['redirects', { status: 302, headers: { location: '/elsewhere' }, body: ACME }, 'status_302'],
    ['answers 204', { status: 204 }, 'status_204'],
    ['has a huge answer', JSON.stringify(['x'.repeat(70_000)]), 'response_too_large'],
    ['has no JSON', '<html>', 'invalid_json'],
    ['has another document', '{"error":"none"}', 'not_a_list'],
    ['has a list of something else', '[1.5]', 'entry_invalid'],
  ];

  it.each(cases)('because it %s is reported on the page, and never skipped', async (_how, answer, code) => {
    endpoint.answer = answer;
    const tester = testerWith({}, { empty: 'skip', single: 'skip' });
    expect(await tester.resume()).toEqual(pending());
    expect(await tester.render()).toContain(UNAVAILABLE);
    expect(tester.logged).toEqual([`the list cannot be used: ${code}`]);
    expect(endpoint.requests.map(({ url }) => url)).not.toContain('/elsewhere');
  });

  it('because nothing listens is reported on the page', async () => {
    const tester = testerWith({ url: 'http://localhost:1/' });
    expect(await tester.resume()).toEqual(pending());
    expect(tester.logged).toEqual(['the list cannot be used: connection_failed (ECONNREFUSED)']);
  });

  it('because its address is private is reported on the page', async () => {
    const tester = testerWith({ allowPrivateAddresses: false });
    expect(await tester.resume()).toEqual(pending());
    expect(tester.logged).toEqual(['the list cannot be used: address_refused']);
    expect(endpoint.requests).toEqual([]);
  });

  it('for a moment is requested again', async () => {
    endpoint.answer = () => (endpoint.requests.length < 2 ? { status: 503 } : ACME);
    expect(await testerWith({ subMember: 'user' }).submit({ choice: 'org_1' })).toMatchObject({ type: 'completed' });
  });
});

/** Expects no user, address or answer in the log of the service. */
const lines = recordStepLog();

describe.each(ADAPTERS)('a login with a list from an endpoint on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    const options = { source: sourceWith(), remember: true };
    host = await HostApplication.start(
      adapter,
      {},
      'recorded',
      [ChooseStep],
      [{ provide: CHOOSE_OPTIONS, useValue: options }],
    );
  });
  afterAll(async () => host.stop());

  const lists = (): void => {
    endpoint.answer = ({ url = '' }) => {
      const user = new URL(url, endpoint.origin).searchParams.get('user') ?? '';
      return JSON.stringify([`${user}-a`, `${user}-b`]);
    };
  };
  const logIn = async (sub: string): Promise<StepBrowser> => {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ sub, nonce: `nonce-${Math.random()}`, steps: ['choose'] }));
    return browser;
  };

  it('completes with the choice', async () => {
    lists();
    const browser = await logIn('ada');
    expect((await browser.get()).body).toContain('value="ada-a"');
    const { steps } = continueClaimsOf(await browser.post({ choice: 'ada-b', remember: 'yes' }));
    expect(steps).toEqual({ choose: { id: 'ada-b', label: 'ada-b', remembered: true } });
  });

  it('accepts no choice of another user', async () => {
    lists();
    const [ada, eve] = [await logIn('ada'), await logIn('eve')];
    await ada.get();
    await eve.get();
    const reply = await eve.post({ choice: 'ada-a' });
    expect([reply.status, reply.body.includes('no longer available')]).toEqual([422, true]);
    expect(reply.body).not.toContain('ada-a');
  });

  it('accepts no choice with the cookie of another login', async () => {
    lists();
    const [ada, eve] = [await logIn('ada'), await logIn('eve')];
    const target = ada.location;
    const stolen = eve.copy();
    expect((await stolen.post({ choice: 'ada-a' }, target)).status).toBe(401);
    expect(await stolen.get(target)).toMatchObject({ status: 401 });
  });

  it('is of no use to another person who gets the link', async () => {
    lists();
    const ada = await logIn('ada');
    const guest = new StepBrowser(host);
    expect((await guest.get(ada.location)).status).toBe(401);
    expect((await guest.post({ choice: 'ada-a' }, ada.location)).status).toBe(401);
    expect(endpoint.requests).toEqual([]);
  });

  it('keeps the first choice despite later posts, also with old cookies', async () => {
    lists();
    const browser = await logIn('ada');
    await browser.get();
    const old = browser.copy();
    expect(continueClaimsOf(await browser.post({ choice: 'ada-a' })).steps).toMatchObject({ choose: { id: 'ada-a' } });
    expect(continueClaimsOf(await old.post({ choice: 'ada-b' })).steps).toMatchObject({ choose: { id: 'ada-a' } });
  });

  it('accepts only entries that the list has when the form is posted', async () => {
    endpoint.answer = ACME;
    const browser = await logIn('ada');
    await browser.get();
    endpoint.answer = '["org_1","org_3","org_4"]';
    const reply = await browser.post({ choice: 'org_2' });
    expect(reply.body).toContain('This option is no longer available. Choose another one.');
    expect(reply.body).toContain('value="org_3"');
    expect(continueClaimsOf(await browser.post({ choice: 'org_3' }))).toMatchObject({ outcome: 'completed' });
  });

  it('ends if the list has become empty', async () => {
    const browser = await logIn('ada');
    await browser.get();
    endpoint.answer = '[]';
    const claims = continueClaimsOf(await browser.post({ choice: 'org_2' }));
    expect(claims).toMatchObject({ outcome: 'denied', error: 'choose_empty' });
  });

  it('keeps the choice over a failure, and completes with “Try again”', async () => {
    const browser = await logIn('ada');
    await browser.get();
    endpoint.answer = { status: 500 };
    const { status, body } = await browser.post({ choice: 'org_2', remember: 'yes', filter: '' });
    expect([status, body.includes(UNAVAILABLE)]).toEqual([200, true]);
    const kept = Object.fromEntries(
      [...body.matchAll(/<input type="hidden" name="(\w+)" value="(\w*)">/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    endpoint.answer = ACME;
    expect(continueClaimsOf(await browser.post(kept)).steps).toEqual({
      choose: { id: 'org_2', label: 'Globex', remembered: true },
    });
  });

  it('leaves nothing of the user, the address and the answer in the log', async () => {
    endpoint.answer = { status: 500, body: 'secret-answer' };
    const browser = await logIn('ada-lovelace');
    await browser.get();
    const log = JSON.stringify(lines);
    expect(log).toContain('the list cannot be used: status_500');
    for (const secret of ['ada-lovelace', endpoint.origin, 'secret-answer']) expect(log).not.toContain(secret);
  });

  it('has one request at a time, however many tabs a user opens', async () => {
    let [open, most] = [0, 0];
    endpoint.answer = () => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => (open -= 1));
      return ACME;
    };
    const browser = await logIn('ada');
    await Promise.all(Array.from({ length: 10 }, async () => browser.copy().get()));
    expect([endpoint.requests.length, most]).toEqual([10, 1]);
  });
});

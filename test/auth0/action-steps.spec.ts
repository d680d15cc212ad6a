import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ActionBench } from '../../sandbox/test/harness/action-bench.js';
import { replyTo } from '../../sandbox/test/harness/redirect-target.js';

type Json = Record<string, unknown>;

const SOURCE = readFileSync(join(__dirname, '../../auth0/actions/auth-redirect/code.js'), 'utf8');
const SECRET = 'the-secret-of-today-0123456789abcdef';
const REDIRECTED = 'https://auth-redirect.example/redirected';
const STEPS = 'https://auth-redirect.example/steps';
const FIELDS = 'given_name, family_name,phone';
const TERMS = { version: '2026-11', acceptedAt: '2030-01-02T03:04:05.000Z', locale: 'en' };
const PROFILE = { given_name: 'Ada', family_name: 'Lovelace', phone: '+44 20 7946 0958' };

/** The shipped Action in the sandbox's tenant, in successive logins of one user. */
class Logins {
  readonly secrets: Record<string, string>;
  readonly bench: ActionBench;
  private sentTo = '';

  constructor(settings: Record<string, string>, source = SOURCE) {
    this.secrets = { SESSION_SECRET: SECRET, REDIRECT_URL: 'https://steps.example.com/redirect', ...settings };
    this.bench = new ActionBench([source], this.secrets);
  }

  /** Begins a login, and returns the payload of the session token, or undefined if the login completed. */
  async start(parameters: Record<string, string> = {}): Promise<Json | undefined> {
    this.bench.newLogin(parameters);
    const outcome = await this.bench.start();
    if (outcome.kind !== 'redirect') return undefined;
    this.sentTo = outcome.url;
    return JSON.parse(Buffer.from(this.sessionToken.split('.')[1] ?? '', 'base64url').toString()) as Json;
  }

  get sessionToken(): string {
    return new URL(this.sentTo).searchParams.get('session_token') ?? '';
  }

  /** Returns to the tenant with the service's answer: the outcome and the results of the steps. */
  comeBack(steps: unknown, outcome: unknown = 'completed') {
    return this.bench.resume(replyTo(this.sentTo, SECRET, { outcome, steps }));
  }

  get stored(): unknown {
    return this.bench.user.app_metadata['auth_redirect'];
  }
}

let logins: Logins;

const begin = (settings: Record<string, string>, source?: string): Logins => {
  logins = new Logins(settings, source);
  return logins;
};

afterEach(() => logins.bench.dispose());

describe('terms and profile', () => {
  it('are requested in this order, accepted, and not requested again', async () => {
    begin({ TERMS_VERSION: '2026-11', PROFILE_FIELDS: FIELDS });
    expect((await logins.start())?.['steps']).toStrictEqual(['terms', 'profile']);
    expect(await logins.comeBack({ terms: TERMS, profile: PROFILE })).toStrictEqual({ kind: 'completed' });
    expect(logins.stored).toStrictEqual({ terms: TERMS, profile: PROFILE });
    expect(await logins.start()).toBeUndefined();
  });

  it('are requested separately if only one is due', async () => {
    begin({ PROFILE_FIELDS: FIELDS });
    expect((await logins.start())?.['steps']).toStrictEqual(['profile']);
    logins.secrets['TERMS_VERSION'] = '2026-11';
    logins.bench.user.app_metadata = { auth_redirect: { profile: PROFILE } };
    expect((await logins.start())?.['steps']).toStrictEqual(['terms']);
  });

  it.each(['', ' ,, '])('are chosen by the service if PROFILE_FIELDS is %j and no version is set', async (fields) => {
    begin({ PROFILE_FIELDS: fields });
    expect(await logins.start()).not.toHaveProperty('steps');
  });

  it('fail no login while the service has another version, and are requested again', async () => {
    begin({ TERMS_VERSION: '2026-11' });
    await logins.start();
    const terms = { ...TERMS, version: '2026-12' };
    expect(await logins.comeBack({ terms })).toStrictEqual({ kind: 'completed' });
    expect(logins.stored).toStrictEqual({ terms });
    expect((await logins.start())?.['steps']).toStrictEqual(['terms']);
  });

  it('of several documents are requested until the required ones are accepted in these versions', async () => {
    begin({ TERMS_VERSION: 'terms=2026-11,privacy=3' });
    const documents = {
      terms: { accepted: true },
      privacy: { accepted: true },
      news: { accepted: false, optional: true },
    };
    await logins.start();
    const old = { ...TERMS, version: 'terms=2026-11,privacy=2', documents };
    expect(await logins.comeBack({ terms: old })).toStrictEqual({ kind: 'completed' });
    expect((await logins.start())?.['steps']).toStrictEqual(['terms']);
    const terms = { ...old, version: 'terms=2026-11,privacy=3' };
    expect(await logins.comeBack({ terms })).toStrictEqual({ kind: 'completed' });
    expect(logins.stored).toStrictEqual({ terms });
    expect(await logins.start()).toBeUndefined();
  });

  it('are in the ID token and not in the access token', async () => {
    begin({ TERMS_VERSION: '2026-11', PROFILE_FIELDS: FIELDS });
    await logins.start();
    await logins.comeBack({ terms: TERMS, profile: PROFILE });
    const { idTokenClaims, accessTokenClaims } = logins.bench.transaction;
    expect(idTokenClaims).toStrictEqual({ [REDIRECTED]: true, [STEPS]: { terms: TERMS, profile: PROFILE } });
    expect(accessTokenClaims).toStrictEqual({ [REDIRECTED]: true });
  });
});

describe('claimsFor', () => {
  it('adds claims for custom steps, and replaces none that the Action sets', async () => {
    const claims = "{ plan: 'gold', nonce: 'guessed', steps: [] }";
    expect(SOURCE).toContain('  return {};\n');
    begin({ TERMS_VERSION: '2026-11' }, SOURCE.replace('  return {};\n', `  return ${claims};\n`));
    const token = await logins.start();
    expect(token).toMatchObject({ plan: 'gold', nonce: expect.stringMatching(/^[\w-]{43}$/), steps: ['terms'] });
  });
});

describe('a profile', () => {
  it.each([
    [
      'without the fields that may stay empty',
      { given_name: 'Ada' },
      { given_name: 'Ada', family_name: '', phone: '' },
    ],
    ['with nothing', {}, { given_name: '', family_name: '', phone: '' }],
    [
      'with values of every type, and one that nobody asked for',
      { given_name: 'Ada', family_name: '', phone: 7, news: false },
      { given_name: 'Ada', family_name: '', phone: 7, news: false },
    ],
  ])('%s is complete, because every field was requested', async (_what, given, kept) => {
    begin({ PROFILE_FIELDS: FIELDS });
    await logins.start();
    expect(await logins.comeBack({ profile: given })).toStrictEqual({ kind: 'completed' });
    expect(logins.stored).toStrictEqual({ profile: kept });
    expect(await logins.start()).toBeUndefined();
  });

  it('is requested again when a field is added, filled in with the known values', async () => {
    begin({ PROFILE_FIELDS: FIELDS });
    logins.bench.user.app_metadata = { auth_redirect: { profile: { ...PROFILE, phone: '', hidden: 'x' } } };
    expect(await logins.start()).toBeUndefined();
    logins.secrets['PROFILE_FIELDS'] = `${FIELDS},city`;
    const asked = await logins.start();
    expect(asked).toMatchObject({ steps: ['profile'], profile: { given_name: 'Ada', family_name: 'Lovelace' } });
    expect(Object.keys(asked?.['profile'] ?? {})).toHaveLength(2);
  });

  it('removes values that the user cleared, and keeps values that were not requested', async () => {
    begin({ PROFILE_FIELDS: `${FIELDS},city` });
    logins.bench.user.app_metadata = { auth_redirect: { profile: { ...PROFILE, shoe_size: 38 }, other: 1 } };
    await logins.start();
    await logins.comeBack({ profile: { given_name: 'Ada', city: 'London' } });
    const profile = { given_name: 'Ada', family_name: '', phone: '', city: 'London', shoe_size: 38 };
    expect(logins.stored).toStrictEqual({ profile, other: 1 });
  });

  it('is filled in with attributes of the user if no value is known', async () => {
    begin({ PROFILE_FIELDS: 'email,given_name,news' });
    logins.bench.user.app_metadata = { auth_redirect: { profile: { given_name: '' } } };
    expect((await logins.start())?.['profile']).toStrictEqual({ email: 'ada.lovelace@example.com' });
  });

  it('is never filled in with other data of Auth0', async () => {
    begin({ PROFILE_FIELDS: 'user_id,picture,app_metadata,identities,constructor,__proto__,length' });
    expect(await logins.start()).not.toHaveProperty('profile');
  });

  it('is not sent if it is not requested', async () => {
    begin({ TERMS_VERSION: '2026-11', PROFILE_FIELDS: FIELDS });
    logins.bench.user.app_metadata = { auth_redirect: { profile: PROFILE } };
    expect(await logins.start()).not.toHaveProperty('profile');
  });
});

describe('the session token for the service', () => {
  const edit = (put: string): string => SOURCE.replace('const steps = [];', () => `const steps = ${put};`);

  it.each([
    ['the service chooses the steps', {}, SOURCE, true],
    ['email-code is among them', { TERMS_VERSION: '1' }, edit("['email-code']"), true],
    ['it is not', { TERMS_VERSION: '1' }, SOURCE, false],
  ])('has the address if a code may be sent to it: %s', async (_when, settings, source, has) => {
    begin(settings, source);
    const told = await logins.start();
    expect(told?.['email']).toBe(has ? 'ada.lovelace@example.com' : undefined);
  });

  it('has the languages of the login', async () => {
    begin({});
    expect(await logins.start({ ui_locales: 'fr-CA fr en' })).toMatchObject({
      locale: 'en',
      ui_locales: ['fr-CA', 'fr', 'en'],
    });
    expect(await logins.start()).not.toHaveProperty('ui_locales');
  });

  it('leaves room for cookies, whatever is stored and requested', async () => {
    const names = Array.from({ length: 200 }, (_none, index) => `field_${index}`);
    begin({ TERMS_VERSION: '1', PROFILE_FIELDS: names.join() });
    const profile = Object.fromEntries(names.slice(1).map((name) => [name, '\u{1F600}'.repeat(50)]));
    logins.bench.user.app_metadata = { auth_redirect: { profile } };
    const told = await logins.start({ ui_locales: `${'x'.repeat(5000)} <b> ${'de-AT '.repeat(900)}` });
    expect(Object.keys(told?.['profile'] ?? {})).toHaveLength(13);
    expect(told?.['ui_locales']).toStrictEqual(Array.from({ length: 5 }, () => 'de-AT'));
    expect(logins.sessionToken.length).toBeLessThan(5000);
  });
});

describe('an answer is refused', () => {
  it.each<[attack: string, steps: unknown, check: string]>([
    ['that skips every step', undefined, 'a requested step is missing'],
    ['that skips the terms', { profile: PROFILE }, 'a requested step is missing'],
    ['that skips the profile', { terms: TERMS }, 'a requested step is missing'],
    [
      'whose steps are of another user’s prototype',
      JSON.parse('{"__proto__":{"terms":1}}'),
      'a requested step is missing',
    ],
    ['whose steps are the requested list', ['terms', 'profile'], 'the steps are not an object'],
    ['with terms of no version', { terms: true, profile: PROFILE }, 'the Action rejects the result of a step (terms)'],
    ...[{}, null, true, { accepted: 'yes' }, { accepted: false }].map((privacy): [string, unknown, string] => [
      `with a required document that is ${JSON.stringify(privacy)}`,
      { terms: { ...TERMS, documents: { terms: { accepted: true }, privacy } }, profile: PROFILE },
      'the Action rejects the result of a step (terms)',
    ]),
    ...[null, 'Ada', ['Ada'], true].map((profile): [string, unknown, string] => [
      `with the profile ${JSON.stringify(profile)}`,
      { terms: TERMS, profile },
      'the Action rejects the result of a step (profile)',
    ]),
  ])('%s', async (_attack, steps, check) => {
    begin({ TERMS_VERSION: '2026-11', PROFILE_FIELDS: FIELDS });
    await logins.start();
    expect((await logins.comeBack(steps)).kind).toBe('denied');
    expect(logins.bench.logs()).toStrictEqual([`auth-redirect: login denied, ${check}`]);
    expect(logins.stored).toBeUndefined();
    expect((await logins.start())?.['steps']).toStrictEqual(['terms', 'profile']);
  });

  it.each([
    [undefined, 'completed'],
    [false, 'completed'],
    [true, 'denied'],
  ])('with an address that the user entered: %s, which is %s', async (enteredByUser, kind) => {
    begin({ TERMS_VERSION: '1' }, SOURCE.replace('const steps = [];', "const steps = ['email-code'];"));
    logins.bench.user.app_metadata = { auth_redirect: { terms: { version: '1' } } };
    await logins.start();
    const data = { email: 'ada.lovelace@example.com', ...(enteredByUser !== undefined && { enteredByUser }) };
    expect((await logins.comeBack({ 'email-code': data })).kind).toBe(kind);
  });

  it.each([
    [false, 'completed'],
    [true, 'denied'],
  ])('with a phone number that the user entered: %s, which is %s', async (enteredByUser, kind) => {
    begin({ TERMS_VERSION: '1' }, SOURCE.replace('const steps = [];', "const steps = ['sms-code'];"));
    logins.bench.user.app_metadata = { auth_redirect: { terms: { version: '1' } }, phone_number: '+4915112345678' };
    expect((await logins.start())?.['phone_number']).toBe('+4915112345678');
    const data = { phone_number: '+4915112345678', enteredByUser };
    expect((await logins.comeBack({ 'sms-code': data })).kind).toBe(kind);
  });

  it.each([
    [{ status: 'approved', verifiedAt: '2026-11-23T12:00:00.000Z' }, 'completed'],
    [{ declined: true, alternative: 'chosen' }, 'denied'],
    [null, 'denied'],
  ])('with the result %j of a vendor, which is %s', async (data, kind) => {
    begin({ TERMS_VERSION: '1' }, SOURCE.replace('const steps = [];', "const steps = ['external'];"));
    logins.bench.user.app_metadata = { auth_redirect: { terms: { version: '1' } } };
    await logins.start();
    expect((await logins.comeBack({ external: data })).kind).toBe(kind);
  });

  it.each([
    ['email-code', { email: 'a@example.com', enteredByUser: true }],
    ['sms-code', { phone_number: '+4915112345678', enteredByUser: true }],
    ['external', { declined: true, alternative: 'chosen' }],
  ])('of the step %s that the service chose, with %j', async (step, data) => {
    begin({});
    await logins.start();
    expect((await logins.comeBack({ [step]: data })).kind).toBe('denied');
  });

  it('to a session token that was changed to request nothing', async () => {
    begin({ TERMS_VERSION: '2026-11' });
    await logins.start();
    const [redirect] = logins.bench.steps('redirect');
    const forged = replyTo(redirect?.url ?? '', 'a guessed secret', { outcome: 'completed', steps: {} });
    expect((await logins.bench.resume(forged)).kind).toBe('denied');
    expect(logins.bench.logs().join()).toContain('Failed signature validation');
  });

  it.each<[string, Record<string, string>, unknown]>([
    ['that has the steps that were asked for, and no outcome', { TERMS_VERSION: '2026-11' }, { terms: TERMS }],
    ['of a service that has lost its steps', { STEPS_EXPECTED: 'true' }, undefined],
  ])('%s', async (_attack, settings, steps) => {
    begin(settings);
    await logins.start();
    const [redirect] = logins.bench.steps('redirect');
    const answer = replyTo(redirect?.url ?? '', SECRET, { steps });
    expect((await logins.bench.resume(answer)).kind).toBe('denied');
    expect(logins.bench.logs()).toStrictEqual(['auth-redirect: login denied, the answer has no outcome']);
    expect(logins.stored).toBeUndefined();
  });

  it('that declines, and its data are not stored', async () => {
    begin({ TERMS_VERSION: '2026-11', PROFILE_FIELDS: FIELDS });
    await logins.start();
    expect((await logins.comeBack({ terms: TERMS }, 'denied')).kind).toBe('denied');
    expect(logins.stored).toBeUndefined();
  });

  it('not if another tab of the same user completed the steps meanwhile', async () => {
    begin({ TERMS_VERSION: '2026-11' });
    await logins.start();
    logins.bench.user.app_metadata = { auth_redirect: { terms: TERMS } };
    expect((await logins.comeBack({ terms: TERMS })).kind).toBe('completed');
  });
});

describe('a profile that can wait', () => {
  it('is requested again at the next login, with the count, and without it once it is complete', async () => {
    begin({ PROFILE_FIELDS: FIELDS });
    expect(await logins.start()).toMatchObject({ steps: ['profile'] });
    await logins.comeBack({ profile: { notNow: 1 } });
    expect(logins.stored).toEqual({ profile: { notNow: 1 } });
    expect(await logins.start()).toMatchObject({ steps: ['profile'], profile: { notNow: 1 } });
    await logins.comeBack({ profile: { ...PROFILE, topics: ['news'] } });
    expect(logins.stored).toEqual({ profile: { ...PROFILE, topics: ['news'] } });
    expect(await logins.start()).toBeUndefined();
  });

  it('fills in lists, too', async () => {
    begin({ PROFILE_FIELDS: 'topics,given_name' });
    await logins.start();
    await logins.comeBack({ profile: { topics: ['news'], notNow: 1 } });
    logins.bench.user.app_metadata['auth_redirect'] = { profile: { topics: ['news', 'offers'] } };
    expect(await logins.start()).toMatchObject({ profile: { topics: ['news', 'offers'] } });
  });
});

describe('a choice', () => {
  const CHOSEN = 'https://auth-redirect.example/choose';
  const ACME = { id: 'org_1', label: 'Acme' };
  const withChoose = SOURCE.replace('const steps = [];', "const steps = ['choose'];");
  /** Starts a login with additional parameters of /authorize. */
  const startWith = async (query: Record<string, string>): Promise<Json> => {
    const { bench } = logins;
    bench.newLogin(query);
    const request = { method: 'GET', ip: '127.0.0.1', hostname: 'tenant.localhost', userAgent: 'test', language: 'en' };
    const outcome = await bench.tenant.pipeline.start(bench.transaction, bench.user, { ...request, query, body: {} });
    const url = new URL(outcome.kind === 'redirect' ? outcome.url : '');
    const [, payload = ''] = (url.searchParams.get('session_token') ?? '').split('.');
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json;
  };
  const stored = (choose: unknown): void => {
    Object.assign(logins.bench.user, { app_metadata: { auth_redirect: { terms: { version: '1' }, choose } } });
  };

  it('is in both tokens, and is stored', async () => {
    begin({});
    await logins.start();
    expect((await logins.comeBack({ choose: ACME })).kind).toBe('completed');
    const { idTokenClaims, accessTokenClaims } = logins.bench.transaction;
    expect(idTokenClaims).toStrictEqual({ [REDIRECTED]: true, [CHOSEN]: 'org_1' });
    expect(accessTokenClaims).toStrictEqual({ [REDIRECTED]: true, [CHOSEN]: 'org_1' });
    expect(logins.stored).toStrictEqual({ choose: ACME });
  });

  it('of an empty list is in no token', async () => {
    begin({ TERMS_VERSION: '1' }, withChoose);
    stored(ACME);
    await logins.start();
    expect((await logins.comeBack({ choose: null })).kind).toBe('completed');
    expect(logins.bench.transaction.idTokenClaims).toStrictEqual({ [REDIRECTED]: true });
    expect(logins.stored).toMatchObject({ choose: null });
  });

  it.each([{}, 'org_1', { id: '' }, { id: 7 }, ['org_1'], true])('is refused if it is %j', async (choose) => {
    begin({ TERMS_VERSION: '1' }, withChoose);
    stored(undefined);
    await logins.start();
    expect((await logins.comeBack({ choose })).kind).toBe('denied');
    expect(logins.bench.logs().join()).toContain('the Action rejects the result of a step (choose)');
  });

  it('is sent with the next login, to start with', async () => {
    begin({});
    stored(ACME);
    expect((await logins.start())?.['choose']).toStrictEqual({ id: 'org_1' });
  });

  it('that the user wants without a page is sent as such, unless the application requests a change', async () => {
    begin({});
    stored({ ...ACME, remembered: true });
    expect((await startWith({}))['choose']).toStrictEqual({ id: 'org_1', remembered: true });
    for (const other of ['', 'CHANGE', 'org_2'])
      expect((await startWith({ choose: other }))['choose']).toStrictEqual({ id: 'org_1', remembered: true });
    expect((await startWith({ choose: 'change' }))['choose']).toStrictEqual({ id: 'org_1' });
  });

  it.each([null, 'org_1', { id: 7 }, { label: 'Acme' }])('that is stored as %j is not sent', async (choose) => {
    begin({});
    stored(choose);
    expect(await logins.start()).not.toHaveProperty('choose');
  });

  it('is not sent to a login without the step', async () => {
    begin({ TERMS_VERSION: '2' });
    stored(ACME);
    expect(await logins.start()).not.toHaveProperty('choose');
  });

  it('can have other names, for several steps', async () => {
    const source = SOURCE.replace("CHOOSE_STEPS = ['choose']", "CHOOSE_STEPS = ['organization', 'role']");
    begin({}, source);
    await logins.start();
    await logins.comeBack({ organization: ACME, role: { id: 'admin', label: 'Admin' } });
    expect(logins.bench.transaction.accessTokenClaims).toStrictEqual({
      [REDIRECTED]: true,
      'https://auth-redirect.example/organization': 'org_1',
      'https://auth-redirect.example/role': 'admin',
    });
  });

  it('stays with the refresh token of its login, whatever the user chooses elsewhere', async () => {
    begin({});
    await logins.start({ scope: 'openid offline_access' });
    await logins.comeBack({ choose: ACME });
    const kept = logins.bench.calls().filter(({ name }) => name === 'api.refreshToken.setMetadata');
    expect(kept.map(({ args }) => args)).toEqual([['auth_redirect_choose', 'org_1']]);
    await logins.start();
    await logins.comeBack({ choose: { id: 'org_2', label: 'Globex' } });
    expect(logins.bench.calls().some(({ name }) => name === 'api.refreshToken.setMetadata')).toBe(false);
  });
});

describe('a step that the user skipped', () => {
  const SKIPPED = { skipped: true };

  it.each(['terms', 'profile', 'email-code', 'custom'])('is no answer to the request for %s', async (step) => {
    begin({}, SOURCE.replace(/^function stepsFor.*?^}/ms, `function stepsFor() { return ['${step}']; }`));
    await logins.start();
    expect(await logins.comeBack({ [step]: SKIPPED })).toMatchObject({ kind: 'denied' });
    expect(logins.stored).toBeUndefined();
  });

  it('is accepted if the Action allows it, is not stored, and is requested again', async () => {
    begin(
      { TERMS_VERSION: '2026-11', PROFILE_FIELDS: FIELDS },
      SOURCE.replace('const STEPS_TO_SKIP = []', "const STEPS_TO_SKIP = ['profile']"),
    );
    await logins.start();
    expect(await logins.comeBack({ terms: TERMS, profile: SKIPPED })).toStrictEqual({ kind: 'completed' });
    expect(logins.stored).toStrictEqual({ terms: TERMS });
    expect(logins.bench.user).not.toHaveProperty('app_metadata.auth_redirect.profile');
    expect((await logins.start())?.['steps']).toStrictEqual(['profile']);
  });

  it("keeps the user's earlier data if the service chose the steps", async () => {
    begin({});
    logins.bench.user.app_metadata = { auth_redirect: { terms: TERMS } };
    await logins.start();
    expect(await logins.comeBack({ terms: SKIPPED })).toStrictEqual({ kind: 'completed' });
    expect(logins.stored).toStrictEqual({ terms: TERMS });
  });
});

describe('the root attributes of the user', () => {
  interface Call {
    readonly method: string | undefined;
    readonly url: string | undefined;
    readonly authorization: string | undefined;
    readonly body: unknown;
  }
  let calls: Call[];
  let tenant: Server;
  let status: number;
  const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url, headers } = request;
    calls.push({ method, url, authorization: headers.authorization, body: await bodyOf(request) });
    if (status === 302) response.setHeader('Location', '/elsewhere');
    response.writeHead(url === '/oauth/token' ? 200 : status).end('{"access_token":"management-token"}');
  };
  beforeEach(async () => {
    calls = [];
    status = 200;
    tenant = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
    await once(tenant, 'listening');
  });
  afterEach(() => tenant.close());

  const settings = (): Record<string, string> => ({
    PROFILE_FIELDS: FIELDS,
    MANAGEMENT_URL: `http://localhost:${(tenant.address() as AddressInfo).port}/`,
    MANAGEMENT_CLIENT_ID: 'client',
    MANAGEMENT_CLIENT_SECRET: 'client-secret',
  });

  it('get the values of the profile through the Management API', async () => {
    begin(settings());
    const { user } = logins.bench;
    await logins.start();
    expect(await logins.comeBack({ profile: { ...PROFILE, nickname: null, email: 'x@example.com' } })).toMatchObject({
      kind: 'completed',
    });
    expect(calls).toEqual([
      {
        method: 'POST',
        url: '/oauth/token',
        authorization: undefined,
        body: {
          grant_type: 'client_credentials',
          client_id: 'client',
          client_secret: 'client-secret',
          audience: `${settings()['MANAGEMENT_URL']}api/v2/`,
        },
      },
      {
        method: 'PATCH',
        url: `/api/v2/users/${encodeURIComponent(user.user_id)}`,
        authorization: 'Bearer management-token',
        body: { given_name: 'Ada', family_name: 'Lovelace' },
      },
    ]);
  });

  it('are not written if nothing changed, or after “Not now”', async () => {
    begin(settings());
    Object.assign(logins.bench.user, { given_name: 'Ada', family_name: 'Lovelace' });
    await logins.start();
    await logins.comeBack({ profile: PROFILE });
    delete logins.bench.user.app_metadata['auth_redirect'];
    await logins.start();
    await logins.comeBack({ profile: { notNow: 1 } });
    expect(calls).toEqual([]);
  });

  it('are not written if no secret names the tenant', async () => {
    begin({ PROFILE_FIELDS: FIELDS });
    await logins.start();
    await logins.comeBack({ profile: PROFILE });
    expect(calls).toEqual([]);
  });

  it.each([400, 401, 429, 500, 302])('do not stop the login if the tenant answers %d', async (wrong) => {
    status = wrong;
    begin(settings());
    await logins.start();
    expect(await logins.comeBack({ profile: PROFILE })).toMatchObject({ kind: 'completed' });
    expect(logins.stored).toEqual({ profile: PROFILE });
    expect(calls).toHaveLength(2);
  });

  it.each([{ MANAGEMENT_URL: 'http://example.com' }, { MANAGEMENT_URL: 'x' }, { MANAGEMENT_CLIENT_ID: '' }])(
    'need an https address and the credentials, not %j',
    async (wrong) => {
      begin({ ...settings(), ...wrong });
      expect(await logins.start()).toBeUndefined();
      expect(calls).toEqual([]);
    },
  );
});

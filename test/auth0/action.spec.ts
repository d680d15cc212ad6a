import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { join } from 'node:path';

type Json = Record<string, unknown>;
type Handler = (event: unknown, api: unknown) => Promise<void>;
interface Action {
  onExecutePostLogin: Handler;
  onContinuePostLogin: Handler;
}

const file = join(__dirname, '../../auth0/actions/auth-redirect/code.js');
const SECRET = 'the-secret-of-today-0123456789abcdef';
const PREVIOUS = 'the-secret-of-yesterday-0123456789ab';
const SERVICE = 'https://steps.example.com/redirect';
const NAMESPACE = 'https://auth-redirect.example/';
const TRY_AGAIN =
  'We could not complete your sign-in. Return to the app or website that you came from, and sign in again.';

function evaluate(source: string): unknown {
  const exported = {};
  compileFunction(source, ['exports', 'require'])(exported, createRequire(file));
  return exported;
}

/** Loads the Action with an operator's edits: texts of the file and their replacements. */
function actionWith(...edits: [found: string, put: string][]): Action {
  const source = edits.reduce(
    (text, [found, put]) => {
      expect(text.split(found)).toHaveLength(2);
      return text.replace(found, () => put);
    },
    readFileSync(file, 'utf8'),
  );
  return evaluate(source) as Action;
}

/** Returns the guide's Action for password resets, with its handlers renamed for post-login. */
function passwordResetAction(): Action {
  const guide = readFileSync(join(__dirname, '../../docs/how-to/password-reset.md'), 'utf8');
  const [, source = ''] = /^```js\n(.*?)^```$/ms.exec(guide) ?? [];
  const handlers = evaluate(source) as Record<string, Handler>;
  return {
    onExecutePostLogin: handlers['onExecutePostChallenge'] as Handler,
    onContinuePostLogin: handlers['onContinuePostChallenge'] as Handler,
  };
}

const shipped = createRequire(__filename)(file) as Action;
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

function sign(claims: Json, secret = SECRET): string {
  const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

function claimsOf(token: string): Json {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
}

/** One login at a tenant: the state that Auth0 stores, the `api` of the Action, and the calls of the Action. */
class Login {
  readonly state = 'state-of-this-login';
  readonly denied: string[] = [];
  readonly idToken: Json = {};
  readonly accessToken: Json = {};
  readonly appMetadata: Json = {};
  sentTo: URL | undefined;
  readonly event = {
    user: { user_id: 'auth0|alice', app_metadata: {} as Json },
    request: { method: 'GET', hostname: 'tenant.example.com', ip: '203.0.113.7', query: {} as Json, body: {} as Json },
    secrets: { SESSION_SECRET: SECRET, REDIRECT_URL: SERVICE } as Record<string, string>,
    transaction: { protocol: 'oidc-basic-profile', metadata: {} as Record<string, string> },
  };

  constructor(private readonly action: Action = shipped) {}

  get api() {
    return {
      access: { deny: (reason: string) => void this.denied.push(reason) },
      idToken: { setCustomClaim: (name: string, value: unknown) => void (this.idToken[name] = value) },
      accessToken: { setCustomClaim: (name: string, value: unknown) => void (this.accessToken[name] = value) },
      user: { setAppMetadata: (name: string, value: unknown) => void (this.appMetadata[name] = value) },
      transaction: { setMetadata: (name: string, value: string | null) => this.setMetadata(name, value) },
      redirect: {
        canRedirect: () =>
          this.event.request.query['prompt'] !== 'none' && this.event.transaction.protocol.startsWith('oidc'),
        encodeToken: (options: { secret: string; expiresInSeconds: number; payload: Json }) =>
          sign({ ...this.standardClaims(options.expiresInSeconds), ...options.payload }, options.secret),
        sendUserTo: (url: string, { query }: { query: Record<string, string> }) => {
          this.sentTo = new URL(`?${new URLSearchParams(query).toString()}`, url);
        },
        validateToken: (options: { secret: string; tokenParameterName: string }) => this.validateToken(options),
      },
    };
  }

  private setMetadata(name: string, value: string | null) {
    if (value === null) delete this.event.transaction.metadata[name];
    else this.event.transaction.metadata[name] = value;
  }

  private standardClaims(seconds: number): Json {
    const { request, user } = this.event;
    return { iat: now(), iss: request.hostname, sub: user.user_id, exp: now() + seconds, ip: request.ip };
  }

  /** Makes Auth0's documented checks: signature, expiry and state. The Action must check the rest. */
  private validateToken({ secret, tokenParameterName }: { secret: string; tokenParameterName: string }): Json {
    const token = this.event.request.body[tokenParameterName];
    if (typeof token !== 'string') throw new Error(`There is no parameter called '${tokenParameterName}' available`);
    const claims = claimsOf(token);
    const refuse = (reason: string) => new Error(`The session token is invalid: ${reason}`);
    if (claims['state'] !== this.state) throw refuse('State in the token does not match the /continue state.');
    if (sign(claims, secret) !== token) throw refuse('Failed signature validation');
    if (Number(claims['exp']) <= now()) throw refuse('Token has expired.');
    return claims;
  }

  async start(): Promise<this> {
    await this.action.onExecutePostLogin(this.event, this.api);
    return this;
  }

  get sessionToken(): Json {
    return claimsOf(this.sentTo?.searchParams.get('session_token') ?? '..');
  }

  /** Returns the service's continue token with the changes of a test. */
  answer(changes: Json = {}, secret = SECRET): string {
    const { iss, sub, exp, nonce } = this.sessionToken;
    return sign({ iss, sub, iat: now(), exp, state: this.state, nonce, ...changes }, secret);
  }

  async comeBack(sessionToken?: string): Promise<this> {
    this.event.request.body = sessionToken === undefined ? {} : { session_token: sessionToken };
    await this.action.onContinuePostLogin(this.event, this.api);
    return this;
  }
}

const logged: string[] = [];

beforeEach(() => {
  logged.length = 0;
  jest.spyOn(console, 'log').mockImplementation((line: string) => void logged.push(line));
});

afterEach(() => jest.restoreAllMocks());

/** Returns the outcome of a login. `leaked` lists secrets and tokens in the log and in the texts for the user. */
function endOf({ denied, idToken, accessToken, appMetadata, state, event }: Login) {
  const told = [...logged, ...denied].join();
  const secrets = [SECRET, PREVIOUS, state, event.user.user_id, event.request.ip, 'eyJ'];
  const leaked = secrets.filter((value) => told.includes(value));
  return { denied, idToken, accessToken, appMetadata, logged: [...logged], leaked };
}

/** Expects a denial with a text for the user, no grant, and the failed check in the log. */
function denial(text: string, check: string) {
  const lines = [`auth-redirect: login denied, ${check}`];
  return { denied: [text], idToken: {}, accessToken: {}, appMetadata: {}, logged: lines, leaked: [] };
}

describe('onExecutePostLogin', () => {
  it('redirects to the service with a token whose nonce is stored in the transaction', async () => {
    const login = await new Login().start();

    expect(login.sentTo?.href.split('?')[0]).toBe(SERVICE);
    expect(login.denied).toStrictEqual([]);
    const { nonce, exp, iat, ...rest } = login.sessionToken;
    expect(rest).toStrictEqual({ iss: 'tenant.example.com', sub: 'auth0|alice', ip: '203.0.113.7' });
    expect(Number(exp) - Number(iat)).toBe(900);
    expect(nonce).toMatch(/^[\w-]{43}$/);
    expect(login.event.transaction.metadata).toStrictEqual({ auth_redirect_nonce: nonce });
  });

  it('creates a new nonce for every login', async () => {
    const nonces = await Promise.all([1, 2, 3].map(async () => (await new Login().start()).sessionToken['nonce']));

    expect(new Set(nonces).size).toBe(3);
  });

  it('requests the terms if the user has not accepted this version', async () => {
    for (const accepted of [undefined, { version: '2025-01' }]) {
      const login = new Login();
      login.event.secrets['TERMS_VERSION'] = '2026-11';
      if (accepted) login.event.user.app_metadata = { auth_redirect: { terms: accepted } };
      await login.start();
      expect(login.sessionToken['steps']).toStrictEqual(['terms']);
    }
  });

  it('does not redirect a user who has accepted them', async () => {
    const login = new Login();
    login.event.secrets['TERMS_VERSION'] = '2026-11';
    login.event.user.app_metadata = { auth_redirect: { terms: { version: '2026-11' } } };
    await login.start();
    expect(login.sentTo).toBeUndefined();
    expect(login.event.transaction.metadata).toStrictEqual({});
  });

  it('lets the service choose the steps if no version is set', async () => {
    expect((await new Login().start()).sessionToken).not.toHaveProperty('steps');
  });

  it('allows the exchange of a refresh token, whose login was redirected', async () => {
    const login = new Login();
    login.event.transaction.protocol = 'oauth2-refresh-token';
    await login.start();

    expect([login.sentTo, login.denied]).toStrictEqual([undefined, []]);
    expect([login.idToken, login.accessToken]).toStrictEqual([{}, {}]);
  });

  it('adds the choice of the login to refreshed tokens, also if no step is requested', async () => {
    const login = new Login();
    login.event.secrets['TERMS_VERSION'] = '2026-11';
    login.event.transaction.protocol = 'oauth2-refresh-token';
    const metadata = { auth_redirect_choose: 'org_1', auth_redirect_role: 'admin' };
    Object.assign(login.event, { refresh_token: { metadata } });
    login.event.user.app_metadata = { auth_redirect: { terms: { version: '2026-11' }, choose: { id: 'org_2' } } };
    await login.start();

    expect(login.sentTo).toBeUndefined();
    const claims = { 'https://auth-redirect.example/choose': 'org_1' };
    expect([login.idToken, login.accessToken]).toStrictEqual([claims, claims]);
  });

  it('redirects a silent login (prompt=none), which Auth0 answers with interaction_required', async () => {
    const login = new Login();
    login.event.request.query = { prompt: 'none' };
    await login.start();

    expect(login.sentTo?.href).toContain(SERVICE);
  });

  it.each([
    ['a password grant, where canRedirect() is false', {}],
    ['a password grant that pretends to be a silent login', { prompt: 'none' }],
  ])('denies %s', async (_attack, query) => {
    const login = new Login();
    login.event.transaction.protocol = 'oauth2-password';
    login.event.request.method = 'POST';
    login.event.request.query = query;
    await login.start();

    expect(login.sentTo).toBeUndefined();
    expect(endOf(login)).toStrictEqual(
      denial('Sign in to this account with a browser.', 'this login cannot be redirected'),
    );
  });

  it('allows a password grant if configured', async () => {
    const login = new Login(actionWith(['LOGIN_WITHOUT_BROWSER = DENY', 'LOGIN_WITHOUT_BROWSER = PASS']));
    login.event.transaction.protocol = 'oauth2-password';
    await login.start();

    expect([login.sentTo, login.denied]).toStrictEqual([undefined, []]);
  });

  it.each([
    ['SESSION_SECRET', undefined, 'the secret SESSION_SECRET is not set'],
    ['SESSION_SECRET', '', 'the secret SESSION_SECRET is not set'],
    ['SESSION_SECRET', 'x'.repeat(31), 'the secret SESSION_SECRET is shorter than 32 bytes'],
    [
      'SESSION_SECRET',
      '@@AUTH_REDIRECT_SESSION_SECRET@@',
      'the secret SESSION_SECRET is a placeholder that was never replaced',
    ],
    [
      'SESSION_SECRET_PREVIOUS',
      '##AUTH_REDIRECT_SESSION_SECRET_PREVIOUS##',
      'the secret SESSION_SECRET_PREVIOUS is a placeholder that was never replaced',
    ],
    [
      'TERMS_VERSION',
      '@@AUTH_REDIRECT_TERMS_VERSION@@',
      'the secret TERMS_VERSION is a placeholder that was never replaced',
    ],
    [
      'PROFILE_FIELDS',
      '@@AUTH_REDIRECT_PROFILE_FIELDS@@',
      'the secret PROFILE_FIELDS is a placeholder that was never replaced',
    ],
    ['SESSION_SECRET_PREVIOUS', 'short', 'the secret SESSION_SECRET_PREVIOUS is shorter than 32 bytes'],
    ['REDIRECT_URL', undefined, 'the secret REDIRECT_URL is not an https address'],
    ['REDIRECT_URL', 'http://steps.example.com/redirect', 'the secret REDIRECT_URL is not an https address'],
    ['REDIRECT_URL', 'http://localhost.example.com/', 'the secret REDIRECT_URL is not an https address'],
    ['REDIRECT_URL', 'javascript:https://x', 'the secret REDIRECT_URL is not an https address'],
    ['REDIRECT_URL', 'https://steps example.com/redirect', 'the secret REDIRECT_URL is not an https address'],
    ...[
      'https://user:pass@steps.example.com/redirect',
      'https://user@steps.example.com/redirect',
      'https://:pass@steps.example.com/redirect',
      'https://steps.example.com:443@attacker.example/redirect',
      'https://\\user@steps.example.com/redirect',
      'http://user:pass@localhost:3000/redirect',
      'http://localhost:3000@attacker.example/redirect',
    ].map((url): [string, string, string] => [
      'REDIRECT_URL',
      url,
      url.startsWith('http://user')
        ? 'the secret REDIRECT_URL is not an https address'
        : 'the secret REDIRECT_URL contains a user name or a password',
    ]),
    ['STEPS_EXPECTED', 'yes', 'the secret STEPS_EXPECTED is neither true nor false'],
    [
      'STEPS_EXPECTED',
      '@@AUTH_REDIRECT_STEPS_EXPECTED@@',
      'the secret STEPS_EXPECTED is a placeholder that was never replaced',
    ],
  ])('denies, before and after the redirect, if %s is %p', async (name, value, check) => {
    for (const way of ['start', 'comeBack'] as const) {
      logged.length = 0;
      const login = new Login();
      const { [name]: _removed, ...others } = login.event.secrets;
      login.event.secrets = value === undefined ? others : { ...others, [name]: value };
      await login[way]();
      expect(login.sentTo).toBeUndefined();
      expect(endOf(login)).toStrictEqual(denial(TRY_AGAIN, check));
    }
  });

  it.each([
    'http://login.localhost:9502/redirect',
    'http://localhost/redirect',
    'https://steps.example.com',
    'https://steps.example.com/a@b',
  ])('accepts %s as the address of the service', async (address) => {
    const login = new Login();
    login.event.secrets['REDIRECT_URL'] = address;
    await login.start();

    expect(login.sentTo?.origin).toBe(new URL(address).origin);
  });
});

describe('onContinuePostLogin', () => {
  it('continues the login, adds the claim to both tokens, and uses the nonce once', async () => {
    const login = await new Login().start();
    await login.comeBack(login.answer());

    expect(login.denied).toStrictEqual([]);
    expect(login.idToken).toStrictEqual({ [`${NAMESPACE}redirected`]: true });
    expect(login.accessToken).toStrictEqual(login.idToken);
    expect(login.appMetadata).toStrictEqual({});
    expect(login.event.transaction.metadata).toStrictEqual({});
    expect(logged).toStrictEqual([]);
  });

  it('stores data of the steps in addition to earlier data, and adds a claim for the terms', async () => {
    const login = await new Login().start();
    login.event.user.app_metadata = { plan: 'gold', auth_redirect: { profile: { name: 'Alice' }, terms: { v: 1 } } };
    const terms = { version: '2' };
    await login.comeBack(login.answer({ outcome: 'completed', steps: { terms, check: { document: 'passport' } } }));

    expect(login.denied).toStrictEqual([]);
    expect(login.idToken).toStrictEqual({ [`${NAMESPACE}redirected`]: true, [`${NAMESPACE}steps`]: { terms } });
    expect(login.accessToken).toStrictEqual({ [`${NAMESPACE}redirected`]: true });
    expect(login.appMetadata).toStrictEqual({
      auth_redirect: { profile: { name: 'Alice' }, terms, check: { document: 'passport' } },
    });
  });

  describe('an answer without an outcome', () => {
    const endOfLogin = async (settings: Record<string, string>, changes: Json, between = (_login: Login) => {}) => {
      const login = new Login();
      Object.assign(login.event.secrets, settings);
      await login.start();
      between(login);
      await login.comeBack(login.answer(changes));
      expect(login.event.transaction.metadata).toStrictEqual({});
      return endOf(login);
    };
    const TERMS = { terms: { version: '1' } };
    const REFUSED = denial(TRY_AGAIN, 'the answer has no outcome');

    it.each<[string, Record<string, string>, Json]>([
      ['steps were asked for', { TERMS_VERSION: '1' }, { steps: TERMS }],
      [
        'steps were asked for, whatever the service is said to have',
        { TERMS_VERSION: '1', STEPS_EXPECTED: 'false' },
        { steps: TERMS },
      ],
      ['the service chooses, and has steps', { STEPS_EXPECTED: 'true' }, {}],
      ['the service chooses, and its answer has data of steps', { STEPS_EXPECTED: 'true' }, { steps: TERMS }],
    ])('is refused where %s', async (_when, settings, changes) => {
      expect(await endOfLogin(settings, changes)).toStrictEqual(REFUSED);
    });

    it('is refused if another tab completed the requested steps', async () => {
      const takenElsewhere = (login: Login) => void (login.event.user.app_metadata = { auth_redirect: TERMS });
      expect(await endOfLogin({ TERMS_VERSION: '1' }, {}, takenElsewhere)).toStrictEqual(REFUSED);
    });

    it('is refused if the setting was removed meanwhile', async () => {
      const takenBack = (login: Login) => void delete login.event.secrets['STEPS_EXPECTED'];
      expect(await endOfLogin({ STEPS_EXPECTED: 'true' }, {}, takenBack)).toStrictEqual(REFUSED);
    });

    it.each(['', 'false'])('is accepted if the service chooses and may have no steps: %j', async (expected) => {
      expect(await endOfLogin({ STEPS_EXPECTED: expected }, {})).toMatchObject({ denied: [], logged: [] });
    });
  });

  it('accepts an outcome without data: no step applies to this user', async () => {
    const login = new Login();
    login.event.secrets['STEPS_EXPECTED'] = 'true';
    await login.start();
    await login.comeBack(login.answer({ outcome: 'completed', steps: {} }));

    expect([login.denied, logged, login.appMetadata]).toStrictEqual([[], [], {}]);
    expect(login.idToken).toStrictEqual({ [`${NAMESPACE}redirected`]: true });
  });

  it('never uses data of a step for a standard claim', async () => {
    const login = await new Login().start();
    await login.comeBack(login.answer({ outcome: 'completed', steps: { sub: 'auth0|admin', email_verified: true } }));

    const names = [...Object.keys(login.idToken), ...Object.keys(login.accessToken)];
    expect(names.filter((name) => !name.startsWith(NAMESPACE))).toStrictEqual([]);
  });

  it('accepts an answer signed with the previous secret while that is set', async () => {
    const login = await new Login().start();
    login.event.secrets['SESSION_SECRET_PREVIOUS'] = PREVIOUS;
    await login.comeBack(login.answer({}, PREVIOUS));

    expect(login.denied).toStrictEqual([]);
    expect(login.idToken).toStrictEqual({ [`${NAMESPACE}redirected`]: true });
  });

  it('still accepts the current secret while a previous one is set', async () => {
    const login = await new Login().start();
    login.event.secrets['SESSION_SECRET_PREVIOUS'] = PREVIOUS;
    await login.comeBack(login.answer());

    expect(login.denied).toStrictEqual([]);
  });
});

describe('a requested step', () => {
  const asked = async (): Promise<Login> => {
    const login = new Login();
    login.event.secrets['TERMS_VERSION'] = '2026-11';
    return login.start();
  };

  it('is stored with the user, in addition to earlier data', async () => {
    const login = await asked();
    login.event.user.app_metadata = { auth_redirect: { profile: { city: 'Berlin' } } };
    await login.comeBack(login.answer({ outcome: 'completed', steps: { terms: { version: '2026-11' } } }));
    expect(login.appMetadata).toStrictEqual({
      auth_redirect: { profile: { city: 'Berlin' }, terms: { version: '2026-11' } },
    });
  });

  it.each([
    {},
    { outcome: 'completed' },
    { outcome: 'completed', steps: {} },
    { outcome: 'completed', steps: { other: 1 } },
  ])('is not skipped by an answer without it: %j', async (answer) => {
    const login = await asked();
    await login.comeBack(login.answer(answer));
    expect(endOf(login)).toStrictEqual(denial(TRY_AGAIN, 'a requested step is missing'));
  });
});

describe('a step that was declined', () => {
  it('denies with the text that the service wrote for the user, and logs the code', async () => {
    const login = await new Login().start();
    const refusal = { outcome: 'denied', error: 'terms_declined', error_description: 'You did not accept the terms.' };
    await login.comeBack(login.answer(refusal));

    expect(endOf(login)).toStrictEqual(
      denial('You did not accept the terms.', 'a step was not completed (terms_declined)'),
    );
  });

  it.each([
    ['without a text', {}],
    ['with an empty one', { error_description: '' }],
    ['with something else', { error_description: { html: '<b>' }, error: 'not a code, but\na sentence' }],
  ])('denies with its own text %s', async (_name, claims) => {
    const login = await new Login().start();
    await login.comeBack(login.answer({ outcome: 'denied', ...claims }));

    expect(endOf(login)).toStrictEqual(
      denial('You did not complete a required step of the sign-in.', 'a step was not completed (no code)'),
    );
  });

  it('shows at most 200 characters of the text', async () => {
    const login = await new Login().start();
    await login.comeBack(login.answer({ outcome: 'denied', error_description: 'x'.repeat(5000) }));

    expect(login.denied).toStrictEqual(['x'.repeat(200)]);
  });

  it('stores no data of earlier steps', async () => {
    const login = await new Login().start();
    await login.comeBack(login.answer({ outcome: 'denied', steps: { profile: { name: 'Alice' } } }));

    expect([login.idToken, login.appMetadata]).toStrictEqual([{}, {}]);
  });
});

describe('the texts of a denial', () => {
  const languages = readdirSync(join(__dirname, '../../locales'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));

  /**
   * Returns the texts for users in one language: for a login without a browser, a declined step, and an invalid answer.
   */
  async function textsIn(locale: unknown): Promise<string[]> {
    const ended = async (end: (login: Login) => Promise<unknown>): Promise<string> => {
      const login = new Login();
      Object.assign(login.event.transaction, { locale });
      await end(login);
      return login.denied.join();
    };
    return Promise.all([
      ended(async (login) => {
        login.event.transaction.protocol = 'oauth2-password';
        await login.start();
      }),
      ended(async (login) => login.comeBack((await login.start()).answer({ outcome: 'denied' }))),
      ended(async (login) => (await login.start()).comeBack()),
    ]);
  }

  it('are different in each language of the service', async () => {
    const texts = await Promise.all(languages.map(textsIn));
    expect(new Set(texts.flat()).size).toBe(3 * languages.length);
    expect(texts.flat().every((text) => text.length <= 200)).toBe(true);
  });

  it.each([
    ['zh-TW', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['zh-CN', 'zh'],
    ['iw', 'he'],
    ['nb', 'no'],
    ['nn-NO', 'no'],
    ['de_AT', 'de'],
    ['pt-BR', 'pt'],
    ['pt-pt', 'pt-PT'],
    ['en-GB', 'en'],
  ])('for %s are those of %s', async (locale, language) => {
    expect(await textsIn(locale)).toStrictEqual(await textsIn(language));
  });

  it.each(['eo', 'constructor', 'not a tag', '', 7, undefined])('for %j are English', async (locale) => {
    expect((await textsIn(locale))[2]).toBe(TRY_AGAIN);
  });
});

describe('attacks', () => {
  const invalid = (reason: string) => `SESSION_SECRET: The session token is invalid: ${reason}`;

  it.each<[attack: string, token: (login: Login) => string | undefined, check: string]>([
    [
      'the step is skipped: /continue is opened without a token',
      () => undefined,
      "SESSION_SECRET: There is no parameter called 'session_token' available",
    ],
    [
      'a token signed with a guessed secret',
      (login) => login.answer({}, 'a-secret-of-somebody-elses-0123456789'),
      invalid('Failed signature validation'),
    ],
    [
      'a token of the previous secret after the rotation ended',
      (login) => login.answer({}, PREVIOUS),
      invalid('Failed signature validation'),
    ],
    ['an expired token', (login) => login.answer({ exp: now() }), invalid('Token has expired.')],
    [
      'a token for another state',
      (login) => login.answer({ state: 'state-of-another-login' }),
      invalid('State in the token does not match the /continue state.'),
    ],
    [
      'the session token itself, brought back unanswered',
      (login) => sign(login.sessionToken),
      invalid('State in the token does not match the /continue state.'),
    ],
    ['a foreign sub', (login) => login.answer({ sub: 'auth0|mallory' }), 'the token is about another user'],
    ['no sub', (login) => login.answer({ sub: undefined }), 'the token is about another user'],
    ['no nonce', (login) => login.answer({ nonce: undefined }), 'the token has no nonce'],
    ['an empty nonce', (login) => login.answer({ nonce: '' }), 'the token has no nonce'],
    [
      "another login's nonce: the answer of a step that somebody else completed",
      (login) => login.answer({ nonce: 'A'.repeat(43) }),
      'the token belongs to another login',
    ],
    ['an unknown outcome', (login) => login.answer({ outcome: 'skipped' }), 'the outcome is unknown'],
    ['an outcome of another type', (login) => login.answer({ outcome: true }), 'the outcome is unknown'],
    ['an empty outcome', (login) => login.answer({ outcome: null }), 'the outcome is unknown'],
    ['steps that are a list', (login) => login.answer({ steps: [] }), 'the steps are not an object'],
    ['steps that are null', (login) => login.answer({ steps: null }), 'the steps are not an object'],
  ])('%s', async (_attack, token, check) => {
    const login = await new Login().start();
    await login.comeBack(token(login));

    expect(endOf(login)).toStrictEqual(denial(TRY_AGAIN, check));
  });

  it('the same answer a second time: its nonce is used', async () => {
    const login = await new Login().start();
    const answer = login.answer();
    await login.comeBack(answer);
    const again = new Login();
    again.event.transaction.metadata = login.event.transaction.metadata;
    await again.comeBack(answer);

    expect(endOf(again)).toStrictEqual(denial(TRY_AGAIN, 'this login has no nonce, or its answer came twice'));
  });

  it('a second attempt after a refused answer: the nonce is used', async () => {
    const login = await new Login().start();
    const good = login.answer();
    await login.comeBack(login.answer({ sub: 'auth0|mallory' }));
    await login.comeBack(good);

    expect(login.denied).toHaveLength(2);
    expect(login.idToken).toStrictEqual({});
  });

  it('/continue for a login that was never redirected', async () => {
    const login = await new Login().start();
    const answer = login.answer({ nonce: undefined });
    login.event.transaction.metadata = {};
    await login.comeBack(answer);

    expect(endOf(login)).toStrictEqual(denial(TRY_AGAIN, 'this login has no nonce, or its answer came twice'));
  });

  it('reports the failure of each secret, without the secrets', async () => {
    const login = await new Login().start();
    login.event.secrets['SESSION_SECRET_PREVIOUS'] = PREVIOUS;
    await login.comeBack(login.answer({ exp: now() - 1 }, PREVIOUS));

    const previous = 'SESSION_SECRET_PREVIOUS: The session token is invalid: Token has expired.';
    expect(endOf(login)).toStrictEqual(denial(TRY_AGAIN, `${invalid('Failed signature validation')} | ${previous}`));
  });
});

describe('the password reset of the guide', () => {
  const START_AGAIN = 'We could not reset your password. Please start again.';

  it('redirects with a jti and accepts an answer', async () => {
    const reset = await new Login(passwordResetAction()).start();
    await reset.comeBack(reset.answer());

    expect(reset.sessionToken['jti']).toMatch(/^[0-9a-f-]{36}$/);
    expect([reset.denied, logged]).toStrictEqual([[], []]);
  });

  it('needs an outcome if the service has steps', async () => {
    const denials = async (changes: Json): Promise<number> => {
      const reset = new Login(passwordResetAction());
      reset.event.secrets['STEPS_EXPECTED'] = 'true';
      await reset.start();
      await reset.comeBack(reset.answer(changes));
      return reset.denied.length;
    };
    expect([await denials({}), await denials({ outcome: 'completed', steps: {} })]).toStrictEqual([1, 0]);
  });

  it.each<[attack: string, token: (login: Login) => string | undefined]>([
    ['no answer', () => undefined],
    ['a foreign sub', (login) => login.answer({ sub: 'auth0|mallory' })],
    ['a denial', (login) => login.answer({ outcome: 'denied' })],
    ['an unknown outcome', (login) => login.answer({ outcome: 'skipped' })],
    ['a wrong secret', (login) => login.answer({}, PREVIOUS)],
  ])('denies %s', async (_attack, token) => {
    const reset = await new Login(passwordResetAction()).start();
    await reset.comeBack(token(reset));

    expect(reset.denied).toStrictEqual([START_AGAIN]);
    expect(endOf(reset).leaked).toStrictEqual([]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TransactionRecord } from '../src/index.js';
import { decodeToken } from '../src/redirect/jwt.js';
import { Browser, type Answer } from './harness/browser.js';
import { callsOf, linesOf, recordsOf, stepsOf } from './harness/record-steps.js';
import { replyTo } from './harness/redirect-target.js';
import { build, DIST, SandboxProcess } from './harness/sandbox-process.js';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const STEP_HOST = 'step.localhost';
const CALLBACK = 'http://own.localhost:1/callback';
const CLIENT = { client_id: 'own', client_secret: 'own-secret-own-secret-own-secret!' };
const DATABASE = 'Username-Password-Authentication';
const AUDIENCE = 'https://api.example.com/';

/** Prints the names of all members that an Action receives. */
const PRINT = `
const names = (value, path = '') => Object.entries(value).flatMap(([name, item]) => {
  const own = path ? path + '.' + name : name;
  const isOpen = item && typeof item === 'object' && !Array.isArray(item) && !/metadata|geoip|body|query|secrets/.test(name);
  return isOpen ? names(item, own) : [own + ':' + (item === null ? 'null' : Array.isArray(item) ? 'array' : typeof item)];
});
const print = (event, api) => { console.log(names(event).join(' ')); console.log(names(api).map((name) => name.split(':')[0]).join(' ')); };
`;

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'pre-user-registration': [
    `${PRINT}
    exports.onExecutePreUserRegistration = async (event, api) => {
      print(event, api);
      const { email } = event.user;
      if (email.startsWith('eve')) api.access.deny('no_eve', 'Eve may not <b>sign up</b>.');
      if (email.startsWith('bob')) api.validation.error('no_bob', 'Bob may not sign up.');
      if (email.startsWith('mute')) api.access.deny('no_mute');
      if (email.startsWith('fail')) throw new Error('internal details');
      api.user.setUserMetadata('first', event.request.body['ulp-first-name'] ?? 'none');
      api.user.setAppMetadata('plan', 'gold');
    };`,
    `exports.onExecutePreUserRegistration = async (event, api) => {
      console.log('second', JSON.stringify(event.user.user_metadata), JSON.stringify(event.request.body));
      api.user.setUserMetadata('color', null);
    };`,
  ],
  'post-user-registration': [
    `${PRINT}
    exports.onExecutePostUserRegistration = async (event, api) => {
      print(event, api);
      if (event.user.email.startsWith('late')) throw new Error('too late');
    };`,
    `exports.onPostUserRegistration = async () => {};`,
  ],
  'password-reset-post-challenge': [
    `${PRINT}
    exports.onExecutePostChallenge = async (event, api) => {
      print(event, api);
      const { email } = event.user;
      if (email.startsWith('eve')) return api.access.deny('Eve may not reset.');
      if (email.startsWith('sms')) return api.authentication.challengeWith({ type: 'phone' });
      if (email.startsWith('mfa')) return api.authentication.challengeWith({ type: 'email' });
      if (email.startsWith('form')) return api.prompt.render('ap_1', { fields: { color: 'red' } });
      if (!email.startsWith('away')) return;
      const session_token = api.redirect.encodeToken({ secret: event.secrets.SECRET });
      api.redirect.sendUserTo('http://${STEP_HOST}/go', { query: { session_token } });
    };
    exports.onContinuePostChallenge = async (event, api) => {
      if (event.prompt) { console.log('prompt', JSON.stringify(event.prompt)); return; }
      api.redirect.validateToken({ secret: event.secrets.SECRET, tokenParameterName: 'session_token' });
      api.transaction.setResultUrl('http://${STEP_HOST}/done', { query: { from: 'reset' } });
    };`,
    `exports.onExecutePostChallenge = async () => { console.log('second'); };`,
  ],
  'post-change-password': [
    `${PRINT} exports.onExecutePostChangePassword = async (event, api) => { print(event, api); };`,
  ],
  'credentials-exchange': [
    `${PRINT}
    exports.onExecuteCredentialsExchange = async (event, api) => {
      print(event, api);
      const { requested_scopes: scopes } = event.transaction;
      if (scopes.includes('deny')) api.access.deny('invalid_scope', 'Not this scope.');
      if (scopes.includes('odd')) api.access.deny('odd_code');
      if (scopes.includes('fail')) throw new Error('no exchange');
      api.accessToken.setCustomClaim('https://example.com/level', 2);
      api.accessToken.setCustomClaim('roles', ['x']);
      if (scopes.includes('change')) api.transaction.addTargetScope('read:more').transaction.removeTargetScope('change');
      console.log('scopes', JSON.stringify(event.transaction.target_scopes));
    };`,
    `exports.onExecuteCredentialsExchange = async (event, api) => {
      console.log('second', JSON.stringify(event.accessToken));
      if (event.transaction.requested_scopes.includes('clear')) api.transaction.clearTargetScopes();
      if (event.transaction.requested_scopes.includes('set')) api.transaction.setTargetScopes(['a', 'b']);
    };`,
  ],
  'send-phone-message': [
    `${PRINT}
    exports.onExecuteSendPhoneMessage = async (event, api) => {
      print(event, api);
      if (event.message_options.recipient.endsWith('9')) throw new Error('The provider is down.');
    };`,
  ],
};

let folder: string;
let sandbox: SandboxProcess;
let tenant: string;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-triggers-'));
  const args = Object.entries(ACTIONS).flatMap(([trigger, sources]) =>
    sources.flatMap((source, index) => ['--action', `${trigger}:${file(`${trigger}-${index + 1}.js`, source)}`]),
  );
  const secrets = file('secrets.json', JSON.stringify({ SECRET }));
  const client = ['--client-id', CLIENT.client_id, '--client-secret', CLIENT.client_secret, '--callback', CALLBACK];
  sandbox = await SandboxProcess.start([...args, '--secrets', secrets, ...client]);
  ({ tenant } = sandbox.ready);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function authorizeUrl(extra: Record<string, string> = {}): string {
  const query = { response_type: 'code', client_id: 'own', redirect_uri: CALLBACK, scope: 'openid email', state: 's' };
  return `${tenant}/authorize?${new URLSearchParams({ ...query, ...extra }).toString()}`;
}

async function post(path: string, body: Record<string, unknown>): Promise<Answer> {
  const form = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
  return new Browser().fetch(`${tenant}${path}`, { method: 'POST', form });
}

async function postJson(
  path: string,
  body: unknown,
  origin?: string,
): Promise<{ status: number; text: string; cors: string | null }> {
  const { loopbackFetch } = await import('../src/network/loopback-fetch.js');
  const headers = { 'content-type': 'application/json', ...(origin ? { origin } : {}) };
  const response = await loopbackFetch()(`${tenant}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const cors = response.headers.get('access-control-allow-origin');
  return { status: response.status, text: await response.text(), cors };
}

/** Waits until a user's newest record matches, because some Actions run in the background. */
async function recordAbout(
  email: string,
  isReady: (record: TransactionRecord) => boolean = () => true,
): Promise<TransactionRecord | undefined> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = (await recordsOf(tenant)).find(({ title, user }) => title === email || user?.email === email);
    if (found && isReady(found)) return found;
    await setTimeout(20);
  }
  return undefined;
}

const hasRun =
  (trigger: string) =>
  (record: TransactionRecord): boolean =>
    stepsOf(record, 'action').some((step) => step.trigger === trigger && step.durationMs !== undefined);

/** Returns the email's link from a page or from the record. */
function linkIn({ body }: Answer, origin = tenant): string {
  return `${origin}${/\/u\/reset\/[\w-]{32}/.exec(body)?.[0]}`;
}

async function askForReset(browser: Browser, email: string, origin = tenant): Promise<string> {
  const form = { email, connection: DATABASE, client_id: 'own', state: 'xyz', ui_locales: 'en' };
  return linkIn(await browser.fetch(`${origin}/u/reset`, { method: 'POST', form }), origin);
}

function setPassword(browser: Browser, link: string, password = 'new', again = password): Promise<Answer> {
  return browser.fetch(link, { method: 'POST', form: { password, password_again: again } });
}

describe('a sign-up on the login page', () => {
  async function signUp(
    email: string,
    more: Record<string, string> = {},
  ): Promise<{ browser: Browser; answer: Answer }> {
    const browser = new Browser();
    const page = await browser.open(authorizeUrl({ screen_hint: 'signup' }), {}, 'own.localhost:1');
    expect(new URL(page.url).pathname).toMatch(/\/signup$/);
    const form = { email, password: 'secret-of-the-user', ...more };
    return { browser, answer: await browser.open(page.url, { method: 'POST', form }, 'own.localhost:1') };
  }

  it('runs the Actions of both triggers, stores their changes, and logs the user in', async () => {
    const fields = { user_metadata: 'color=red\r\nsize = 4 = 2', more_fields: 'ulp-first-name=Ada' };
    const { answer } = await signUp('ada@example.com', fields);
    expect(new URL(answer.url).searchParams.get('code')).toBeTruthy();
    const record = await recordAbout('ada@example.com', hasRun('post-user-registration'));
    expect(record).toMatchObject({ kind: 'login', loggedInBy: 'form', status: 'completed' });
    expect(linesOf(record, 'pre-user-registration').at(-1)).toBe(
      'second {"color":"red","size":"4 = 2","first":"Ada"} {"email":"ada@example.com","ulp-first-name":"Ada"}',
    );
    const [after] = stepsOf(record, 'action').filter(({ trigger }) => trigger === 'post-user-registration');
    expect(after?.event['user']).toMatchObject({
      ...{ email: 'ada@example.com', email_verified: false, app_metadata: { plan: 'gold' } },
      user_metadata: { size: '4 = 2', first: 'Ada' },
    });
    expect(JSON.stringify(record)).not.toContain('secret-of-the-user');
  });

  it.each([
    ['eve@example.com', 'Eve may not &#60;b&#62;sign up&#60;/b&#62;.', 'no_eve'],
    ['bob@example.com', 'Bob may not sign up.', 'no_bob'],
    ['mute@example.com', 'The sign-up failed. Try again later.', 'no_mute'],
    ['fail@example.com', 'The sign-up failed. Try again later.', 'internal details'],
  ])('of %s shows only the message for users, and stores no user', async (email, message, internal) => {
    const { answer } = await signUp(email);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(message);
    expect(answer.body).not.toContain(internal);
    const records = await recordsOf(tenant);
    const record = records.find(({ steps }) => JSON.stringify(steps).includes(email));
    expect(stepsOf(record, 'action').map(({ trigger }) => trigger)).toEqual(['pre-user-registration']);
    expect(stepsOf(record, 'note').at(-1)).toMatchObject({ tone: 'bad', title: 'The sign-up was refused' });
    expect(record?.user).toBeUndefined();
  });

  it('reports that a user exists, and wrong fields', async () => {
    await signUp('twice@example.com');
    expect((await signUp('TWICE@example.com')).answer.body).toContain('The user already exists.');
    expect((await signUp('nowhere')).answer.body).toContain('Enter an email address');
    expect((await signUp('no@example.com', { password: '' })).answer.body).toContain('Enter a password.');
    expect((await signUp('no@example.com', { user_metadata: 'wrong' })).answer.body).toContain('is not NAME=VALUE');
  });

  it('is linked from the login page, and links back to it', async () => {
    const browser = new Browser();
    const login = await browser.open(authorizeUrl());
    const link = /href="(\/u\/login\/[\w-]+\/signup)"/.exec(login.body)?.[1];
    const page = await browser.open(`${tenant}${link}`);
    const back = /href="(\/u\/login\/[\w-]+\?screen=login)"/.exec(page.body)?.[1];
    expect((await browser.open(`${tenant}${back}`)).body).toContain('Log in to');
  });

  it('is not offered for a social connection', async () => {
    const page = await new Browser().open(authorizeUrl({ connection: 'google-oauth2', screen_hint: 'signup' }));
    expect(page.body).toContain('Log in to');
    expect(page.body).not.toMatch(/Sign up|Forgot/);
  });

  it('continues if an Action after it fails, and warns of a misspelled handler', async () => {
    expect((await signUp('late@example.com')).answer.url).toContain('code=');
    const failed = await recordAbout('late@example.com', hasRun('post-user-registration'));
    expect(failed?.status).toBe('completed');
    expect(stepsOf(failed, 'action').at(-1)?.error?.message).toBe('too late');
    const warned = await recordAbout('twice@example.com', (record) => stepsOf(record, 'warning').length > 0);
    expect(stepsOf(warned, 'warning')[0]?.message).toContain('onExecutePostUserRegistration');
    expect(stepsOf(warned, 'warning')[0]?.message).toContain('onPostUserRegistration');
  });

  it('does not happen in a login with an unknown address', async () => {
    const browser = new Browser();
    const page = await browser.open(authorizeUrl());
    await browser.open(page.url, { method: 'POST', form: { email: 'made-up@example.com' } }, 'own.localhost:1');
    const record = await recordAbout('made-up@example.com');
    expect(stepsOf(record, 'action')).toEqual([]);
  });
});

describe('POST /dbconnections/signup', () => {
  const body = { ...CLIENT, client_secret: undefined, connection: DATABASE, password: 'secret-of-the-user' };

  it('returns the user, and has its own record', async () => {
    const user = { email: 'api@example.com', given_name: 'Grace', user_metadata: { color: 'red' } };
    const { status, text, cors } = await postJson(
      '/dbconnections/signup',
      { ...body, ...user },
      'http://own.localhost:1',
    );
    expect(status).toBe(200);
    expect(cors).toBe('http://own.localhost:1');
    expect(JSON.parse(text)).toMatchObject({
      ...{ _id: expect.stringMatching(/^[0-9a-f]{24}$/), email: 'api@example.com', email_verified: false },
      ...{ given_name: 'Grace', user_metadata: { first: 'none' } },
    });
    const record = await recordAbout('api@example.com', hasRun('post-user-registration'));
    expect(record).toMatchObject({ kind: 'sign-up', status: 'completed', clientId: 'own' });
    expect(JSON.stringify(record)).not.toContain('secret-of-the-user');
    expect((await new Browser().fetch(`${tenant}/transactions/${record?.id}`)).body).toContain('Sign-up');
  });

  it('returns the message for users if an Action refuses', async () => {
    const { status, text } = await postJson('/dbconnections/signup', { ...body, email: 'eve2@example.com' });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: 'invalid_signup',
      error_description: 'Eve may not <b>sign up</b>.',
    });
    expect(await recordAbout('eve2@example.com')).toMatchObject({ status: 'denied' });
  });

  it.each([
    [{ email: 'x@example.com' }, 'connection is required.'],
    [{ email: 'x@example.com', connection: 'nowhere' }, 'There is no database connection "nowhere".'],
    [{ email: 'x', connection: DATABASE }, 'email must be an email address.'],
    [{ email: 'x@example.com', connection: DATABASE }, 'password is required.'],
    [
      { email: 'x@example.com', connection: DATABASE, password: 'x', user_metadata: { a: 1 } },
      'user_metadata must be an object of at most 10 strings of at most 500 characters.',
    ],
  ])('rejects %j', async (input, description) => {
    const { status, text } = await postJson('/dbconnections/signup', input);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: 'invalid_request', error_description: description });
  });
});

describe('a password reset', () => {
  it('starts on the login page, runs the Actions behind the link, and ends with the new password', async () => {
    const browser = new Browser();
    const login = await browser.open(authorizeUrl({ state: 'of-the-login' }));
    const path = /href="(\/u\/reset\?[^"]+)"/.exec(login.body)?.[1]?.replaceAll('&#38;', '&') ?? '';
    const first = await browser.fetch(`${tenant}${path}`);
    const hidden = [...first.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    const form = { ...Object.fromEntries(hidden), email: 'reset@example.com' };
    const sent = await browser.fetch(`${tenant}/u/reset`, { method: 'POST', form });
    const link = linkIn(sent);
    expect((await browser.fetch(link)).body).toContain('Change your password');
    expect((await setPassword(browser, link, 'a', 'b')).body).toContain('The two passwords differ.');
    expect((await setPassword(browser, link, '')).body).toContain('Enter a new password.');
    expect((await setPassword(browser, link)).body).toContain('Password changed');
    const record = await recordAbout('reset@example.com', hasRun('post-change-password'));
    expect(record).toMatchObject({ kind: 'password reset', status: 'completed', clientId: 'own' });
    expect(linesOf(record, 'password-reset-post-challenge').at(-1)).toBe('second');
    const [action] = stepsOf(record, 'action');
    expect(action?.event['transaction']).toMatchObject({ state: 'of-the-login', locale: 'en' });
    expect(action?.event['authentication']).toMatchObject({ methods: [{ name: 'email' }] });
    const changed = stepsOf(record, 'action').at(-1)?.event['user'];
    expect(changed).toMatchObject({ last_password_reset: expect.stringMatching(/^\d{4}-/) });
    expect((await browser.fetch(link)).status).toBe(400);
    expect((await setPassword(browser, link)).status).toBe(400);
  });

  it('goes to another site and back, and then to the result URL', async () => {
    const browser = new Browser();
    const link = await askForReset(browser, 'away@example.com');
    const away = await browser.open(link, {}, STEP_HOST);
    expect(new URL(away.url).searchParams.get('state')).toMatch(/^[\w-]{166}$/);
    expect((await setPassword(browser, link)).status).toBe(400);
    const reply = replyTo(away.url, SECRET);
    const back = `${tenant}/continue?state=${encodeURIComponent(reply.state)}`;
    const page = await browser.open(back, { method: 'POST', form: { ...reply }, from: `http://${STEP_HOST}/go` });
    expect(page.body).toContain('Change your password');
    const done = await setPassword(browser, link);
    expect(done.headers.location).toBe(`http://${STEP_HOST}/done?from=reset`);
    const record = await recordAbout('away@example.com', hasRun('post-change-password'));
    expect(stepsOf(record, 'action').map(({ handler }) => handler)).toEqual([
      ...['onExecutePostChallenge', 'onContinuePostChallenge', 'onExecutePostChallenge', 'onExecutePostChangePassword'],
    ]);
  });

  it('waits for a factor that an Action requests', async () => {
    const browser = new Browser();
    const link = await askForReset(browser, 'mfa@example.com');
    const page = await browser.open(link);
    expect(page.body).toContain('Verify your identity');
    expect((await setPassword(browser, link)).status).toBe(400);
    const form = { state: new URL(page.url).searchParams.get('state') ?? '', factor: 'email', decision: 'approve' };
    const after = await browser.open(`${tenant}/u/mfa`, { method: 'POST', form });
    expect(after.body).toContain('Change your password');
  });

  it('sends the message of a phone factor, and waits for one that could not be sent', async () => {
    const users = ['0100', '0199'].map((last) => {
      const contact = { email: `sms${last}@example.com`, phone_number: `+1555${last}` };
      return { ...contact, enrolled_factors: ['phone'] };
    });
    const actions = ['password-reset-post-challenge', 'send-phone-message'].map(
      (trigger) => `${trigger}:${join(folder, `${trigger}-1.js`)}`,
    );
    const other = await SandboxProcess.embed(`
      const { startSandbox } = require(${JSON.stringify(join(DIST, 'index.js'))});
      startSandbox({ port: 0, app: false, actions: ${JSON.stringify(actions)}, tenant: { users: ${JSON.stringify(users)} } })
        .then(({ tenantUrl: tenant }) => console.log(JSON.stringify({ tenant })));`);
    try {
      const approve = async (email: string): Promise<Answer> => {
        const browser = new Browser();
        const page = await browser.open(await askForReset(browser, email, other.ready.tenant));
        const state = new URL(page.url).searchParams.get('state') ?? '';
        const form = { state, factor: 'phone', decision: 'approve' };
        return browser.open(`${other.ready.tenant}/u/mfa`, { method: 'POST', form });
      };
      expect((await approve('sms0100@example.com')).body).toContain('Change your password');
      const [record] = await recordsOf(other.ready.tenant);
      const sent = stepsOf(record, 'action').find((step) => step.trigger === 'send-phone-message');
      expect(sent?.event['message_options']).toMatchObject({ recipient: '+15550100', message_type: 'sms' });
      expect((await approve('sms0199@example.com')).body).toContain('The message could not be sent.');
    } finally {
      await other.stop();
    }
  });

  it('shows a form, and continues with its values', async () => {
    const browser = new Browser();
    const page = await browser.open(await askForReset(browser, 'form@example.com'));
    const state = new URL(page.url).searchParams.get('state') ?? '';
    const form = { state, decision: 'submit', 'field:color': 'blue' };
    const after = await browser.open(`${tenant}/u/form`, { method: 'POST', form });
    expect(after.body).toContain('Change your password');
    const record = await recordAbout('form@example.com');
    expect(linesOf(record, 'password-reset-post-challenge')).toContain(
      'prompt {"id":"ap_1","fields":{"color":"blue"},"vars":{}}',
    );
  });

  it('ends if an Action denies it', async () => {
    const browser = new Browser();
    const link = await askForReset(browser, 'eve@example.org');
    const page = await browser.fetch(link);
    expect(page.status).toBe(403);
    expect(page.body).toContain('Eve may not reset.');
    expect((await setPassword(browser, link)).status).toBe(400);
    const record = await recordAbout('eve@example.org');
    expect(record?.status).toBe('denied');
    expect(stepsOf(record, 'denied')[0]?.title).toBe('The password cannot be reset');
  });

  it('belongs to the browser that has opened the link', async () => {
    const link = await askForReset(new Browser(), 'browser@example.com');
    const owner = new Browser();
    expect((await owner.fetch(link)).status).toBe(200);
    expect((await new Browser().fetch(link)).status).toBe(400);
    expect((await setPassword(new Browser(), link)).status).toBe(400);
    expect((await owner.fetch(link)).status).toBe(200);
    expect(linesOf(await recordAbout('browser@example.com'), 'password-reset-post-challenge')).toHaveLength(3);
  });

  it('starts at POST /dbconnections/change_password, which does not reveal whether a user exists', async () => {
    await askForReset(new Browser(), 'known@example.com');
    const body = { client_id: 'own', connection: DATABASE };
    const known = await postJson('/dbconnections/change_password', { ...body, email: 'known@example.com' });
    const unknown = await postJson('/dbconnections/change_password', { ...body, email: 'unknown@example.com' });
    expect(known).toEqual(unknown);
    expect(known).toMatchObject({ status: 200, text: "We've just sent you an email to reset your password." });
    expect(await recordAbout('unknown@example.com')).toMatchObject({ status: 'denied' });
    const record = await recordAbout('known@example.com');
    const link = stepsOf(record, 'note')[0]?.link?.path;
    expect((await new Browser().open(`${tenant}${link}`)).body).toContain('Change your password');
    const withoutClient = { connection: DATABASE, email: 'known@example.com' };
    expect((await postJson('/dbconnections/change_password', withoutClient)).status).toBe(400);
  });

  it('shows the problem with an address', async () => {
    expect((await post('/u/reset', { email: 'nowhere' })).body).toContain('Enter an email address');
    expect((await new Browser().fetch(`${tenant}/u/reset/unknown`)).status).toBe(400);
  });
});

describe('a client credentials grant', () => {
  async function grant(
    scope: string,
  ): Promise<{ status: number; body: Record<string, string>; record: TransactionRecord | undefined }> {
    const request = { ...CLIENT, grant_type: 'client_credentials', audience: AUDIENCE, scope };
    const { status, text } = await postJson('/oauth/token', request);
    return { status, body: JSON.parse(text), record: (await recordsOf(tenant))[0] };
  }

  it('puts the custom claims into the access token, without those that Auth0 reserves', async () => {
    const { status, body, record } = await grant('read:things');
    expect(status).toBe(200);
    expect(decodeToken(body['access_token'] ?? '')?.claims).toMatchObject({
      ...{ aud: AUDIENCE, scope: 'read:things', gty: 'client-credentials', 'https://example.com/level': 2 },
    });
    expect(decodeToken(body['access_token'] ?? '')?.claims).not.toHaveProperty('roles');
    expect(record).toMatchObject({ kind: 'client credentials', status: 'completed', title: 'own' });
    expect(linesOf(record, 'credentials-exchange').at(-1)).toBe(
      'second {"customClaims":{"https://example.com/level":2},"scope":["read:things"]}',
    );
    expect(JSON.stringify(record)).not.toContain(CLIENT.client_secret);
  });

  it.each([
    ['read:things change', 'read:things read:more'],
    ['read:things set', 'a b'],
    ['read:things clear', undefined],
  ])('with the scope "%s" ends with the scope "%s"', async (asked, granted) => {
    const { body } = await grant(asked);
    expect(body['scope']).toBe(granted);
    expect(decodeToken(body['access_token'] ?? '')?.claims['scope']).toBe(granted);
  });

  it('shows a changed scope in the event at once', async () => {
    const { record } = await grant('read:things change');
    expect(linesOf(record, 'credentials-exchange')[2]).toBe('scopes ["read:things","read:more"]');
  });

  it('returns the code and the reason if an Action denies it', async () => {
    const { status, body, record } = await grant('deny');
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'invalid_scope', error_description: 'Not this scope.' });
    expect(record?.status).toBe('denied');
    expect(callsOf((await grant('odd')).record, 'credentials-exchange')[0]?.hint).toContain('invalid_request');
  });

  it('returns server_error if an Action fails', async () => {
    const { body, record } = await grant('fail');
    expect(body).toMatchObject({ error: 'server_error', error_description: 'no exchange' });
    expect(record?.status).toBe('failed');
  });
});

describe('a phone message', () => {
  async function send(fields: Record<string, string>): Promise<Answer> {
    const browser = new Browser();
    const { body } = await browser.fetch(`${tenant}/phone-message`);
    const token = /name="token" value="([\w-]+)"/.exec(body)?.[1] ?? '';
    const usual = {
      token,
      email: 'phone@example.com',
      recipient: '+12015550123',
      code: '123456',
      text: 'Your code is 123456',
    };
    const form = { ...usual, message_type: 'voice', action: 'enrollment', ...fields };
    return browser.open(`${tenant}/phone-message`, { method: 'POST', form });
  }

  it('is passed to the Actions, and links to the record', async () => {
    expect((await new Browser().fetch(`${tenant}/`)).body).toContain('href="/phone-message"');
    const page = await send({});
    expect(page.url).toContain('/transactions/tx_');
    const record = await recordAbout('phone@example.com');
    expect(record).toMatchObject({ kind: 'phone message', status: 'completed' });
    expect(stepsOf(record, 'action')[0]?.event['message_options']).toEqual({
      ...{ action: 'enrollment', code: '123456', message_type: 'voice' },
      ...{ recipient: '+12015550123', text: 'Your code is 123456' },
    });
  });

  it('shows that the provider failed', async () => {
    await send({ email: 'phone2@example.com', recipient: '+15550199' });
    expect((await recordAbout('phone2@example.com'))?.status).toBe('failed');
  });

  it('cannot be sent from another site, or with wrong fields', async () => {
    expect((await send({ token: 'x' })).status).toBe(400);
    expect((await send({ recipient: 'nobody' })).body).toContain('Enter a phone number');
    expect((await send({ message_type: 'pigeon' })).body).toContain('Select a message type');
  });
});

describe('the event of an Action', () => {
  const REQUEST =
    'request.method:string request.hostname:string request.ip:string request.language:string request.user_agent:string';
  const CONNECTION =
    'connection.id:string connection.name:string connection.strategy:string connection.metadata:object';
  const CLIENT_MEMBERS = 'client.client_id:string client.name:string client.metadata:object';
  const CACHE = 'cache.get cache.set cache.delete';
  const FINGERPRINTS = 'security_context.ja3:string security_context.ja4:string';
  const NEW_USER =
    'user.user_id:string user.email:string user.email_verified:boolean user.name:string user.nickname:string user.picture:string user.created_at:string user.updated_at:string user.app_metadata:object user.user_metadata:object';
  const TRANSACTION =
    'transaction.acr_values:array transaction.prompt:array transaction.requested_scopes:array transaction.ui_locales:array transaction.locale:string transaction.protocol:string transaction.redirect_uri:string transaction.response_type:array transaction.state:string';

  const TRIGGERS: readonly [string, string, string, string][] = [
    [
      'pre-user-registration',
      'ada@example.com',
      `${CONNECTION} secrets:object ${FINGERPRINTS} tenant.id:string ${TRANSACTION} ${CLIENT_MEMBERS} ${REQUEST} request.body:object request.geoip:object user.email:string user.user_metadata:object user.app_metadata:object`,
      `${CACHE} access.deny validation.error user.setAppMetadata user.setUserMetadata`,
    ],
    [
      'post-user-registration',
      'ada@example.com',
      `${CONNECTION} secrets:object ${FINGERPRINTS} tenant.id:string ${TRANSACTION} ${REQUEST} request.geoip:object ${NEW_USER}`,
      CACHE,
    ],
    [
      'password-reset-post-challenge',
      'reset@example.com',
      `authentication.methods:array authorization.roles:array ${CLIENT_MEMBERS} ${CONNECTION} ${REQUEST} request.query:object request.body:object request.geoip:object secrets:object stats.logins_count:number tenant.id:string transaction.locale:string transaction.state:string transaction.ui_locales:array ${NEW_USER} user.enrolledFactors:array user.identities:array`,
      `access.deny ${CACHE} authentication.challengeWith authentication.challengeWithAny prompt.render redirect.encodeToken redirect.sendUserTo redirect.validateToken transaction.setResultUrl`,
    ],
    [
      'post-change-password',
      'reset@example.com',
      `${CONNECTION} ${REQUEST} request.geoip:object secrets:object tenant.id:string user.user_id:string user.email:string user.email_verified:boolean user.last_password_reset:string`,
      CACHE,
    ],
    [
      'send-phone-message',
      'phone@example.com',
      `message_options.action:string message_options.code:string message_options.message_type:string message_options.recipient:string message_options.text:string ${REQUEST} request.geoip:object secrets:object ${FINGERPRINTS} tenant.id:string ${NEW_USER} user.identities:array`,
      CACHE,
    ],
    [
      'credentials-exchange',
      'own',
      `accessToken.scope:array ${CLIENT_MEMBERS} ${REQUEST} request.body:object request.geoip:object resource_server.identifier:string secrets:object tenant.id:string transaction.requested_scopes:array transaction.target_scopes:array`,
      `access.deny accessToken.setCustomClaim ${CACHE} transaction.addTargetScope transaction.removeTargetScope transaction.setTargetScopes transaction.clearTargetScopes`,
    ],
  ];

  it.each(TRIGGERS)('at %s matches Auth0’s documentation', async (trigger, subject, event, api) => {
    const [shownEvent = '', shownApi = ''] = linesOf(await recordAbout(subject), trigger);
    expect(shownEvent.split(' ').toSorted()).toEqual(event.split(' ').toSorted());
    expect(shownApi.split(' ').toSorted()).toEqual(api.split(' ').toSorted());
  });
});

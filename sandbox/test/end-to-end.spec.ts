import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { TransactionRecord } from '../src/index.js';
import { Browser, type Answer } from './harness/browser.js';
import { replyTo } from './harness/redirect-target.js';
import { build, DIST, run, SandboxProcess } from './harness/sandbox-process.js';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const STEP_HOST = 'step.localhost';
const CALLBACK = 'http://own.localhost:1/callback';

const ACTION = `
const { randomUUID } = require('node:crypto');
exports.onExecutePostLogin = async (event, api) => {
  console.log('hello', event.user.email);
  if (event.user.email.startsWith('eve')) return api.access.deny('Eve may not: "no" <b>entry</b>');
  if (event.user.app_metadata.done) return api.idToken.setCustomClaim('https://example.com/done', true);
  api.transaction.setMetadata('nonce', randomUUID());
  const session_token = api.redirect.encodeToken({ secret: event.secrets.SECRET });
  api.redirect.sendUserTo('http://${STEP_HOST}/go', { query: { session_token } });
};
exports.onContinuePostLogin = async (event, api) => {
  api.redirect.validateToken({ secret: event.secrets.SECRET, tokenParameterName: 'session_token' });
  api.user.setAppMetadata('done', true);
  api.idToken.setCustomClaim('https://example.com/done', 'now');
  api.accessToken.setCustomClaim('https://example.com/level', 2).accessToken.addScope('read:more');
};`;

let folder: string;
let files: string[];
let sandbox: SandboxProcess;
let tenant: string;
let app: string;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-e2e-'));
  const [action, secrets] = [join(folder, 'action.js'), join(folder, 'secrets.json')];
  writeFileSync(action, ACTION);
  writeFileSync(secrets, JSON.stringify({ SECRET }));
  files = ['--action', action, '--secrets', secrets];
  sandbox = await SandboxProcess.start([...files, '--client-id', 'own', '--callback', CALLBACK]);
  ({ tenant, app } = sandbox.ready);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

/** Opens the app's login and submits the login page. Returns the page of the other site, or of the app. */
async function logIn(browser: Browser, email: string, start = `${app}/login`): Promise<Answer> {
  return submitLogin(browser, await browser.open(start), email);
}

function submitLogin(browser: Browser, page: Answer, email: string): Promise<Answer> {
  const form = { email, password: 'anything' };
  return browser.open(page.url, { method: 'POST', form }, STEP_HOST);
}

/** Posts the reply to the tenant, as the page of the other site does. */
function comeBack(browser: Browser, address: string, reply = replyTo(address, SECRET)): Promise<Answer> {
  const target = `${tenant}/continue?state=${encodeURIComponent(reply.state)}`;
  return browser.open(target, { method: 'POST', form: { ...reply }, from: `http://${STEP_HOST}/go` }, STEP_HOST);
}

async function transactionsOf(email: string): Promise<TransactionRecord[]> {
  const { body } = await new Browser().fetch(`${tenant}/transactions.json`);
  const { transactions }: { transactions: TransactionRecord[] } = JSON.parse(body);
  return transactions.filter(({ user }) => user?.email === email);
}

describe('a login through the sample app', () => {
  it('goes to the other site and back, and is recorded step by step', async () => {
    const browser = new Browser();
    const away = await logIn(browser, 'ada@example.com');
    expect(new URL(away.url).searchParams.get('state')).toMatch(/^[\w-]{166}$/);
    const home = await comeBack(browser, away.url);
    expect(home.url).toBe(`${app}/`);
    expect(home.body).toContain('Hello, Ada');
    expect(home.body).toContain('&#34;https://example.com/done&#34;: &#34;now&#34;');
    const [record] = await transactionsOf('ada@example.com');
    expect(record?.status).toBe('completed');
    expect(record?.steps.map(({ kind }) => kind)).toEqual(
      'authorize login action redirect continue action completed tokens'.split(' '),
    );
    expect(JSON.stringify(record)).not.toContain(SECRET);
    expect((await browser.fetch(`${tenant}/transactions/${record?.id}`)).body).toContain('validateToken');
  });

  it('is not redirected again by an Action that stored the result', async () => {
    const browser = new Browser();
    await comeBack(browser, (await logIn(browser, 'again@example.com')).url);
    const home = await logIn(new Browser(), 'AGAIN@example.com');
    expect(home.body).toContain('&#34;https://example.com/done&#34;: true');
  });

  it('keeps a session at the tenant, so that the next one needs no login page', async () => {
    const browser = new Browser();
    await comeBack(browser, (await logIn(browser, 'sso@example.com')).url);
    const home = await browser.open(`${app}/login?prompt=none`);
    expect(home.body).toContain('Hello, Sso');
    const [silent] = await transactionsOf('sso@example.com');
    expect(silent?.steps[1]).toMatchObject({ kind: 'login', how: 'session' });
  });

  it('can run twice in one browser, and the first may finish last', async () => {
    const browser = new Browser();
    const pages = [await browser.open(`${app}/login`), await browser.open(`${app}/login`)] as const;
    const [first, second] = [
      await submitLogin(browser, pages[0], 'tabs@example.com'),
      await submitLogin(browser, pages[1], 'tabs@example.com'),
    ];
    expect((await comeBack(browser, second.url)).body).toContain('Hello, Tabs');
    expect((await comeBack(browser, first.url)).body).toContain('Hello, Tabs');
  });

  it.each([
    ['auth0_compat', 200],
    ['auth0', 200],
    ['auth0_other', 400],
  ])('returns with only the cookie %s, and is answered with %i', async (name, status) => {
    const browser = new Browser();
    const { url, headers } = await logIn(browser, `${name}@example.com`);
    const id = /^auth0_compat=([^;]+)/m.exec(headers['set-cookie']?.join('\n') ?? '')?.[1];
    const reply = replyTo(url, SECRET);
    const answer = await browser.open(`${tenant}/continue?state=${encodeURIComponent(reply.state)}`, {
      method: 'POST',
      form: { ...reply },
      headers: { cookie: `${name}=${id}` },
    });
    expect(answer.status).toBe(status);
  });

  it('ends with the reason if an Action denies it', async () => {
    const denied = await logIn(new Browser(), 'eve@example.com');
    expect(denied.status).toBe(400);
    expect(denied.body).toContain('Access denied');
    expect(denied.body).toContain('Eve may not: &#34;no&#34; &#60;b&#62;entry&#60;/b&#62;');
    expect((await transactionsOf('eve@example.com'))[0]?.status).toBe('denied');
  });

  it('ends with the message of validateToken if the reply is forged', async () => {
    const browser = new Browser();
    const { url } = await logIn(browser, 'forged@example.com');
    const denied = await comeBack(browser, url, replyTo(url, 'another secret'));
    expect(denied.body).toContain('The session token is invalid: Failed signature validation');
  });

  it('cannot be silent if an Action redirects', async () => {
    const browser = new Browser();
    await logIn(browser, 'silent@example.com');
    const refused = await browser.open(`${app}/login?prompt=none`);
    expect(refused.body).toContain('interaction_required');
    expect((await transactionsOf('silent@example.com'))[0]?.status).toBe('interaction required');
  });

  it('logs out at the tenant too', async () => {
    const browser = new Browser();
    await comeBack(browser, (await logIn(browser, 'out@example.com')).url);
    expect((await browser.open(`${app}/logout`)).url).toBe(`${app}/`);
    expect((await browser.open(`${app}/login?prompt=none`)).body).toContain('login_required');
  });
});

describe('the login page', () => {
  it('is filled in with login_hint', async () => {
    const { body } = await new Browser().open(`${app}/login?login_hint=hint@example.com&connection=corp`);
    expect(body).toContain('value="hint@example.com"');
    expect(body).toContain('<code>corp</code>');
  });

  it('rejects an invalid address', async () => {
    const browser = new Browser();
    const page = await browser.open(`${app}/login`);
    const again = await submitLogin(browser, page, 'nobody');
    expect(again.status).toBe(400);
    expect(again.body).toContain('Enter an email address');
  });

  it('reports that its login has ended', async () => {
    const page = await new Browser().open(`${app}/login`);
    const other = await submitLogin(new Browser(), page, 'late@example.com');
    expect(other.body).toContain('This login is over');
  });
});

describe('/continue', () => {
  it('also accepts GET', async () => {
    const browser = new Browser();
    const { url } = await logIn(browser, 'get@example.com');
    const query = new URLSearchParams(replyTo(url, SECRET)).toString();
    const home = await browser.open(`${tenant}/continue?${query}`, { from: `http://${STEP_HOST}/go` });
    expect(home.body).toContain('Hello, Get');
  });

  it('accepts a state once', async () => {
    const browser = new Browser();
    const { url } = await logIn(browser, 'once@example.com');
    await comeBack(browser, url);
    const refused = await comeBack(browser, url);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('invalid_request');
    expect(refused.body).toContain('You may have pressed the back button');
    expect((await transactionsOf('once@example.com'))[0]?.steps.at(-1)).toMatchObject({ kind: 'refusal' });
  });

  it('accepts a state only from its own browser', async () => {
    const browser = new Browser();
    const { url } = await logIn(browser, 'thief@example.com');
    expect((await comeBack(new Browser(), url)).body).toContain('has no cookie of the tenant');
    const thief = new Browser();
    await logIn(thief, 'another@example.com');
    expect((await comeBack(thief, url)).body).toContain('belongs to another browser');
    expect((await comeBack(browser, url)).body).toContain('Hello, Thief');
  });

  it.each([
    ['no state', {}, 'has no state parameter'],
    ['a made-up state', { state: 'x'.repeat(166) }, 'did not issue this state'],
  ])('refuses %s', async (_what, form, reason) => {
    const refused = await new Browser().fetch(`${tenant}/continue`, { method: 'POST', form });
    expect(refused.status).toBe(400);
    expect(refused.body).toContain(reason);
  });

  it('rejects a state after an hour', async () => {
    const script = `
      const { startSandbox } = require(${JSON.stringify(DIST)});
      let offset = 0;
      process.stdin.on('data', (line) => { offset += Number(line); console.log('moved'); });
      startSandbox({ actions: [${JSON.stringify(files[1])}], secrets: { SECRET: '${SECRET}' }, port: 0, now: () => Date.now() + offset })
        .then(({ tenantUrl, appUrl }) => console.log(JSON.stringify({ tenant: tenantUrl, app: appUrl })));`;
    const embedded = await SandboxProcess.embed(script);
    try {
      const browser = new Browser();
      const { url } = await logIn(browser, 'hour@example.com', `${embedded.ready.app}/login`);
      await embedded.tell(String(60 * 60 * 1000));
      const form = replyTo(url, SECRET);
      const refused = await browser.fetch(`${embedded.ready.tenant}/continue`, { method: 'POST', form });
      expect(refused.body).toContain('older than an hour');
    } finally {
      await embedded.stop();
    }
  });
});

describe('a custom app', () => {
  /** Logs in as a single-page app: no secret, PKCE, an API as audience. */
  async function authorize(more: Record<string, string>): Promise<{ code: string; verifier: string }> {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const query = new URLSearchParams({
      ...{
        client_id: 'own',
        redirect_uri: CALLBACK,
        response_type: 'code',
        scope: 'openid email read:some',
        state: 's',
      },
      ...{ code_challenge: challenge, code_challenge_method: 'S256', ...more },
    });
    const browser = new Browser();
    const { url } = await logIn(browser, `own-${verifier.slice(0, 6)}@example.com`, `${tenant}/authorize?${query}`);
    const reply = replyTo(url, SECRET);
    const target = `${tenant}/continue?state=${reply.state}`;
    const end = await browser.open(target, { method: 'POST', form: { ...reply } }, 'own.localhost:1');
    return { code: new URL(end.url).searchParams.get('code') ?? '', verifier };
  }

  async function exchange(code: string, verifier: string): Promise<Record<string, string>> {
    const form = {
      grant_type: 'authorization_code',
      client_id: 'own',
      redirect_uri: CALLBACK,
      code,
      code_verifier: verifier,
    };
    const { body } = await new Browser().fetch(`${tenant}/oauth/token`, { method: 'POST', form });
    return JSON.parse(body);
  }

  function claimsOf(token = ''): Record<string, unknown> {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}');
  }

  it('receives the claims and scopes that Actions set, in a JWT for its API', async () => {
    const { code, verifier } = await authorize({ audience: 'https://api.example.com/' });
    const tokens = await exchange(code, verifier);
    expect(claimsOf(tokens['id_token'])).toMatchObject({
      iss: `${tenant}/`,
      aud: 'own',
      'https://example.com/done': 'now',
    });
    expect(claimsOf(tokens['access_token'])).toMatchObject({
      aud: ['https://api.example.com/', expect.stringMatching(/\/userinfo$/)],
      'https://example.com/level': 2,
      scope: expect.stringContaining('read:more'),
    });
  });

  it('finds the claims of the id token at /userinfo', async () => {
    const { code, verifier } = await authorize({});
    const { access_token: token } = await exchange(code, verifier);
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await new Browser().fetch(`${tenant}/userinfo`, { headers });
    expect(JSON.parse(body)).toMatchObject({ email_verified: true, 'https://example.com/done': 'now' });
  });
});

describe('the tenant', () => {
  it('accepts only its own host names', async () => {
    const headers = { host: 'evil.example' };
    expect((await new Browser().fetch(`${tenant}/transactions.json`, { headers })).status).toBe(421);
    expect((await new Browser().fetch(`${app}/`, { headers })).status).toBe(421);
  });

  it('does not redirect to unknown addresses after a logout', async () => {
    const refused = await new Browser().fetch(
      `${tenant}/v2/logout?returnTo=${encodeURIComponent('https://evil.example/')}`,
    );
    expect(refused.status).toBe(400);
    expect(refused.headers.location).toBeUndefined();
  });

  it('has pages for unknown logins', async () => {
    const browser = new Browser();
    expect((await browser.fetch(`${tenant}/transactions/tx_none`)).status).toBe(404);
    expect((await browser.fetch(`${tenant}/transactions/tx_none.json`)).status).toBe(404);
    expect((await browser.fetch(`${tenant}/`)).body).toContain('action.js');
  });
});

describe('the command', () => {
  it('prints its usage', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: auth0-actions-sandbox [--tenant PATH] [--action FILE] [options]');
  });

  it.each([
    [
      'an unknown option',
      () => ['--action', 'a.js', '--bogus'],
      64,
      /^auth0-actions-sandbox: Unknown option '--bogus'\. See --help\.\n$/,
    ],
    [
      'a missing Action',
      () => ['--action', 'no-such.js'],
      1,
      /^auth0-actions-sandbox: The Action file no-such\.js cannot be read\.\n$/,
    ],
    [
      'a busy port',
      () => [...files, '--port', new URL(tenant).port],
      1,
      /^auth0-actions-sandbox: Port \d+ is in use\. .*\n$/,
    ],
    [
      'a callback with a fragment',
      () => [...files, '--port', '0', '--client-id', 'x', '--callback', 'http://x.localhost/#y'],
      1,
      /auth0-actions-sandbox: The client "\w+": The callback ".*" has a fragment\. Remove "#" and the rest\.\n$/,
    ],
    [
      'a name that is not local',
      () => [...files, '--hostname', 'example.com'],
      64,
      /^auth0-actions-sandbox: The hostname has to be localhost or end in \.localhost; got "example\.com"\.\n$/,
    ],
    [
      'a vendor without its secret',
      () => [...files, '--vendor', '--vendor-alg', 'HS256'],
      64,
      /^auth0-actions-sandbox: A vendor that signs with HS256 needs a secret of 32 bytes or more\.\n$/,
    ],
    [
      'broken secrets',
      () => [...files.slice(0, 3), __filename],
      1,
      /^auth0-actions-sandbox: .* line 1 is not NAME=VALUE\.\n$/,
    ],
  ])('reports %s in one line', async (_what, args, code, line) => {
    const ended = await run(args());
    expect(ended.stderr).toMatch(line);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  it('starts a vendor whose keys verify its results', async () => {
    const other = await SandboxProcess.start([...files, '--no-app', '--vendor', '--vendor-alg', 'ES256']);
    const { vendor, vendorJwks } = other.ready;
    const form = { handle: 'h', return_to: 'http://steps.localhost:1/back?x=1', decision: 'approve' };
    const answer = await new Browser().fetch(`${vendor}/`, { method: 'POST', form });
    const token = new URL(answer.headers.location ?? '').searchParams.get('token') ?? '';
    const options = { issuer: vendor, audience: 'auth-redirect' };
    const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(vendorJwks)), options);
    expect(payload).toMatchObject({ handle: 'h', status: 'approved' });
    expect(protectedHeader.alg).toBe('ES256');
    expect(await other.stop()).toBe(0);
  });

  it('reads the secret of a vendor from a file, without its last line break', async () => {
    const file = join(folder, 'vendor.txt');
    writeFileSync(file, `${SECRET}\n`);
    const vendor = ['--vendor', '--vendor-alg', 'HS256', '--vendor-secret-file', file, '--vendor-audience', 'me'];
    const other = await SandboxProcess.start([...files, ...vendor]);
    const form = { handle: 'h', return_to: 'http://steps.localhost:1/back', decision: 'decline' };
    const answer = await new Browser().fetch(`${other.ready.vendor}/`, { method: 'POST', form });
    const token = new URL(answer.headers.location ?? '').searchParams.get('token') ?? '';
    const { payload } = await jwtVerify(token, Buffer.from(SECRET), { issuer: other.ready.vendor, audience: 'me' });
    expect(payload['status']).toBe('declined');
    expect(await other.stop()).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops at %s with exit code 0', async (signal) => {
    const other = await SandboxProcess.start([...files, '--no-app']);
    expect(Object.keys(other.ready)).toEqual(['tenant', 'transactions']);
    expect(await other.stop(signal)).toBe(0);
  });
});

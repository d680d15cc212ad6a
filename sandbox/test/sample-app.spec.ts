import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loginParameters } from '../src/app/login-parameters.js';
import { Browser, type Answer } from './harness/browser.js';
import { build, DIST, SandboxProcess } from './harness/sandbox-process.js';

let folder: string;
let sandbox: SandboxProcess;
let app: string;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-app-'));
  const action = join(folder, 'action.js');
  writeFileSync(action, "exports.onExecutePostLogin = async (e, api) => api.accessToken.setCustomClaim('level', 7);");
  sandbox = await SandboxProcess.start(['--action', action]);
  ({ app } = sandbox.ready);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

async function logIn(browser: Browser, query = ''): Promise<Answer> {
  const page = await browser.open(`${app}/login${query}`);
  return browser.open(page.url, { method: 'POST', form: { email: 'ada@example.com', password: 'x' } });
}

/** Returns the parameters that the app sends to `/authorize`. */
async function sent(query: Record<string, string>): Promise<Record<string, string>> {
  const { headers } = await new Browser().fetch(`${app}/login?${new URLSearchParams(query).toString()}`);
  return Object.fromEntries(new URL(headers.location ?? '').searchParams);
}

describe('the form of the sample app', () => {
  it('has a field for each parameter, on the first page and after the login', async () => {
    const browser = new Browser();
    const names = 'scope audience organization connection login_hint ui_locales screen_hint prompt parameters silent';
    for (const { body } of [await browser.open(`${app}/`), await logIn(browser)]) {
      expect(body).toContain('action="/login" method="get"');
      for (const name of names.split(' ')) expect(body).toContain(`name="${name}"`);
    }
  });

  it('sends the values of the fields', async () => {
    const filled = {
      ...{
        scope: 'openid read:more',
        audience: 'https://api.example.com',
        organization: 'org_1',
        connection: 'google',
      },
      ...{ login_hint: 'ada@example.com', prompt: 'login', ui_locales: 'fr', screen_hint: 'signup' },
    };
    expect(await sent(filled)).toMatchObject(filled);
    const empty = await sent({ audience: '', prompt: '', parameters: '', scope: '' });
    expect(empty).toMatchObject({ scope: 'openid profile email offline_access', response_type: 'code' });
    expect(Object.keys(empty)).not.toEqual(expect.arrayContaining(['audience']));
    expect(empty).not.toHaveProperty('prompt');
    expect(empty).not.toHaveProperty('parameters');
  });

  it('sends lines of custom parameters', async () => {
    const parameters = 'ext-theme=dark\r\n  acr_values = a=b \n\nno line\n=x\n';
    expect(await sent({ parameters })).toMatchObject({ 'ext-theme': 'dark', acr_values: 'a=b' });
  });

  it('sends prompt=none for a silent login, whatever else is chosen', async () => {
    expect(await sent({ prompt: 'login', silent: '1' })).toMatchObject({ prompt: 'none' });
    expect(await sent({ prompt: 'login', silent: '1' })).not.toHaveProperty('silent');
  });

  it('does not change the parameters of the SDK', async () => {
    const { redirect_uri, client_id } = await sent({
      redirect_uri: 'https://evil.example/',
      parameters: 'client_id=other',
    });
    expect([redirect_uri, client_id]).toEqual([`${app}/callback`, 'sample-app']);
  });

  it('makes max_age a number, which the SDK needs in the callback', async () => {
    expect(loginParameters({ max_age: '60' })).toEqual({ max_age: 60 });
    expect((await logIn(new Browser(), '?max_age=60')).body).toContain('Hello, Ada');
  });
});

describe('the tokens on the page of the sample app', () => {
  it('include claims and scope of an access token that is a JWT', async () => {
    const audience = encodeURIComponent('https://api.example.com');
    const { body } = await logIn(new Browser(), `?audience=${audience}&scope=openid+profile+read%3Amore`);
    expect(body).toContain('Claims of the access token');
    expect(body).toContain('&#34;level&#34;: 7');
    expect(body).toMatch(/<dt>Scope<\/dt>\s*<dd><code>[^<]*read:more/);
  });

  it('show that an access token is opaque', async () => {
    expect((await logIn(new Browser(), '?scope=openid+profile')).body).toContain('The access token is opaque.');
  });

  it('are renewed by a silent login if the tenant has a session', async () => {
    const browser = new Browser();
    await logIn(browser);
    expect((await browser.open(`${app}/login?silent=1`)).body).toContain('Hello, Ada');
  });

  it.each([
    ['?silent=1', 'login_required'],
    ['?scope=profile', 'scope should contain'],
  ])('are replaced by the error of /login%s', async (query, error) => {
    const { body, status } = await new Browser().open(`${app}/login${query}`);
    expect(status).toBe(400);
    expect(body).toContain(error);
  });
});

describe('a refresh in the sample app', () => {
  it('is not offered without a refresh token', async () => {
    const { body } = await logIn(new Browser(), '?scope=openid');
    expect(body).toContain('There is no refresh token.');
    expect(body).not.toContain('action="/refresh"');
  });

  it('redirects to the home page if nobody is logged in', async () => {
    const answer = await new Browser().open(`${app}/refresh`, { method: 'POST', form: {} });
    expect(answer.url).toBe(`${app}/`);
  });

  it('gets new tokens', async () => {
    const tenant = spawn(process.execPath, [join(__dirname, 'harness', 'refreshing-tenant.mjs'), DIST]);
    const lines = createInterface(tenant.stdout)[Symbol.asyncIterator]();
    const nextLine = async (): Promise<string> => {
      const { value } = await lines.next();
      return String(value).startsWith('oidc-provider ') ? nextLine() : String(value);
    };
    try {
      const ready: { app: string } = JSON.parse(await nextLine());
      const browser = new Browser();
      const login = await browser.open(`${ready.app}/login?prompt=consent`);
      const consent = await browser.open(login.url, {
        method: 'POST',
        form: { prompt: 'login', login: 'ada', password: 'x' },
      });
      const home = await browser.open(consent.url, { method: 'POST', form: { prompt: 'consent' } });
      expect(home.body).toContain('<form method="post" action="/refresh">');
      const again = await browser.open(`${ready.app}/refresh`, { method: 'POST', form: {} });
      expect(again.body).toContain('Hello, ');
      expect(await nextLine()).toBe('refreshed 1');
    } finally {
      tenant.kill();
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransactionRecord } from '../src/index.js';
import { Browser, type Answer } from './harness/browser.js';
import { build, DIST, SandboxProcess } from './harness/sandbox-process.js';

const ACTIONS = [
  `exports.onExecutePostLogin = async (event, api) => {
    const [kind] = event.user.email.split('@');
    if (kind.startsWith('factor')) api.authentication.challengeWithAny([{ type: 'otp' }, { type: 'phone' }]);
    if (kind.startsWith('enable')) api.multifactor.enable('any', { allowRememberBrowser: true });
    if (kind.startsWith('form')) {
      api.prompt.render('ap_profile', { fields: { first_name: 'Jane "J"', age: 42 }, vars: { crm: 'hidden-value' } });
    }
    if (kind.startsWith('link')) api.redirect.sendUserTo('http://step.localhost/go');
  };
  exports.onContinuePostLogin = async (event, api) => {
    if (event.prompt) {
      console.log(JSON.stringify([event.prompt, event.request.body]));
      api.idToken.setCustomClaim('company', event.prompt.fields.company);
    }
    else api.authentication.setPrimaryUser('auth0|primary');
  };`,
  `exports.onExecutePostLogin = async (event, api) => {
    api.idToken.setCustomClaim('mfa', event.authentication.methods.map(({ type }) => type ?? '').join('/'));
    api.idToken.setCustomClaim('has_prompt', event.prompt !== undefined);
  };`,
];

let folder: string;
let sandbox: SandboxProcess;
let tenant: string;
let app: string;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-pages-'));
  const actions = ACTIONS.map((source, index) => {
    const file = join(folder, `action-${index}.js`);
    writeFileSync(file, source);
    return file;
  });
  const enrolled_factors = ['otp', 'phone'];
  const users = ['factor', 'factor-fail', 'factor-thief', 'enable'].map((name) => ({
    ...{ email: `${name}@example.com`, enrolled_factors },
  }));
  const definition = { users: [...users, { user_id: 'auth0|primary', email: 'primary@example.com' }] };
  // A line on stdin links the account of that address to the primary user, like an Action with the Management API.
  const script = `
    const tenants = require(${JSON.stringify(join(DIST, 'tenant', 'tenant.js'))});
    const { createTenant } = tenants;
    let users;
    tenants.createTenant = (options) => { const made = createTenant(options); users = made.users; return made; };
    const { startSandbox } = require(${JSON.stringify(DIST)});
    process.stdin.on('data', (line) => {
      users.link(users.find('auth0|primary'), users.byEmail(String(line).trim())[0]);
      console.log('linked');
    });
    startSandbox({ actions: ${JSON.stringify(actions)}, tenant: ${JSON.stringify(definition)}, port: 0 })
      .then(({ tenantUrl, appUrl }) => console.log(JSON.stringify({ tenant: tenantUrl, app: appUrl })));`;
  sandbox = await SandboxProcess.embed(script);
  ({ tenant, app } = sandbox.ready);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

async function logIn(browser: Browser, email: string, query = ''): Promise<Answer> {
  const page = await browser.open(`${app}/login${query}`);
  return browser.open(page.url, { method: 'POST', form: { email, password: 'p' } }, 'step.localhost');
}

function submit(browser: Browser, page: Answer, form: Record<string, string>): Promise<Answer> {
  const state = new URL(page.url).searchParams.get('state') ?? '';
  const { origin, pathname } = new URL(page.url);
  return browser.open(origin + pathname, { method: 'POST', form: { state, ...form } });
}

async function recordOf(email: string): Promise<TransactionRecord | undefined> {
  const { body } = await new Browser().fetch(`${tenant}/transactions.json`);
  const { transactions }: { transactions: TransactionRecord[] } = JSON.parse(body);
  return transactions.find(({ user }) => user?.email === email);
}

const claim = (name: string, value: string): string => `&#34;${name}&#34;: ${value}`;

describe('the page of a factor', () => {
  it('continues with the next Actions if the user approves, and is recorded', async () => {
    const browser = new Browser();
    const page = await logIn(browser, 'factor@example.com');
    expect(page.url).toContain(`${tenant}/u/mfa?state=`);
    expect(page.body).toContain('value="phone"');
    const home = await submit(browser, page, { factor: 'phone', decision: 'approve' });
    expect(home.url).toBe(`${app}/`);
    expect(home.body).toContain(claim('mfa', '&#34;/phone&#34;'));
    const record = await recordOf('factor@example.com');
    expect(record?.steps.map(({ kind }) => kind)).toEqual([
      'authorize',
      'login',
      'action',
      'factor',
      'factor answer',
      'action',
      'completed',
      'tokens',
    ]);
    const timeline = await browser.fetch(`${tenant}/transactions/${record?.id}`);
    expect(timeline.body).toContain('Multifactor challenge');
    expect(timeline.body).toContain('The user completed the factor');
  });

  it('ends the login if the user fails it', async () => {
    const browser = new Browser();
    const page = await logIn(browser, 'factor-fail@example.com');
    const again = await submit(browser, page, { decision: 'approve' });
    expect(again.status).toBe(400);
    expect(again.body).toContain('Select a factor.');
    const denied = await submit(browser, page, { factor: 'otp', decision: 'fail' });
    expect(denied.body).toContain('The user failed multifactor authentication.');
    expect((await recordOf('factor-fail@example.com'))?.status).toBe('denied');
  });

  it('is valid once, only in its browser and for its login', async () => {
    const browser = new Browser();
    const page = await logIn(browser, 'factor-thief@example.com');
    const form = { factor: 'otp', decision: 'approve' };
    expect((await submit(new Browser(), page, form)).body).toContain('has no cookie of the tenant');
    const thief = new Browser();
    await logIn(thief, 'other@example.com');
    expect((await submit(thief, page, form)).body).toContain('belongs to another browser');
    const state = new URL(page.url).searchParams.get('state') ?? '';
    const skipped = await browser.open(`${tenant}/continue?state=${state}`);
    expect(skipped.body).toContain('This tenant did not issue this state');
    const asForm = await browser.open(`${tenant}/u/form`, { method: 'POST', form: { state, decision: 'submit' } });
    expect(asForm.status).toBe(400);
    expect((await submit(browser, page, form)).body).toContain('Hello');
    expect((await submit(browser, page, form)).body).toContain('The state was already used');
  });

  it('remembers the browser, so that a silent login works', async () => {
    const browser = new Browser();
    const page = await logIn(browser, 'enable@example.com');
    await submit(browser, page, { factor: 'otp', decision: 'approve' });
    expect((await browser.open(`${app}/login?prompt=none`)).body).toContain('Multifactor authentication required');
    const second = await browser.open(`${app}/login`);
    await submit(browser, second, { factor: 'otp', decision: 'approve', remember: 'yes' });
    expect((await browser.open(`${app}/login?prompt=none`)).body).toContain('Hello');
  });
});

describe('the page of a form', () => {
  it('is filled in with the fields, and passes its result to onContinuePostLogin', async () => {
    const browser = new Browser();
    const page = await logIn(browser, 'form@example.com');
    expect(page.url).toContain(`${tenant}/u/form?state=`);
    expect(page.body).toContain('value="Jane &#34;J&#34;"');
    expect(page.body).toContain('crm');
    expect(page.body).not.toContain('hidden-value');
    const filled = { 'field:first_name': 'Janet', 'field:age': '43', decision: 'submit' };
    const wrong = await submit(browser, page, { ...filled, more: 'company=Okta\nnothing' });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toContain('Line 2 is not NAME=VALUE.');
    expect(wrong.body).toContain('value="Janet"');
    const home = await submit(browser, page, { ...filled, more: 'company=Okta=1' });
    expect(home.body).toContain(claim('company', '&#34;Okta=1&#34;'));
    expect(home.body).toContain(claim('has_prompt', 'false'));
    const record = await recordOf('form@example.com');
    expect(record?.steps.map(({ kind }) => kind)).toEqual([
      'authorize',
      'login',
      'action',
      'form',
      'form answer',
      'action',
      'action',
      'completed',
      'tokens',
    ]);
    const logs = record?.steps.flatMap((step) => (step.kind === 'action' ? step.entries : [])) ?? [];
    const [log] = logs.flatMap((entry) => (entry.type === 'log' ? [entry.text] : []));
    const prompt = {
      ...{ id: 'ap_profile', fields: { first_name: 'Janet', age: 43, company: 'Okta=1' } },
      vars: { crm: 'hidden-value' },
    };
    expect(JSON.parse(log ?? '')).toEqual([prompt, {}]);
  });

  it('ends the login if the user cancels it', async () => {
    const browser = new Browser();
    const page = await logIn(browser, 'form-cancel@example.com');
    const denied = await submit(browser, page, { decision: 'cancel', more: 'broken' });
    expect(denied.body).toContain('The user canceled the form ap_profile.');
  });
});

it('requires a login in a browser whose user has been linked to another one', async () => {
  const browser = new Browser();
  expect((await logIn(browser, 'gone@example.com')).url).toBe(`${app}/`);
  await sandbox.tell('gone@example.com');
  expect((await browser.open(`${app}/login?prompt=none`)).body).toContain('login_required');
  expect((await browser.open(`${app}/login`)).url).toContain('/u/login/');
  expect((await logIn(browser, 'after@example.com')).body).toContain('Hello, After');
});

describe('setPrimaryUser', () => {
  it('issues tokens of the primary user, in this and later logins', async () => {
    const browser = new Browser();
    const away = await logIn(browser, 'link@example.com');
    const state = new URL(away.url).searchParams.get('state') ?? '';
    await sandbox.tell('link@example.com');
    const home = await browser.open(`${tenant}/continue?state=${state}`, { from: 'http://step.localhost/go' });
    expect(home.body).toContain(claim('sub', '&#34;auth0|primary&#34;'));
    expect(home.body).toContain(claim('email', '&#34;primary@example.com&#34;'));
    const record = await recordOf('primary@example.com');
    expect(record?.steps.map(({ kind }) => kind)).toContain('user changed');
    const silent = await browser.open(`${app}/login?prompt=none`);
    expect(silent.body).toContain(claim('sub', '&#34;auth0|primary&#34;'));
  });
});

describe('the last pages of a flow', () => {
  const html = { headers: { accept: 'text/html' } };

  it.each([
    ['the tenant', () => tenant],
    ['the sample app', () => app],
  ])('lead back: an unknown address of %s', async (_name, origin) => {
    const { status, body } = await new Browser().open(`${origin()}/nowhere?x=1`, html);
    expect(status).toBe(404);
    expect(body).toContain('There is no page at <code>/nowhere</code>.');
    expect(body).toContain('class="button" href="/"');
  });

  it('answer scripts in plain text', async () => {
    const { status, headers } = await new Browser().open(`${tenant}/nowhere`, {
      headers: { accept: 'application/json' },
    });
    expect([status, headers['content-type']]).toEqual([404, expect.stringContaining('text/plain')]);
  });

  it('link back: a completed password reset, and an expired one', async () => {
    const browser = new Browser();
    const form = { email: 'reset@example.com', client_id: 'sample-app' };
    const sent = await browser.open(`${tenant}/u/reset`, { method: 'POST', form });
    const [, path = ''] = /href="(\/u\/reset\/[^"]+)"/.exec(sent.body) ?? [];
    await browser.open(tenant + path);
    const passwords = { password: 'x', password_again: 'x' };
    const done = await browser.open(tenant + path, { method: 'POST', form: passwords });
    expect(done.body).toContain(`href="${app}">Back to Sample app</a>`);
    const over = await browser.open(tenant + path);
    expect(over.body).toContain('href="/u/reset">Request a new one</a>');
    expect(over.body).toContain('<a href="/">Start page</a>');
  });

  it('do not emphasize logging out', async () => {
    const { body } = await logIn(new Browser(), 'plain@example.com');
    expect(body).toContain('<a class="button secondary" href="/logout">');
    expect(body.match(/class="button" href/g)).toHaveLength(1);
  });
});

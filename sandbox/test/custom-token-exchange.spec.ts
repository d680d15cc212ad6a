import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransactionRecord } from '../src/index.js';
import { decodeToken } from '../src/redirect/jwt.js';
import { Browser } from './harness/browser.js';
import { build, SandboxProcess } from './harness/sandbox-process.js';

const CLIENT = { client_id: 'own', client_secret: 'own-secret-own-secret-own-secret!' };
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const AUDIENCE = 'https://api.example.com/';

/** The Action runs its subject token as code. */
const EXCHANGE = `exports.onExecuteCustomTokenExchange = async (event, api) => {
  console.log(JSON.stringify(event.transaction), JSON.stringify(event.request.body));
  await new Function('event', 'api', event.transaction.subject_token)(event, api);
};`;

const OTHER = `exports.onExecuteCustomTokenExchange = async (event, api) => {
  console.log('other');
  api.authentication.setUserById('auth0|ada');
};`;

const LOGIN = `exports.onExecutePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('https://a.example/protocol', event.transaction.protocol);
  console.log('login', JSON.stringify([event.user.app_metadata, event.organization, event.transaction.actor]));
  if (event.user.email === 'no@example.com') api.access.deny('Not this one.');
};`;

const TENANT = {
  users: [
    { user_id: 'auth0|ada', email: 'ada@example.com', organizations: ['acme'] },
    { user_id: 'auth0|no', email: 'no@example.com' },
    { user_id: 'auth0|blocked', email: 'blocked@example.com', blocked: true },
  ],
  organizations: [{ id: 'org_1', name: 'acme' }],
  connections: [{ name: 'Username-Password-Authentication', strategy: 'auth0' }],
  clients: [{ ...CLIENT, name: 'Own', callbacks: ['http://own.localhost:1/callback'] }],
  actions: {
    'custom-token-exchange': [
      { file: 'exchange.js', subject_token_type: 'urn:acme:token' },
      { file: 'other.js', subject_token_type: 'urn:acme:other' },
    ],
    'post-login': ['login.js'],
  },
};

let folder: string;
let sandbox: SandboxProcess;

beforeAll(async () => {
  build();
  folder = mkdtempSync(join(tmpdir(), 'sandbox-exchange-'));
  writeFileSync(join(folder, 'exchange.js'), EXCHANGE);
  writeFileSync(join(folder, 'login.js'), LOGIN);
  writeFileSync(join(folder, 'other.js'), OTHER);
  writeFileSync(join(folder, 'tenant.json'), JSON.stringify(TENANT));
  sandbox = await SandboxProcess.start(['--tenant', join(folder, 'tenant.json')]);
}, 60_000);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

async function exchange(code: string, more: Record<string, string> = {}) {
  const form = {
    ...{ ...CLIENT, grant_type: GRANT, subject_token: code, subject_token_type: 'urn:acme:token' },
    ...{ audience: AUDIENCE, scope: 'openid offline_access', ...more },
  };
  const answer = await new Browser().fetch(`${sandbox.ready.tenant}/oauth/token`, { method: 'POST', form });
  const body: Record<string, string> = JSON.parse(answer.body);
  const claims = (name: string) => decodeToken(body[name] ?? '')?.claims;
  return { status: answer.status, body, id: claims('id_token'), access: claims('access_token') };
}

async function record(): Promise<TransactionRecord | undefined> {
  const { body } = await new Browser().fetch(`${sandbox.ready.tenant}/transactions.json`);
  const { transactions }: { transactions: TransactionRecord[] } = JSON.parse(body);
  return transactions[0];
}

async function logs(): Promise<string> {
  const steps = (await record())?.steps ?? [];
  const entries = steps.flatMap((step) => (step.kind === 'action' ? step.entries : []));
  return entries.flatMap((entry) => (entry.type === 'log' ? [entry.text] : [])).join('\n');
}

describe('the exchange of a token of another kind', () => {
  it('issues tokens of the user that the Action sets, after the Actions of a login', async () => {
    const code = `api.user.setAppMetadata('plan', 'gold'); api.authentication.setUserById('auth0|ada');`;
    const { status, body, id, access } = await exchange(code);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
    });
    expect(body).toHaveProperty('refresh_token');
    expect(id).toMatchObject({ sub: 'auth0|ada' });
    expect(access).toMatchObject({
      sub: 'auth0|ada',
      aud: [AUDIENCE, `${sandbox.ready.tenant}/userinfo`],
      'https://a.example/protocol': 'oauth2-token-exchange',
    });
    expect(await logs()).toContain('login [{"plan":"gold"},null,null]');
    expect(await logs()).toContain('"subject_token_type":"urn:acme:token"');
    expect(await record()).toMatchObject({ status: 'completed', user: { email: 'ada@example.com' } });
  });

  it('sets an organization and an actor, and then issues no refresh token', async () => {
    const code = `api.authentication.setOrganization('acme').authentication.setActor({ sub: 'agent', act: { sub: 'root' } });
      api.authentication.setUserById('auth0|ada');`;
    const { body, id, access } = await exchange(code, { actor_token: 'x', actor_token_type: 'urn:acme:actor' });
    expect(body).not.toHaveProperty('refresh_token');
    expect(id).toMatchObject({ org_id: 'org_1', act: { sub: 'agent', act: { sub: 'root' } } });
    expect(access).toMatchObject({ act: { sub: 'agent' } });
    expect(await logs()).toContain('"actor_token":"x","actor_token_type":"urn:acme:actor"');
    expect(await logs()).toContain('"subject_token":"••••••••"');
  });

  it('creates a user of a connection, finds it again, and updates it if requested', async () => {
    const set = (name: string, creation: string, update: string): string =>
      `api.authentication.setUserByConnection('Username-Password-Authentication',
        { user_id: 'new', email: 'new@example.com', name: '${name}' },
        { creationBehavior: '${creation}', updateBehavior: '${update}' });`;
    expect((await exchange(set('One', 'none', 'none'))).body).toMatchObject({ error: 'invalid_request' });
    const scope = 'openid profile';
    expect((await exchange(set('One', 'create_if_not_exists', 'none'), { scope })).id).toMatchObject({
      sub: 'auth0|new',
      name: 'One',
    });
    expect((await exchange(set('Two', 'none', 'none'), { scope })).id).toMatchObject({ name: 'One' });
    expect((await exchange(set('Two', 'none', 'replace'), { scope })).id).toMatchObject({ name: 'Two' });
  });

  it.each([
    [`api.access.deny('no_entry', 'Not today.')`, 400, 'no_entry', 'Not today.'],
    [`api.access.rejectInvalidSubjectToken('Bad token.')`, 400, 'invalid_request', 'Bad token.'],
    [`throw new Error('Oh no.')`, 400, 'server_error', 'Oh no.'],
    [`api.authentication.setUserById('auth0|nobody')`, 400, 'invalid_request', 'There is no user auth0|nobody.'],
    [
      `api.authentication.setOrganization('none').authentication.setUserById('auth0|ada')`,
      400,
      'invalid_request',
      'organization',
    ],
    ['', 400, 'invalid_request', 'has set no user'],
    [`api.authentication.setUserById('auth0|blocked')`, 400, 'unauthorized', 'user is blocked'],
    [`api.authentication.setUserById('auth0|no')`, 403, 'access_denied', 'Not this one.'],
    [`api.authentication.setActor({ act: {} })`, 400, 'server_error', 'sub of each actor'],
    [`api.authentication.setUserByConnection('c', { user_id: 'u' }, {})`, 400, 'server_error', 'creationBehavior'],
  ])('is refused after %s', async (code, status, error, description) => {
    const answer = await exchange(`${code} /* */`);
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.stringContaining(description) } });
    expect((await record())?.status).toMatch(/denied|failed/);
  });

  it('runs only the Action of the type of the subject token', async () => {
    expect((await exchange('x', { subject_token_type: 'urn:acme:other' })).status).toBe(200);
    const steps = (await record())?.steps.flatMap((step) => (step.kind === 'action' ? [step.action] : []));
    expect(steps).toEqual(['other', 'login']);
  });

  it('fails for a type that no Action is bound to, and records that', async () => {
    const problem = 'No Action is bound to the subject_token_type "urn:acme:othr". Did you mean "urn:acme:other"?';
    const { body } = await exchange('x', { subject_token_type: 'urn:acme:othr' });
    expect(body).toEqual({ error: 'invalid_request', error_description: problem });
    expect(await record()).toMatchObject({ status: 'failed' });
  });

  it('requires a token and its type', async () => {
    expect((await exchange('')).body).toMatchObject({ error: 'invalid_request' });
    expect((await exchange('1', { subject_token_type: '' })).body).toMatchObject({ error: 'invalid_request' });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHcl, type HclBlock, type HclBody } from '../../sandbox/src/tenant-files/terraform/hcl-body.js';
import { Browser } from '../../sandbox/test/harness/browser.js';
import { replyTo } from '../../sandbox/test/harness/redirect-target.js';
import { SandboxProcess } from '../../sandbox/test/harness/sandbox-process.js';

const FOLDER = 'auth0/terraform';
const SECRET = 'k7Jq2vXw9Rz4tB6nY1mC8pL5sD3fG0hA';
const HOST = 'steps.localhost';

/** The arguments and blocks of the provider auth0/auth0 1.55 that the folder uses. An exclamation mark means required. */
const SCHEMA: Readonly<Record<string, readonly string[]>> = {
  auth0_action: ['name!', 'code!', 'runtime', 'deploy', 'supported_triggers!', 'secrets_wo', 'secrets_wo_version'],
  'auth0_action.supported_triggers': ['id!', 'version!'],
  'auth0_action.secrets_wo': ['name!', 'value!'],
  auth0_trigger_actions: ['trigger!', 'actions!'],
  'auth0_trigger_actions.actions': ['id!', 'display_name!'],
  auth0_client: ['name!', 'app_type', 'oidc_conformant', 'callbacks', 'grant_types', 'jwt_configuration'],
  'auth0_client.jwt_configuration': ['alg', 'lifetime_in_seconds', 'scopes', 'secret_encoded'],
};
/** Terraform's arguments for every resource. */
const META = ['count', 'for_each', 'depends_on', 'provider', 'lifecycle'];

const texts = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.tf'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'));

const blocksOf = (all: readonly string[]): readonly HclBlock[] => all.flatMap((text) => readHcl(text, 'x.tf').blocks);

/** Returns arguments that the provider would reject: unknown and missing ones. */
function problems(all: readonly string[]): readonly string[] {
  const resources = blocksOf(all).filter(({ type }) => type === 'resource');
  return resources.flatMap(({ labels: [type = ''], body }) => bodyProblems(type, body, META));
}

function bodyProblems(path: string, body: HclBody, meta: readonly string[] = []): readonly string[] {
  const schema = SCHEMA[path];
  if (!schema) return [`${path} is unknown`];
  const given = [...Object.keys(body.attributes), ...body.blocks.map(({ type }) => type)];
  const known = [...schema.map((name) => name.replace('!', '')), ...meta];
  const required = schema.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1));
  return [
    ...given.filter((name) => !known.includes(name)).map((name) => `${path}.${name} is unknown`),
    ...required.filter((name) => !given.includes(name)).map((name) => `${path}.${name} is missing`),
    ...body.blocks.flatMap((block) => bodyProblems(`${path}.${block.type}`, block.body)),
  ];
}

describe('the Terraform folder', () => {
  it('has the arguments that the provider documents', () => {
    expect(problems(texts)).toEqual([]);
    const types = blocksOf(texts).flatMap(({ type, labels }) => (type === 'resource' ? labels.slice(0, 1) : []));
    expect(types.toSorted()).toEqual(['auth0_action', 'auth0_client', 'auth0_trigger_actions']);
  });

  it.each([
    ['supported_triggers', 'supported_trigger', /supported_trigger is unknown/],
    ['display_name', 'displayname', /actions\.display_name is missing/],
    ['callbacks ', 'callback_urls ', /auth0_client\.callback_urls is unknown/],
  ])('would be refused with %s misspelled', (right, wrong, problem) => {
    expect(problems(texts.map((text) => text.replaceAll(right, wrong))).join('\n')).toMatch(problem);
  });

  it('declares each variable that it uses, with a description and a type, and uses each', () => {
    const declared = blocksOf(texts).filter(({ type }) => type === 'variable');
    const used = new Set([...texts.join('\n').matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name));
    expect(declared.map(({ labels }) => labels[0]).toSorted()).toEqual([...used].toSorted());
    for (const { body } of declared)
      expect(Object.keys(body.attributes)).toEqual(expect.arrayContaining(['description', 'type']));
  });

  it('keeps the secret out of the state, and of the files', () => {
    expect(texts.join('\n')).not.toMatch(/^\s*secrets \{/m);
    expect(texts.join('\n')).toMatch(/variable "session_secret" \{[^}]*sensitive += true/);
  });
});

describe('the sandbox with the Terraform folder', () => {
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    const variables = { TF_VAR_session_secret: SECRET, TF_VAR_redirect_url: `http://${HOST}/redirect` };
    sandbox = await SandboxProcess.start(['--tenant', FOLDER], variables);
  });
  afterAll(async () => sandbox.stop());

  it('redirects a login by its Action, and accepts the answer', async () => {
    const { tenant, app } = sandbox.ready;
    const browser = new Browser();
    const login = await browser.open(`${app}/login`);
    const form = { email: 'ada@example.com', password: 'anything' };
    const away = await browser.open(login.url, { method: 'POST', form }, HOST);
    expect(away.url).toMatch(new RegExp(`^http://${HOST}/redirect\\?session_token=`));
    const reply = replyTo(away.url, SECRET);
    const target = `${tenant}/continue?state=${encodeURIComponent(reply.state)}`;
    const home = await browser.open(target, { method: 'POST', form: { ...reply }, from: `http://${HOST}/` }, HOST);
    expect(home.url).toBe(`${app}/`);
    expect(home.body).toContain('https://auth-redirect.example/redirected');
  });
});

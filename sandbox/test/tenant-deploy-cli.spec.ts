import { join } from 'node:path';
import { stringify } from 'yaml';
import { readTenant } from '../src/tenant-files/read-tenant.js';
import { TenantFolder } from './harness/tenant-folder.js';

const ACTION = {
  name: 'Add claims',
  code: './actions/Add claims/code.js',
  runtime: 'node22',
  dependencies: [{ name: 'axios', version: '1.7.0' }],
  secrets: [
    { name: 'API_URL', value: '##API_URL##' },
    { name: 'API_KEY', value: '@@API_KEY@@' },
    { name: 'EXPORTED', value: '_VALUE_NOT_SHOWN_' },
    { name: 'BARE' },
  ],
  supported_triggers: [{ id: 'post-login', version: 'v3' }],
  modules: [{ module_name: 'shared', module_version_number: 2 }],
  deployed: true,
};
const DIRECTORY = {
  'actions/Add claims.json': JSON.stringify(ACTION),
  'actions/Add claims/code.js': "const url = '##API_URL##'; const origins = @@ORIGINS@@;",
  'actions/plain.json': JSON.stringify({
    ...ACTION,
    name: 'plain',
    code: './actions/plain/code.js',
    secrets: [],
    modules: [],
    dependencies: [],
  }),
  'actions/plain/code.js': 'exports.onExecutePostLogin = async () => {};',
  'action-modules/shared.json': JSON.stringify({
    name: 'shared',
    code: './action-modules/shared/code.js',
    secrets: [{ name: 'M', value: 'm' }],
  }),
  'action-modules/shared/code.js': 'module.exports = {};',
  'triggers/triggers.json': JSON.stringify({
    'post-login': [
      { action_name: 'plain', display_name: 'plain' },
      { action_name: 'Add claims', display_name: 'Add claims' },
    ],
  }),
  'clients/My App.json': JSON.stringify({
    name: 'My App',
    callbacks: ['@@CALLBACK@@'],
    client_metadata: { tier: '1' },
  }),
  'connections/google.json': JSON.stringify({ name: 'google', strategy: 'google-oauth2' }),
  'database-connections/Users/database.json': JSON.stringify({ name: 'Users', strategy: 'auth0' }),
  'organizations/acme.json': JSON.stringify({ name: 'acme', display_name: 'Acme', metadata: { a: 'b' } }),
  'roles/admin.json': JSON.stringify({ name: 'admin', description: 'All of it' }),
  'guardian/factors/sms.json': JSON.stringify({ name: 'sms', enabled: true }),
  'guardian/factors/otp.json': JSON.stringify({ name: 'otp', enabled: false }),
  'tenant.json': JSON.stringify({ friendly_name: 'Acme', enabled_locales: ['en', 'fr-FR'] }),
  'config.json': JSON.stringify({
    AUTH0_CLIENT_SECRET: 'hush',
    AUTH0_KEYWORD_REPLACE_MAPPINGS: {
      API_URL: 'https://dev.example',
      ORIGINS: ['https://a', 'https://b'],
      CALLBACK: 'http://localhost/cb',
    },
  }),
};
const YAML = `tenant:
  enabled_locales: [ en ]
triggers:
  post-login:
    - action_name: claims
      display_name: claims
actions:
  - name: claims
    code: ./actions/claims/code.js
    deployed: true
    secrets:
      - { name: API_KEY, value: @@API_KEY@@ }
      - { name: URL, value: "##API_URL##" }
    supported_triggers:
      - { id: post-login, version: v3 }
clients:
  - { name: App, callbacks: @@CALLBACKS@@ }
roles:
  - name: admin
databases:
  - { name: Users }
`;

describe('a folder of auth0-deploy-cli', () => {
  let folder: TenantFolder;
  beforeEach(() => {
    folder = new TenantFolder();
  });
  afterEach(() => folder.remove());

  it.each(['a folder', 'a YAML file'])(
    'binds the Actions of custom-token-exchange by their profiles: %s',
    async (kind) => {
      const action = {
        ...{ name: 'legacy', code: './actions/legacy/code.js', deployed: true },
        supported_triggers: [{ id: 'custom-token-exchange', version: 'v1' }],
      };
      const profile = {
        name: 'Legacy',
        subject_token_type: 'urn:acme:legacy',
        action: 'legacy',
        type: 'custom_authentication',
      };
      const code = { 'actions/legacy/code.js': '' };
      if (kind === 'a folder') {
        const files = { 'actions/legacy.json': action, 'token-exchange-profiles/Legacy.json': profile };
        const texts = Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]);
        folder.write({ ...code, ...Object.fromEntries(texts) });
      } else {
        const yaml = { triggers: {}, actions: [action], tokenExchangeProfiles: [profile] };
        folder.write({ ...code, 'tenant.yaml': stringify(yaml) });
      }
      const tenant = await folder.read(kind === 'a folder' ? '.' : 'tenant.yaml');
      expect(tenant.source.notes).toEqual([]);
      expect(tenant.actions?.['custom-token-exchange']).toMatchObject([
        { name: 'legacy', subjectTokenType: 'urn:acme:legacy' },
      ]);
    },
  );

  it("is this repository's own folder auth0/", async () => {
    const root = join(__dirname, '../../auth0');
    const tenant = await readTenant(root, {});
    expect(tenant.source.kind).toBe('a folder of auth0-deploy-cli');
    expect(tenant.source.notes).toEqual([]);
    expect(tenant.actions).toEqual({
      'post-login': [
        {
          name: 'auth-redirect',
          file: join(root, 'actions/auth-redirect/code.js'),
          secrets: {},
          secretNames: ['SESSION_SECRET', 'REDIRECT_URL'],
          dependencies: [],
        },
      ],
    });
  });

  it('returns Actions in the order of their trigger, with modules, dependencies and the secrets that have a value', async () => {
    const tenant = await folder.write(DIRECTORY).read('.', { API_KEY: 'k"1' });
    const [plain, claims] = tenant.actions?.['post-login'] ?? [];
    expect(plain).toEqual({
      name: 'plain',
      file: folder.file('actions/plain/code.js'),
      secrets: {},
      secretNames: [],
      dependencies: [],
    });
    expect(claims).toEqual({
      name: 'Add claims',
      file: folder.file('actions/Add claims/code.js'),
      code: 'const url = \'https://dev.example\'; const origins = ["https://a","https://b"];',
      secrets: { API_URL: 'https://dev.example', API_KEY: 'k"1' },
      secretNames: ['API_URL', 'API_KEY', 'EXPORTED', 'BARE'],
      dependencies: [{ name: 'axios', version: '1.7.0' }],
      modules: {
        shared: { file: folder.file('action-modules/shared/code.js'), secrets: { M: 'm' }, secretNames: ['M'] },
      },
    });
    expect(folder.notes(tenant)).toEqual([
      'These clients have no client_id. The sandbox derives it from the name: my-app ("My App").',
    ]);
  });

  it('has clients, connections, organizations, roles, factors and languages', async () => {
    await expect(folder.write(DIRECTORY).read('.')).resolves.toMatchObject({
      languages: ['en', 'fr-FR'],
      clients: [
        { client_id: 'my-app', name: 'My App', callbacks: ['http://localhost/cb'], client_metadata: { tier: '1' } },
      ],
      connections: [
        { name: 'Users', strategy: 'auth0' },
        { name: 'google', strategy: 'google-oauth2' },
      ],
      organizations: [{ name: 'acme', display_name: 'Acme', metadata: { a: 'b' } }],
      roles: [{ name: 'admin', description: 'All of it' }],
      factors: ['phone'],
    });
  });

  it('reads keywords from the environment before config.json, which may also be in the parent folder', async () => {
    folder.write({ 'config.json': DIRECTORY['config.json'] });
    for (const [name, text] of Object.entries(DIRECTORY))
      if (name !== 'config.json') folder.write({ [`tenant/${name}`]: text });
    const tenant = await folder.read('tenant', { API_URL: 'https://local.example' });
    expect(tenant.actions?.['post-login']?.[1]?.code).toContain(
      '\'https://local.example\'; const origins = ["https://a"',
    );
  });

  it('reads the YAML format, with keywords in quotes or without', async () => {
    folder.write({ 'tenant.yaml': YAML, 'actions/claims/code.js': '// ##MISSING_KEYWORD##' });
    const tenant = await folder.read('.', { CALLBACKS: 'http://localhost/cb', API_URL: 'https://x.example' });
    expect(tenant).toMatchObject({
      languages: ['en'],
      roles: [{ name: 'admin' }],
      connections: [{ name: 'Users', strategy: 'auth0' }],
      clients: [{ client_id: 'app', name: 'App' }],
      source: { kind: 'a YAML file of auth0-deploy-cli' },
    });
    expect(tenant.actions?.['post-login']).toEqual([
      {
        name: 'claims',
        file: folder.file('actions/claims/code.js'),
        secrets: { URL: 'https://x.example' },
        secretNames: ['API_KEY', 'URL'],
        dependencies: [],
      },
    ]);
    expect(folder.notes(tenant)).toEqual([
      'actions/claims/code.js: the keyword ##MISSING_KEYWORD## has no value.',
      'These clients have no client_id. The sandbox derives it from the name: app ("App").',
    ]);
  });

  it('finds code by the path that older exports write', async () => {
    folder.write({
      'actions/a.json': JSON.stringify({ name: 'a', code: './export/actions/a/code.js', deployed: true }),
      'actions/a/code.js': '',
      'triggers/triggers.json': JSON.stringify({ 'post-login': [{ action_name: 'a' }] }),
    });
    expect((await folder.read()).actions?.['post-login']?.[0]?.file).toBe(folder.file('actions/a/code.js'));
  });

  it('reads the YAML format with one list of Actions, and keywords for lists', async () => {
    folder.write({
      'tenant.yaml':
        'clients:\n  - { name: A, callbacks: @@ORIGINS@@ }\n  - { name: B, callbacks: "@@ORIGINS@@" }\nactions:\n  - name: a\n    code: ./a.js\n',
      'a.js': '',
      'config.json': DIRECTORY['config.json'],
    });
    const { source, clients } = await folder.read();
    expect(source.kind).toBe('a YAML file of auth0-deploy-cli');
    expect(clients?.map(({ callbacks }) => callbacks)).toEqual([
      ['https://a', 'https://b'],
      ['https://a', 'https://b'],
    ]);
  });

  it('reports everything that it ignores', async () => {
    folder.write({
      ...DIRECTORY,
      'actions/plain.json': JSON.stringify({ name: 'draft', code: './actions/plain/code.js', deployed: false }),
      'actions/broken.json': JSON.stringify({ name: 'broken' }),
      'actions/idle.json': JSON.stringify({
        name: 'idle',
        code: './actions/plain/code.js',
        modules: [{ module_name: 'gone' }],
      }),
      'triggers/triggers.json': JSON.stringify({
        'post-login': [{ action_name: 'draft' }, { action_name: 'Marketplace' }],
        'event-stream': [{ action_name: 'draft' }],
      }),
    });
    const tenant = await folder.read();
    expect(tenant.actions?.['post-login']).toHaveLength(1);
    expect(folder.notes(tenant)).toEqual(
      expect.arrayContaining([
        'actions/broken.json:1:1: could not be read: it has no "name" or no path of "code".',
        'The Action "idle" uses the module "gone", which is missing.',
        'The Action "idle" is bound to no trigger and never runs.',
        'The Action "draft" is not deployed. The sandbox runs it anyway.',
        'post-login runs the Action "Marketplace", which could not be read. It is left out.',
        'The sandbox does not know the trigger event-stream. "draft" is left out.',
      ]),
    );
  });

  it('binds each Action to the trigger that it supports if there are no bindings', async () => {
    const { 'triggers/triggers.json': _, ...rest } = DIRECTORY;
    const tenant = await folder.write(rest).read();
    expect(tenant.actions?.['post-login']?.map(({ name }) => name)).toEqual(['Add claims', 'plain']);
    expect(folder.notes(tenant)).toContain(
      'No Action is bound to a trigger here. The sandbox binds each to the trigger that it supports.',
    );
  });

  it('names an invalid file without quoting it', async () => {
    folder.write({ ...DIRECTORY, 'roles/admin.json': '{ "name": "hunter2" "x" }' });
    const failure = await folder.failure();
    expect(failure).toMatchObject({
      code: 'tenant_malformed',
      message: expect.stringContaining('roles/admin.json:1:'),
    });
    folder.write({ 'roles/admin.json': '{}', 'config.json': '{ "AUTH0_CLIENT_SECRET": "hunter2" x' });
    const second = await folder.failure();
    expect(second).toEqual({ code: 'tenant_malformed', message: 'config.json is not valid JSON.' });
    expect(failure.message).not.toContain('hunter2');
  });

  it('names the description of an Action whose code does not exist', async () => {
    folder.write({ 'actions/a.json': JSON.stringify({ name: 'a', code: './actions/a/code.js' }) });
    await expect(folder.failure()).resolves.toEqual({
      code: 'action_file_unreadable',
      message: 'actions/a.json:1:1: There is no file actions/a/code.js.',
    });
  });

  it('has at most 1,000 files', async () => {
    const roles = Array.from({ length: 1001 }, (_, index) => [`roles/${index}.json`, '{}'] as const);
    folder.write(Object.fromEntries(roles));
    expect((await folder.failure()).message).toMatch(/^A tenant may have 1000 files; roles\/\d+\.json is one more\.$/);
  });
});

import { TenantFolder } from './harness/tenant-folder.js';

const FULL = `# yaml-language-server: $schema=./tenant.schema.json
name: acme-dev
languages: [en, fr-FR]
roles: [{ name: admin }]
connections: [{ name: Users, strategy: auth0 }]
users:
  - email: alice@example.com
    email_verified: true
    connection: Users
    roles: [admin]
    app_metadata: { plan: gold }
clients:
  - { client_id: my-app, client_secret: "\${CLIENT_SECRET}", callbacks: [http://localhost:3000/cb] }
geoip: { countryCode: DE }
actions:
  post-login:
    - ./actions/first.js
    - file: ./actions/second/code.js
      secrets: { API_KEY: "key-\${API_KEY}", LITERAL: "$\${API_KEY}" }
      secrets_file: ./secrets.env
      configuration: { limit: 3 }
      modules: { shared: ./shared.js, other: { file: ./other.js, secrets: { TOKEN: t } } }
  credentials-exchange:
    - { file: ./m2m.js, name: Machine tokens }
`;
const CODE = {
  'actions/first.js': '',
  'actions/second/code.js': '',
  'shared.js': '',
  'other.js': '',
  'm2m.js': '',
  'secrets.env': 'FROM_FILE=one\nLITERAL=overridden\n',
};

describe('a tenant file', () => {
  let folder: TenantFolder;
  beforeEach(() => {
    folder = new TenantFolder();
  });
  afterEach(() => folder.remove());

  it('describes a whole tenant in YAML', async () => {
    folder.write({ 'tenant.yaml': FULL, ...CODE });
    const tenant = await folder.read('tenant.yaml', { API_KEY: '123', CLIENT_SECRET: 'hush' });
    expect(tenant).toMatchObject({
      name: 'acme-dev',
      languages: ['en', 'fr-FR'],
      users: [{ email: 'alice@example.com', email_verified: true, roles: ['admin'], app_metadata: { plan: 'gold' } }],
      clients: [{ client_id: 'my-app', client_secret: 'hush' }],
      geoip: { countryCode: 'DE' },
      source: { kind: 'a tenant file of the sandbox', path: folder.file('tenant.yaml'), notes: [] },
    });
    expect(tenant.actions).toEqual({
      'post-login': [
        { name: 'first', file: folder.file('actions/first.js'), secrets: {} },
        {
          name: 'second',
          file: folder.file('actions/second/code.js'),
          secrets: { FROM_FILE: 'one', API_KEY: 'key-123', LITERAL: '${API_KEY}' },
          configuration: { limit: 3 },
          modules: {
            shared: { file: folder.file('shared.js'), secrets: {} },
            other: { file: folder.file('other.js'), secrets: { TOKEN: 't' } },
          },
        },
      ],
      'credentials-exchange': [{ name: 'Machine tokens', file: folder.file('m2m.js'), secrets: {} }],
    });
  });

  it('may be JSON, and is found in its folder', async () => {
    folder.write({ 'tenant.json': '{\n\t"$schema": "x",\n\t"users": [{ "email": "a@b.c" }]\n}' });
    const tenant = await folder.read();
    expect(tenant.users).toEqual([{ email: 'a@b.c' }]);
    expect(tenant).not.toHaveProperty('$schema');
  });

  it('takes precedence over files of other formats in its folder', async () => {
    folder.write({ 'tenant.yaml': 'name: mine', 'main.tf': '', 'actions/package.json': '{}' });
    await expect(folder.read()).resolves.toMatchObject({ name: 'mine' });
  });

  it.each([
    ['users:\n  - emial: a@b.c\n', '2:5: users[0].emial is not a known key. Did you mean "email"?'],
    ['user: []\n', '1:1: user is not a known key. Did you mean "users"?'],
    ['actions:\n  post-logn: []\n', '2:3: actions.post-logn is not a known key. Did you mean "post-login"?'],
    [
      'clients:\n  - client_id: a\n    xyz: 1\n',
      '3:5: clients[0].xyz is not a known key. Known keys: client_id, client_secret, name, callbacks, client_metadata, grant_types.',
    ],
    [
      'users:\n  - email: a\n    phone_number: 15551234\n',
      '3:5: users[0].phone_number has to be text, and is a number. Put it in quotes.',
    ],
    ['users:\n  - blocked: "yes"\n', '2:5: users[0].blocked has to be true or false, and is text.'],
    ['users: a@b.c\n', '1:1: users has to be a list, and is text.'],
    ['name:\n', '1:1: name has to be text, and is empty.'],
    ['clients:\n  - name: x\n', '2:5: clients[0] lacks the key "client_id".'],
    [
      'actions:\n  post-login: [5]\n',
      '2:16: actions.post-login[0] has to be text or an object, and is a number. Put it in quotes.',
    ],
    ['- a\n', '1:1: The file has to be an object, and is a list.'],
    [
      'roles: [{ name: admin }]\nusers:\n  - roles: [admn]\n',
      '3:13: "admn" is not among the roles of this file. Did you mean "admin"?',
    ],
    ['connections: []\nusers: [{ connection: c }]\n', '2:11: "c" is not among the connections of this file.'],
    [
      'users: [{ connection: Username-Pasword-Authentication }]\n',
      '1:11: "Username-Pasword-Authentication" is not among the connections of this file. Did you mean "Username-Password-Authentication"?',
    ],
    ['users: [{ organizations: [acme] }]\n', '1:27: "acme" is not among the organizations of this file.'],
    ['users:\n  - enrolled_factors: [fone]\n', '2:24: "fone" is not a factor. Did you mean "phone"?'],
    [
      'users:\n  - { email: a@b.c }\n  - { email: A@b.c, name: A }\n',
      '3:5: The user auth0|d648b243a3e817eaa3309e00 already exists.',
    ],
    ['clients:\n  - client_id: a\n  - client_id: a\n', '3:5: The client "a" is in this file twice.'],
    [
      'clients:\n  - client_id: a\n    callbacks: [localhost:3000/callback]\n',
      '3:17: The callback "localhost:3000/callback" is not a URL with its scheme, such as http://localhost:3000/callback.',
    ],
    [
      'clients:\n  - { client_id: a, callbacks: ["http://a.example/#b"] }\n',
      '2:33: The callback "http://a.example/#b" has a fragment. Remove "#" and the rest.',
    ],
  ])('names the line, the key and the rule: %j', async (text, message) => {
    folder.write({ 'tenant.yaml': text });
    await expect(folder.failure('tenant.yaml')).resolves.toEqual({
      code: 'tenant_invalid',
      message: `tenant.yaml:${message}`,
    });
  });

  it.each([
    ['name: "x\n', '2:1: Missing closing quote.'],
    ['a: 1\na: 2\n', '2:1: Map keys must be unique.'],
    ['name: s3cret: x\n', '1:7: Nested mappings are not allowed in compact mappings.'],
    ['a: *x\n', ' an alias (*name) has no anchor (&name) above it, or too many uses.'],
    ['['.repeat(5000), '1:836: The values are nested too deeply.'],
  ])('names the line and column of wrong syntax (%#)', async (text, message) => {
    folder.write({ 'tenant.yaml': text });
    const failure = await folder.failure('tenant.yaml');
    expect(failure.code).toBe('tenant_malformed');
    expect(failure.message.replace(/:1:\d{3}:/, ':1:836:')).toContain(`tenant.yaml:${message}`);
  });

  it.each(['{ "client_secret": "hush" hunter2 }', 'client_secret: |hunter2\n', '"hunter2": }', 'a: "\\uhunter2"'])(
    'never quotes its text in a message about syntax: %j',
    async (text) => {
      const { code, message } = await folder.write({ 'tenant.yaml': text }).failure('tenant.yaml');
      expect(code).toBe('tenant_malformed');
      expect(message).not.toMatch(/hush|hunter/);
    },
  );

  it('names an unset environment variable', async () => {
    folder.write({ 'tenant.yaml': FULL, ...CODE });
    await expect(folder.failure('tenant.yaml', { CLIENT_SECRET: 'x' })).resolves.toEqual({
      code: 'tenant_variable_unset',
      message: 'tenant.yaml:19:18: The environment variable API_KEY is not set.',
    });
  });

  it('names a missing file of an Action, a module or secrets', async () => {
    folder.write({ 'tenant.yaml': FULL, ...CODE, 'x.yaml': 'actions: { post-login: [ ./gone.js ] }' });
    await expect(folder.failure('x.yaml')).resolves.toEqual({
      code: 'action_file_unreadable',
      message: 'x.yaml:1:26: There is no file gone.js.',
    });
    folder.write({ 'x.yaml': 'actions:\n  post-login:\n  - file: m2m.js\n    secrets_file: gone.env' });
    await expect(folder.failure('x.yaml')).resolves.toEqual({
      code: 'secrets_file_unreadable',
      message: 'x.yaml:4:5: There is no secrets file gone.env.',
    });
  });

  it('is at most 1 MB, and nested at most 32 levels deep', async () => {
    folder.write({
      'big.yaml': `# ${'x'.repeat(1024 * 1024)}`,
      'deep.yaml': `geoip: ${'{ a: '.repeat(40)}1${' }'.repeat(40)}`,
    });
    expect(await folder.failure('big.yaml')).toEqual({
      code: 'tenant_unreadable',
      message: 'big.yaml is larger than 1 MB.',
    });
    expect((await folder.failure('deep.yaml')).message).toContain('is nested more than 32 levels deep.');
  });

  it('is distinguished from other files', async () => {
    folder.write({ 'a.txt': '', 'b.tf': '', 'empty/x.js': '' });
    expect((await folder.failure('a.txt')).message).toContain(
      'a.txt is not a tenant. Expected a tenant file (YAML or JSON)',
    );
    expect((await folder.failure('empty')).message).toContain('empty is not a tenant. Expected');
    expect((await folder.failure('b.tf')).message).toBe('b.tf is one file of Terraform. Name its folder: FOLDER.');
    expect((await folder.failure('gone')).message).toBe('There is no file or folder gone.');
  });
});

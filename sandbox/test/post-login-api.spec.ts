import type { TenantDefinition } from '../src/definition/tenant-definition.js';
import { ActionBench } from './harness/action-bench.js';

const benches: ActionBench[] = [];

function bench(sources: readonly string[], rest: TenantDefinition = {}): ActionBench {
  const made = new ActionBench(sources, {}, rest);
  benches.push(made);
  return made;
}

afterEach(() => Promise.all(benches.splice(0).map((made) => made.dispose())));

const onExecute = (body: string): string => `exports.onExecutePostLogin = async (event, api) => { ${body} };`;
const onContinue = (body: string): string => `exports.onContinuePostLogin = async (event, api) => { ${body} };`;

/** The headings of Auth0's reference of the post-login `api`. */
const API_MEMBERS = `
  access.deny accessToken.setCustomClaim accessToken.addScope accessToken.removeScope
  authentication.challengeWith authentication.challengeWithAny authentication.enrollWith authentication.enrollWithAny
  authentication.recordMethod authentication.setPrimaryUser idToken.setCustomClaim multifactor.enable
  redirect.encodeToken redirect.sendUserTo redirect.canRedirect redirect.validateToken
  user.setAppMetadata user.setUserMetadata cache.delete cache.get cache.set
  samlResponse.setAttribute samlResponse.setAudience samlResponse.setRecipient samlResponse.setCreateUpnClaim
  samlResponse.setPassthroughClaimsWithNoMapping samlResponse.setMapUnknownClaimsAsIs samlResponse.setMapIdentities
  samlResponse.setSignatureAlgorithm samlResponse.setDigestAlgorithm samlResponse.setDestination
  samlResponse.setLifetimeInSeconds samlResponse.setSignResponse samlResponse.setNameIdentifierFormat
  samlResponse.setNameIdentifierProbes samlResponse.setAuthnContextClassRef samlResponse.setSigningCert
  samlResponse.setIncludeAttributeNameFormat samlResponse.setTypedAttributes samlResponse.setEncryptionCert
  samlResponse.setEncryptionPublicKey samlResponse.setCert samlResponse.setKey samlResponse.setRelayState
  samlResponse.setIssuer samlResponse.setEncryptionAlgorithm
  validation.error rules.wasExecuted prompt.render
  refreshToken.revoke refreshToken.setExpiresAt refreshToken.setIdleExpiresAt refreshToken.setMetadata
  refreshToken.deleteMetadata refreshToken.evictMetadata
  session.revoke session.setExpiresAt session.setIdleExpiresAt session.setCookieMode session.setMetadata
  session.deleteMetadata session.evictMetadata
  transaction.setMetadata groups.getUserGroups groups.hasGroupMembership
  roles.getUserEffectiveRoles roles.getUserEffectiveRolesByIds roles.getUserEffectiveRolesByNames`
  .trim()
  .split(/\s+/);

/** The members of Auth0's reference of the post-login `event` that are not optional, with their types. */
const REQUIRED_MEMBERS = {
  object: `client client.metadata connection request request.body request.geoip request.query secrets stats tenant
    user user.app_metadata user.user_metadata transaction.metadata authentication.riskAssessment.assessments`,
  string: `client.client_id client.name connection.id connection.name connection.strategy request.ip request.method
    tenant.id user.created_at user.updated_at user.user_id session.id resource_server.identifier
    authentication.riskAssessment.confidence authentication.riskAssessment.version`,
  number: 'stats.logins_count',
  boolean: 'user.email_verified',
  array: 'user.identities authentication.methods authorization.roles',
};

/** The optional members that the sandbox supports. */
const KNOWN_MEMBERS = {
  object: 'authentication authorization resource_server session session.device transaction connection.metadata',
  string: `request.hostname request.language request.user_agent session.created_at session.updated_at session.user_id
    session.authenticated_at session.last_interacted_at transaction.id transaction.locale transaction.protocol
    transaction.redirect_uri transaction.state transaction.login_hint transaction.response_mode
    transaction.correlation_id user.email user.name user.nickname user.picture`,
  array: `session.clients transaction.acr_values transaction.prompt transaction.requested_scopes
    transaction.response_type transaction.ui_locales transaction.requested_authorization_details
    user.enrolledFactors user.multifactor`,
};

const typeList = (members: Record<string, string>): string[][] =>
  Object.entries(members).flatMap(([type, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, type]),
  );

it('api has every documented member', async () => {
  const made = bench([
    onExecute(`const names = ${JSON.stringify(API_MEMBERS)};
      console.log(names.filter((name) => {
        const [group, method] = name.split('.');
        return typeof api[group]?.[method] !== 'function';
      }).join(' '))`),
  ]);
  await made.start();
  expect(made.logs()).toEqual(['']);
});

it.each([
  ['that is not optional', REQUIRED_MEMBERS],
  ['that the sandbox can know', KNOWN_MEMBERS],
])('has every documented member of event %s, with its type', async (_which, members) => {
  const made = bench([
    onExecute(`const wanted = ${JSON.stringify(typeList(members))};
      const typeOf = (value) => Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
      console.log(wanted.filter(([name, type]) =>
        typeOf(name.split('.').reduce((part, key) => part?.[key], event)) !== type).join(' '))`),
  ]);
  made.newLogin({ login_hint: 'ada', response_mode: 'query', correlation_id: 'c', ui_locales: 'en' });
  await made.start();
  expect(made.logs()).toEqual(['']);
});

it('sets email_verified also for a user without an email address', async () => {
  const made = bench([onExecute('console.log(event.user.email_verified)')]);
  made.transaction.user = made.tenant.users.create({ user_id: 'auth0|1', name: 'No Address' });
  await made.start();
  expect(made.logs()).toEqual(['false']);
});

it('ends a login with the code and the message of api.validation.error', async () => {
  const made = bench([
    onExecute('api.validation.error("too_young", "Come back later.")'),
    onExecute('console.log("x")'),
  ]);
  expect(await made.start()).toEqual({ kind: 'denied', error: 'too_young', description: 'Come back later.' });
  expect(made.steps('denied')).toMatchObject([{ error: 'too_young', description: 'Come back later.' }]);
  expect(made.logs()).toEqual([]);
});

it('has executed no Rule', async () => {
  const made = bench([onExecute('console.log(api.rules.wasExecuted("rul_1"))')]);
  await made.start();
  expect(made.logs()).toEqual(['false']);
});

describe('roles and groups', () => {
  const roles = Array.from({ length: 7 }, (_, index) => ({ id: `rol_${index}`, name: `Role ${index}` }));
  const definition = { roles, groups: [{ id: 'grp_1', name: 'Staff' }] };

  async function logsOf(body: string): Promise<string[]> {
    const made = bench([onExecute(body)], definition);
    made.user.roles = roles.map(({ name }) => name);
    made.user.groups = ['Staff', 'Undefined'];
    await made.start();
    return made.logs();
  }

  it('are returned in pages', async () => {
    const logs = await logsOf(`let from; do {
      const page = await api.roles.getUserEffectiveRoles({ take: 3, from });
      console.log(page.roles.map(({ id, name }) => id + '=' + name).join());
      from = page.next;
    } while (from);`);
    expect(logs).toEqual([
      'rol_0=Role 0,rol_1=Role 1,rol_2=Role 2',
      'rol_3=Role 3,rol_4=Role 4,rol_5=Role 5',
      'rol_6=Role 6',
    ]);
  });

  it('have the ids of the Management API', async () => {
    const made = bench([
      onExecute(`const { roles } = await api.roles.getUserEffectiveRoles();
        console.log(roles.map(({ id }) => id).join());`),
    ]);
    const { id } = made.tenant.roles.add({ name: 'Made by the API' });
    made.user.roles = ['Made by the API'];
    await made.start();
    expect(made.logs()).toEqual([id]);
  });

  it('are found by ids and by names', async () => {
    const logs = await logsOf(`
      const byId = await api.roles.getUserEffectiveRolesByIds(['rol_2', 'rol_x']);
      const byName = await api.roles.getUserEffectiveRolesByNames(['Role 4', 'Role x']);
      const groups = await api.groups.getUserGroups();
      const yes = await api.groups.hasGroupMembership(['grp_1', 'Other']);
      const no = await api.groups.hasGroupMembership(['Other']);
      console.log(JSON.stringify([byId, byName, groups, yes, no]));`);
    expect(JSON.parse(logs[0] ?? '')).toEqual([
      { roles: [roles[2]] },
      { roles: [roles[4]] },
      { groups: [definition.groups[0], { id: expect.stringMatching(/^grp_/), name: 'Undefined' }] },
      { isMember: true, groups: [definition.groups[0]] },
      { isMember: false, groups: [] },
    ]);
  });

  it('reject a wrong argument, and do not throw', async () => {
    const logs = await logsOf(`const promise = api.roles.getUserEffectiveRolesByIds('rol_1');
      console.log(typeof promise.then, await promise.catch((error) => error.message));`);
    expect(logs).toEqual(['function The argument must be an array of strings.']);
  });
});

describe('api.samlResponse', () => {
  it('is shown as the response that Auth0 would send, with the key masked', async () => {
    const made = bench([
      onExecute(`api.samlResponse.setAttribute('a', ['x', 'y']); api.samlResponse.setAttribute('b', 1);
        api.samlResponse.setAttribute('b', null); api.samlResponse.setAudience('urn:sp');
        api.samlResponse.setKey('-----BEGIN PRIVATE KEY-----');`),
      onExecute('api.samlResponse.setSignResponse(true)'),
    ]);
    expect(await made.start()).toEqual({ kind: 'completed' });
    const [saml] = made.steps('saml');
    expect(saml).toMatchObject({ attributes: { a: ['x', 'y'] } });
    expect(saml?.attributes).not.toHaveProperty('b');
    expect(saml?.settings).toMatchObject({
      ...{ audience: 'urn:sp', signResponse: true, issuer: 'urn:auth0:tenant', signatureAlgorithm: 'rsa-sha256' },
      lifetimeInSeconds: 3600,
    });
    expect(JSON.stringify(made.transaction.record)).not.toContain('PRIVATE KEY');
  });

  it.each([
    ["setAttribute('a', 'v'.repeat(2049))", 'limit for a value'],
    ["setAttribute('n'.repeat(1025), 'v')", 'limit for a name'],
    ["setAudience('a'.repeat(2049))", '2048 bytes'],
    ["setDigestAlgorithm('md5')", 'one of sha256, sha1'],
    ["setNameIdentifierProbes(new Array(11).fill('p'))", 'at most 10 probes'],
    ["setLifetimeInSeconds('1')", 'of the type number'],
  ])('hints at a documented limit: %s', async (call, hint) => {
    const made = bench([onExecute(`api.samlResponse.${call}`)]);
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.calls()[0]?.hint).toContain(hint);
  });
});

describe('api.authentication.recordMethod', () => {
  const redirects = onExecute('api.redirect.sendUserTo("https://step.example/")');

  it('adds a method with its address and time, for the next Action', async () => {
    const made = bench([
      `${redirects} ${onContinue('api.authentication.recordMethod("https://idp.example/")')}`,
      onExecute('console.log(JSON.stringify(event.authentication.methods))'),
    ]);
    await made.start();
    expect(await made.resume()).toEqual({ kind: 'completed' });
    expect(JSON.parse(made.logs()[0] ?? '')).toEqual([
      { name: 'https://idp.example/', timestamp: '2030-01-02T03:04:05.000Z' },
    ]);
  });

  it('works in onContinuePostLogin only', async () => {
    const made = bench([onExecute('api.authentication.recordMethod("https://idp.example/")')]);
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('only onContinuePostLogin') });
  });

  it('accepts only http and https addresses', async () => {
    const made = bench([`${redirects} ${onContinue('api.authentication.recordMethod("urn:mine")')}`]);
    await made.start();
    expect(await made.resume()).toMatchObject({ description: expect.stringContaining('http: or https: URL') });
  });
});

describe('api.authentication.setPrimaryUser', () => {
  const sets = 'api.authentication.setPrimaryUser("auth0|primary");';

  function linked(sources: readonly string[]): ActionBench {
    const made = bench(sources);
    const { users } = made.tenant;
    users.link(users.create({ user_id: 'auth0|primary', email: 'primary@example.com' }), made.user);
    return made;
  }

  it('continues the login as the primary user', async () => {
    const made = linked([
      onExecute(`${sets} api.user.setAppMetadata('a', 1); api.user.setUserMetadata('lost', 1);`),
      onExecute('console.log(event.user.user_id, event.session.user_id); api.user.setUserMetadata("kept", 1)'),
    ]);
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.logs()).toEqual(['auth0|primary auth0|primary']);
    expect(made.transaction.record.user).toEqual({ userId: 'auth0|primary', email: 'primary@example.com' });
    expect(made.tenant.users.find('auth0|primary')).toMatchObject({
      app_metadata: { a: 1 },
      user_metadata: { kept: 1 },
    });
    expect(made.steps('warning')[0]?.message).toContain('discards the user metadata');
  });

  it.each([
    ['an unknown user', 'auth0|nobody', 'there is no user auth0|nobody'],
    ['a user without this identity', 'auth0|other', 'is not a secondary identity of auth0|other'],
  ])('fails the login for %s', async (_which, id, message) => {
    const made = bench([onExecute(`api.authentication.setPrimaryUser("${id}"); api.user.setAppMetadata("a", 1)`)]);
    made.tenant.users.create({ user_id: 'auth0|other', email: 'other@example.com' });
    expect(await made.start()).toMatchObject({ kind: 'denied', description: expect.stringContaining(message) });
    expect(made.transaction.record.status).toBe('failed');
    expect(made.user.app_metadata).toEqual({});
  });

  it.each([
    ['once in an Action', [onExecute(sets + sets)]],
    ['once in a transaction', [onExecute(sets), onExecute(sets)]],
  ])('can be called %s', async (_when, sources) => {
    const made = linked(sources);
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('once per transaction') });
  });

  it('accepts at most 128 characters', async () => {
    const made = bench([onExecute('api.authentication.setPrimaryUser("a".repeat(129))')]);
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('the limit is 128') });
  });

  it('is required when a login ends for a user who became a linked account', async () => {
    const made = linked([onExecute('')]);
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('call setPrimaryUser') });
  });
});

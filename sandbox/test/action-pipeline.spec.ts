import { tmpdir } from 'node:os';
import type { ActionDefinition } from '../src/definition/tenant-definition.js';
import { decodeToken, signHs256 } from '../src/redirect/jwt.js';
import type { Tenant } from '../src/tenant/tenant.js';
import { MASK } from '../src/transactions/mask.js';
import { ActionBench } from './harness/action-bench.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const benches: ActionBench[] = [];

function bench(sources: readonly string[], secrets: Record<string, string> = {}): ActionBench {
  const made = new ActionBench(sources, secrets);
  benches.push(made);
  return made;
}

afterEach(() => Promise.all(benches.splice(0).map((made) => made.dispose())));

const onExecute = (body: string): string => `exports.onExecutePostLogin = async (event, api) => { ${body} };`;
const onContinue = (body: string): string => `exports.onContinuePostLogin = async (event, api) => { ${body} };`;
const redirects = onExecute(`
  const session_token = api.redirect.encodeToken({ secret: event.secrets.SECRET, payload: { nonce: 'n' } });
  api.redirect.sendUserTo('https://step.example/go', { query: { session_token } });`);

function actionOf({ definition }: Tenant): ActionDefinition {
  const [action] = definition.actions?.['post-login'] ?? [];
  if (!action) throw new Error('the tenant has no Action');
  return action;
}

describe('running Actions', () => {
  it('calls them in order, each with an event as Auth0 documents it', async () => {
    const made = bench([onExecute('console.log("one", event)'), onExecute('console.warn("two", event.tenant.id)')]);
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.logs()[1]).toBe('two tenant');
    expect(made.steps('action').map(({ file }) => file)).toEqual(['action-1.js', 'action-2.js']);
    const text = made.logs()[0] ?? '';
    const parts = ['authentication', 'authorization', 'client', 'configuration', 'connection', 'request', 'secrets'];
    for (const part of [...parts, 'session', 'stats', 'tenant', 'transaction', 'user'])
      expect(text).toContain(`${part}: {`);
    expect(text).toMatch(/user_id: 'auth0\|[0-9a-f]{24}'/);
    expect(text).toContain("protocol: 'oidc-basic-profile'");
  });

  it('runs the Action in a separate realm in which instanceof holds', async () => {
    const made = bench([
      onExecute(`
        let thrown; try { api.redirect.sendUserTo('nowhere'); } catch (error) { thrown = error; }
        console.log(event instanceof Object, thrown instanceof Error, Array.isArray(event.user.identities),
          new Uint8Array(1) instanceof Uint8Array, typeof require('node:crypto').createHash, process.env.HOME);`),
    ]);
    await made.start();
    expect(made.logs()).toEqual(['true true true true function undefined']);
  });

  it('keeps no module state between phases', async () => {
    const made = bench([`let runs = 0; ${onExecute('runs += 1; console.log(runs)')}`]);
    await made.start();
    await made.start();
    expect(made.logs()).toEqual(['1', '1']);
  });

  it('reads the file again each time', async () => {
    const made = bench([onExecute('console.log("before")')]);
    await made.start();
    made.write('action-1.js', onExecute('console.log("after")'));
    await made.start();
    expect(made.logs()).toEqual(['before', 'after']);
  });

  it('resolves packages from the folder of the Action', async () => {
    const made = bench([onExecute('console.log(require("./beside.js").word)')]);
    made.write('beside.js', 'exports.word = "found";');
    await made.start();
    expect(made.logs()).toEqual(['found']);
  });

  it('loads the installed version of a package that is required with a version', async () => {
    const made = bench([onExecute('console.log(require("beside@1.9.0").word, require("@scope/one@^2/part").word)')]);
    made.write('node_modules/beside/index.js', 'exports.word = "found";');
    made.write('node_modules/@scope/one/part.js', 'exports.word = "too";');
    await made.start();
    expect(made.logs()).toEqual(['found too']);
  });

  it('loads shared modules, each with its own secrets', async () => {
    const made = bench([onExecute('console.log(require("actions:shared").tell(), typeof actions)')]);
    const [action] = made.tenant.definition.actions?.['post-login'] ?? [];
    const file = made.write('shared.js', 'exports.tell = () => actions.secrets.KEY;');
    Object.assign(action ?? {}, { modules: { shared: { file, secrets: { KEY: 'mine' } } } });
    await made.start();
    expect(made.logs()).toEqual(['mine undefined']);
  });

  it.each([
    ['throws', onExecute('throw new Error("broken")'), 'broken'],
    ['throws something odd', onExecute('throw "odd"'), 'odd'],
    ['does not parse', 'exports.onExecutePostLogin = (', 'Unexpected end of input'],
    ['requires a missing package', 'require("no-such-package")', "Cannot find module 'no-such-package'"],
    ['calls what api does not have', onExecute('api.nothing.here()'), "reading 'here'"],
    ['ends its process', onExecute('process.exit(0)'), 'has called process.exit'],
    [
      'awaits a promise that never settles',
      onExecute('await new Promise(() => {})'),
      'awaits a promise that never settles',
    ],
    ['runs out of memory', onExecute('const all = []; for (;;) all.push(new Array(1e6).fill(1))'), 'out of memory'],
  ])('fails the login if an Action %s', async (_what, source, message) => {
    const made = bench([source, onExecute('console.log("never")')]);
    const outcome = await made.start();
    expect(outcome).toMatchObject({ kind: 'denied', description: expect.stringContaining(message) });
    expect(made.transaction.record.status).toBe('failed');
    expect(made.logs()).toEqual([]);
  });

  it('shows where the Action failed', async () => {
    const made = bench(['\n\n' + onExecute('event.nothing.here')]);
    await made.start();
    const [step] = made.steps('action');
    expect(step?.error?.at).toMatchObject({ file: 'action-1.js', line: 3 });
    expect(step?.error?.at?.statement).toContain('event.nothing.here');
    expect(step?.error?.stack.split('\n')).toHaveLength(2);
  });

  it('shows no local path of the Action', async () => {
    const made = bench([onExecute('throw new Error(`no ${__filename}, no ${require("node:os").homedir()}/file`)')]);
    expect(await made.start()).toMatchObject({ description: 'no action-1.js, no file' });
    expect(JSON.stringify(made.transaction.record)).not.toContain(tmpdir());
  });

  it('stops at a denial', async () => {
    const made = bench([onExecute('api.access.deny("no entry")'), onExecute('console.log("never")')]);
    expect(await made.start()).toEqual({ kind: 'denied', error: 'access_denied', description: 'no entry' });
    expect(made.logs()).toEqual([]);
  });

  it.each([
    ['never yields', 'while (true);'],
    ['never yields after it has waited', 'await null; while (true);'],
    ['waits too long', 'await new Promise((resolve) => setTimeout(resolve, 30_000));'],
  ])('ends an Action that %s, and keeps its earlier calls and log lines', async (_what, body) => {
    const made = bench([onExecute(`console.log('before'); ${body}`)]);
    const { clock, tenant, transaction } = made;
    const action = actionOf(tenant);
    const result = await tenant.steps.run({
      ...{ record: transaction.record, trigger: 'post-login', handler: 'onExecutePostLogin', event: {} },
      ...{ action, time: { leftMs: 3000 }, facts: { canRedirect: true, roles: [], groups: [] } },
    });
    expect(result.error?.message).toContain('took longer than the 20 seconds');
    expect(made.logs()).toEqual(['before']);
    expect(clock.now()).toBe(Date.parse(transaction.record.startedAt));
  });

  it('shares the time of an execution among its Actions', async () => {
    const made = bench([onExecute('await new Promise((resolve) => setTimeout(resolve, 100))')]);
    const { tenant, transaction } = made;
    const action = actionOf(tenant);
    const time = { leftMs: 20_000 };
    await tenant.steps.run({
      ...{ record: transaction.record, trigger: 'post-login', handler: 'onExecutePostLogin', event: {}, time },
      ...{ action, facts: { canRedirect: true, roles: [], groups: [] } },
    });
    expect(time.leftMs).toBeLessThanOrEqual(19_900);
  });

  it.each([
    ['a rejection that nobody awaits', 'Promise.reject(new Error("nobody"));', 'nobody'],
    ['a timer that throws', 'setTimeout(() => { throw new Error("tick") });', 'tick'],
    ['a call after the end', 'setTimeout(() => api.access.deny("late"));', 'was called after the Action had ended'],
  ])('shows %s, and continues', async (_what, body, message) => {
    const made = bench([onExecute(body), onExecute('console.log("next")')]);
    expect(await made.start()).toEqual({ kind: 'completed' });
    const failures = await made.eventually(() => made.entries().filter(({ type }) => type === 'failure'));
    expect(failures).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message), at: expect.objectContaining({ line: 1 }) }),
    ]);
    expect(made.logs()).toEqual(['next']);
  });

  it('chains setters, as Auth0 does', async () => {
    const made = bench([
      onExecute(`api.user.setAppMetadata('a', 1).user.setUserMetadata('b', 2).transaction.setMetadata('c', 3)
        .idToken.setCustomClaim('d', 4).accessToken.setCustomClaim('e', 5).accessToken.addScope('f')
        .accessToken.removeScope('g').access.deny('h');`),
    ]);
    await made.start();
    expect(made.user).toMatchObject({ app_metadata: { a: 1 }, user_metadata: { b: 2 } });
    expect(made.transaction).toMatchObject({
      metadata: { c: 3 },
      idTokenClaims: { d: 4 },
      accessTokenClaims: { e: 5 },
    });
    expect([...made.transaction.addedScopes, ...made.transaction.removedScopes]).toEqual(['f', 'g']);
  });

  it.each([
    ...['sub', 'roles', 'groups', 'entitlements', 'permissions', 'x5t#S256', 'urn:auth0', 'urn:auth0:role'],
    ...['https://auth0.com/role', 'http://a.auth0.com', 'https://my.webtask.io/x', 'https://webtask.run/x'],
  ])('adds no claim %s to tokens, and reports it', async (name) => {
    const made = bench([onExecute(`api.idToken.setCustomClaim(${JSON.stringify(name)}, 'mine')`)]);
    await made.start();
    expect(made.transaction.idTokenClaims).toEqual({});
    expect(made.calls()[0]?.ignored).toMatch(/Auth0/);
  });

  it.each(['email', 'role', 'https://example.com/auth0.com', 'urn:example:auth0', 'https://notauth0.com/role'])(
    'adds a claim %s',
    async (name) => {
      const made = bench([onExecute(`api.accessToken.setCustomClaim(${JSON.stringify(name)}, 'mine')`)]);
      await made.start();
      expect(made.transaction.accessTokenClaims).toEqual({ [name]: 'mine' });
    },
  );

  it('shows metadata of the transaction as soon as they are set', async () => {
    const made = bench([
      onExecute(`const { metadata } = event.transaction;
        api.transaction.setMetadata('a', 1); console.log(metadata.a);
        api.transaction.setMetadata('a', null); console.log(metadata.a, 'a' in metadata);`),
    ]);
    await made.start();
    expect(made.logs()).toEqual(['1', 'undefined false']);
  });

  it('returns the cache results that Auth0 documents', async () => {
    const made = bench([
      onExecute(`
        console.log(api.cache.get('k'), api.cache.set('k', 'v').type, api.cache.get('k').value);
        console.log(api.cache.set('k'.repeat(65), 'v').type, api.cache.set('a', 'v'.repeat(4097)).type);
        console.log(new Date(api.cache.set('b', 'v', { ttl: 9e9 }).record.expires_at).toISOString().slice(0, 10));
        console.log(api.cache.set('c', 'v', { expires_at: 1 }).type, api.cache.delete('b').type);
        console.log(api.cache.delete('b').type);
        for (let n = 0; n < 25; n += 1) api.cache.set('n' + n, '');
        console.log(api.cache.get('n18')?.value, api.cache.get('n19'));`),
      onExecute('console.log(api.cache.get("k").value)'),
    ]);
    await made.start();
    expect(made.logs()).toEqual([
      ...['undefined success v', 'error error', '2030-01-03', 'error success', 'error', ' undefined', 'v'],
    ]);
  });

  it('records calls and console lines with the secrets masked', async () => {
    const made = bench(
      [onExecute('console.log(event.secrets.SECRET); api.redirect.encodeToken({ secret: "other" })')],
      {
        SECRET,
      },
    );
    await made.start();
    expect(made.logs()).toEqual([MASK]);
    expect(made.calls()[0]?.args).toEqual([{ secret: MASK }]);
    expect(JSON.stringify(made.transaction.record)).not.toContain(SECRET);
  });
});

describe('a redirect', () => {
  const validates = onContinue(`
    const payload = api.redirect.validateToken({ secret: event.secrets.SECRET });
    console.log('validated', payload.nonce === event.transaction.metadata.nonce, event.request.method, event.request.query.q);`);

  function reply(
    made: ActionBench,
    more: Record<string, string | number> = {},
  ): { state: string; session_token: string } {
    const [redirect] = made.steps('redirect');
    const claims = redirect?.tokens[0]?.claims ?? {};
    const state = redirect?.state ?? '';
    return { state, session_token: signHs256({ ...claims, state, ...more }, SECRET) };
  }

  it('pauses after the Action, resumes it, and continues with the next', async () => {
    const source = `${redirects} ${validates}`.replace(
      'const session_token',
      'api.transaction.setMetadata("nonce", "n"); const session_token',
    );
    const made = bench([source, onExecute('console.log("next")')], { SECRET });
    const outcome = await made.start();
    expect(outcome).toMatchObject({ kind: 'redirect' });
    expect(made.logs()).toEqual([]);
    expect(await made.resume(reply(made), { q: 'in the query' })).toEqual({ kind: 'completed' });
    expect(made.logs()).toEqual(['validated true POST in the query', 'next']);
    expect(made.steps('warning')).toEqual([]);
  });

  it('sends the session token with a bare host as its issuer, and a state', async () => {
    const made = bench([`${redirects} ${validates}`], { SECRET });
    const outcome = await made.start();
    const url = new URL(outcome.kind === 'redirect' ? outcome.url : '');
    expect([...url.searchParams.keys()]).toEqual(['session_token', 'state']);
    expect(decodeToken(url.searchParams.get('session_token') ?? '')?.claims).toMatchObject({
      iss: 'tenant.localhost',
      sub: made.user.user_id,
      nonce: 'n',
    });
  });

  it('records each check when validateToken fails, and denies with its text', async () => {
    const made = bench([`${redirects} ${validates}`], { SECRET });
    await made.start();
    const outcome = await made.resume(reply(made, { sub: 'auth0|another' }));
    expect(outcome).toEqual({
      kind: 'denied',
      error: 'access_denied',
      description: 'The session token is invalid: The sub claim does not match the user_id.',
    });
    const checks = made.calls().at(-1)?.checks ?? [];
    expect(checks.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'failed', 'not reached']);
  });

  it('warns of an Action without onContinuePostLogin, which anyone can skip', async () => {
    const made = bench([redirects], { SECRET });
    await made.start();
    expect(made.steps('warning')[0]?.message).toContain('does not export onContinuePostLogin');
    expect(await made.resume()).toEqual({ kind: 'completed' });
    expect(made.steps('action')[1]).toMatchObject({ handler: 'onContinuePostLogin', skipped: 'not exported' });
  });

  it.each([
    ['does not call validateToken', '', 'without a call of api.redirect.validateToken'],
    [
      'continues after a failed validateToken',
      'try { api.redirect.validateToken({ secret: "x" }) } catch {}',
      'validateToken failed, and onContinuePostLogin of action-1.js let the login go on',
    ],
  ])('warns of an onContinuePostLogin that %s', async (_what, body, warning) => {
    const made = bench([`${redirects} ${onContinue(body)}`], { SECRET });
    await made.start();
    await made.resume();
    expect(made.steps('warning')[0]?.message).toContain(warning);
  });

  it('can follow another one of the same Action, with a warning', async () => {
    const made = bench([`${redirects} ${onContinue('api.redirect.sendUserTo("https://step.example/again")')}`], {
      SECRET,
    });
    await made.start();
    expect(await made.resume()).toMatchObject({ kind: 'redirect' });
    expect(made.steps('warning')[0]?.message).toContain('redirects a second time');
  });

  it('is impossible with prompt=none: canRedirect returns false, and the application gets interaction_required', async () => {
    const made = bench([`${redirects.replace('{', '{ console.log(api.redirect.canRedirect());')} ${validates}`], {
      SECRET,
    });
    made.newLogin({ prompt: 'none' });
    const outcome = await made.start();
    expect(made.logs()).toEqual(['false']);
    const { error, description } = made.steps('denied')[0] ?? {};
    expect(outcome).toEqual({ kind: 'denied', error, description });
    expect(error).toBe('interaction_required');
  });

  it('of a later Action follows after the first redirect has returned', async () => {
    const second = `${onExecute('api.redirect.sendUserTo("https://second.example/")')} ${onContinue('console.log("end")')}`;
    const made = bench([`${redirects} ${validates}`, second], { SECRET });
    await made.start();
    expect(await made.resume(reply(made))).toMatchObject({
      kind: 'redirect',
      url: expect.stringContaining('second.example'),
    });
    expect(await made.resume()).toEqual({ kind: 'completed' });
    expect(made.logs().at(-1)).toBe('end');
  });

  it('warns if its address contains a secret', async () => {
    const made = bench([onExecute('api.redirect.sendUserTo("https://a.example/?k=" + event.secrets.SECRET)')], {
      SECRET,
    });
    await made.start();
    expect(made.steps('warning').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('from the secrets file'),
    );
    expect(JSON.stringify(made.transaction.record)).not.toContain(SECRET);
  });
});

it.each([
  ['misspelt', 'exports.onExecutePostlogin = async () => {};', 'It exports onExecutePostlogin.'],
  ['of another trigger', 'exports.onExecutePreUserRegistration = async () => {};', 'onExecutePreUserRegistration'],
  ['missing', 'module.exports = 5;', 'It exports no function.'],
])('warns of a handler that is %s', async (_what, source, said) => {
  const made = bench([source]);
  expect(await made.start()).toEqual({ kind: 'completed' });
  expect(made.steps('warning')[0]?.message).toContain(said);
});

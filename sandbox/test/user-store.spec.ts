import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TenantDefinition } from '../src/definition/tenant-definition.js';
import { createTenant, type Tenant } from '../src/tenant/tenant.js';
import { UserStore } from '../src/directory/user-store.js';
import { FrozenClock } from './harness/frozen-clock.js';

const ADA = 'ada.lovelace@example.com';

describe('a state file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
    file = join(folder, 'state.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function start(definition: TenantDefinition = {}): { tenant: Tenant; store: UserStore } {
    const store = UserStore.open(file);
    const names = { origin: 'http://tenant.localhost:1', hostname: 'tenant.localhost', actionFiles: [], clients: [] };
    return { store, tenant: createTenant({ ...names, definition, store, now: new FrozenClock().now }) };
  }

  it('keeps users and roles across a restart', () => {
    const { tenant, store } = start();
    const user = tenant.users.logIn(ADA, 'google-oauth2');
    tenant.roles.add({ name: 'idle', description: 'Nobody has it' });
    tenant.users.countLogin(user, '127.0.0.1');
    tenant.users.update(user, { app_metadata: { plan: 'pro' }, roles: [tenant.roles.add({ name: 'admin' }).name] });
    store.flush();
    const again = start().tenant;
    expect(again.users.list()).toEqual([user]);
    expect(again.roles.list()).toEqual(tenant.roles.list());
  });

  it('takes precedence over users of the tenant file, including linked users', () => {
    const definition = { users: [{ user_id: 'auth0|1', email: ADA }, { user_id: 'google-oauth2|2' }] };
    const { tenant, store } = start(definition);
    const [primary, secondary] = tenant.users.list();
    if (!primary || !secondary) throw new Error('Both users have to exist.');
    tenant.users.link(primary, secondary);
    tenant.users.update(primary, { nickname: 'countess' });
    store.flush();
    expect(start(definition).tenant.users.list()).toEqual([primary]);
  });

  it('writes simultaneous changes once, and leaves no other file behind', async () => {
    const { tenant } = start();
    for (let count = 0; count < 100; count += 1) tenant.users.logIn(`user-${count}@example.com`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ users: { length: 0 } });
    await new Promise(setImmediate);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ users: { length: 100 } });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['{}', 'has no "version": 1'],
    ['{"version":1,"users":[{}],"roles":[]}', 'has a wrong entry at users[0]'],
    ['{"version":1,"users":[],"roles":[{"name":"a"},7]}', 'has a wrong entry at roles[1]'],
    ['{"version":1,"users":[]}', 'has a wrong entry at roles: it is not a list'],
  ])('is refused if it contains %s', (text, what) => {
    writeFileSync(file, text);
    const remedy = 'Only the sandbox writes this file. To start with the users of the tenant file, delete it.';
    expect(() => UserStore.open(file)).toThrow(
      expect.objectContaining({ code: 'state_file_malformed', message: `The state file ${file} ${what}. ${remedy}` }),
    );
  });

  it('fails startup if it cannot be read or written', () => {
    expect(() => UserStore.open(folder)).toThrow(expect.objectContaining({ code: 'state_file_unreadable' }));
    const nowhere = join(folder, 'missing', 'state.json');
    expect(() => UserStore.open(nowhere)).toThrow(expect.objectContaining({ code: 'state_file_unwritable' }));
  });
});

import { Connections } from '../src/directory/connections.js';
import type { UserDefinition } from '../src/definition/tenant-definition.js';
import { metadataProblem } from '../src/directory/user-metadata.js';
import { UserError } from '../src/directory/user-error.js';
import { UserDirectory } from '../src/directory/users.js';
import { FrozenClock } from './harness/frozen-clock.js';

const ADA = 'ada.lovelace@example.com';

function directory(definitions: UserDefinition[] = []): UserDirectory {
  const database = { name: 'Username-Password-Authentication', strategy: 'auth0' };
  const saml = { name: 'acme-saml', strategy: 'samlp' };
  return new UserDirectory(new FrozenClock().now, definitions, new Connections([database, saml]));
}

describe('users', () => {
  it('creates the same user for the same address in every run', () => {
    const [one, other] = [directory().logIn(ADA), directory().logIn(` ${ADA.toUpperCase()} `)];
    expect(one).toEqual(other);
    expect(one.user_id).toMatch(/^auth0\|[0-9a-f]{24}$/);
    expect(one).toMatchObject({ email: ADA, email_verified: true, name: 'Ada Lovelace', nickname: 'ada.lovelace' });
  });

  it.each([
    ['Username-Password-Authentication', /^auth0\|[0-9a-f]{24}$/, false],
    ['google-oauth2', /^google-oauth2\|\d{21}$/, true],
    ['acme-saml', /^samlp\|acme-saml\|ada\.lovelace@example\.com$/, false],
    ['email', /^email\|[0-9a-f]{24}$/, false],
  ])('derives the id from the connection %s', (connection, id, isSocial) => {
    const user = directory().logIn(ADA, connection);
    expect(user.user_id).toMatch(id);
    const [provider, ...rest] = user.user_id.split('|');
    expect(user.identities).toEqual([{ connection, provider, user_id: rest.join('|'), isSocial }]);
  });

  it('finds users of the sms strategy by their phone number', () => {
    const user = directory().logIn('+4915112345678', 'sms');
    expect(user).toMatchObject({ phone_number: '+4915112345678', phone_verified: true });
    expect(user.user_id).toMatch(/^sms\|/);
    expect(user.email).toBeUndefined();
  });

  it('separates users with one address at several connections', () => {
    const users = directory();
    const [database, google] = [users.logIn(ADA), users.logIn(ADA, 'google-oauth2')];
    expect(users.byEmail(ADA)).toEqual([database, google]);
    expect(users.logIn(ADA, 'google-oauth2')).toBe(google);
  });

  it('logs in a defined user, with or without the connection named', () => {
    const users = directory([{ user_id: 'google-oauth2|17', email: ADA, roles: ['admin'] }]);
    const user = users.find('google-oauth2|17');
    expect(user).toMatchObject({ connection: 'google-oauth2', roles: ['admin'] });
    expect(users.logIn(ADA)).toBe(user);
    expect(users.logIn(ADA, 'google-oauth2')).toBe(user);
    expect(users.logIn(ADA, 'acme-saml')).not.toBe(user);
  });

  it.each([
    ['samlp|1', 'acme-saml'],
    ['samlp|acme-saml|1', 'acme-saml'],
    ['auth0|1', 'Username-Password-Authentication'],
    ['github|1', 'github'],
  ])('derives the connection of a defined user from the id %s', (id, connection) => {
    expect(directory([{ user_id: id }]).find(id)).toMatchObject({ connection, identities: [{ connection }] });
  });

  it('rejects a user with the id or identity of another one', () => {
    const users = directory([{ user_id: 'auth0|1', email: ADA }]);
    expect(() => users.create({ user_id: 'auth0|1' })).toThrow(UserError);
    const identities = [{ provider: 'auth0', user_id: '1', connection: 'c' }];
    expect(() => users.create({ user_id: 'auth0|2', identities })).toThrow(UserError);
  });

  it('merges metadata at the first level and removes null values', () => {
    const users = directory([{ email: ADA, app_metadata: { plan: 'free', address: { city: 'Paris', zip: 1 } } }]);
    const user = users.logIn(ADA);
    users.update(user, { app_metadata: { plan: null, address: { city: 'Rome' } }, nickname: 'countess' });
    expect(user).toMatchObject({ nickname: 'countess', app_metadata: { address: { city: 'Rome' } } });
    expect(user.app_metadata).toEqual({ address: { city: 'Rome' } });
  });

  it('links an account, logs in through it, and unlinks it', () => {
    const users = directory([{ email: ADA, app_metadata: { kept: true } }]);
    const [primary, secondary] = [users.logIn(ADA), users.logIn('countess@example.com', 'google-oauth2')];
    const [identity] = secondary.identities;
    users.link(primary, secondary);
    expect(users.list()).toEqual([primary]);
    expect(primary.identities[1]).toEqual({
      ...identity,
      profileData: expect.objectContaining({ email: 'countess@example.com', email_verified: true }),
    });
    expect(users.logIn('countess@example.com', 'google-oauth2')).toBe(primary);
    expect(users.ofIdentity('google-oauth2', identity?.user_id ?? '')).toBe(primary);

    const again = users.unlink(primary, 'google-oauth2', identity?.user_id ?? '');
    expect(again).toMatchObject({ user_id: secondary.user_id, email: 'countess@example.com', app_metadata: {} });
    expect(primary.identities).toHaveLength(1);
    expect(users.logIn('countess@example.com', 'google-oauth2')).toBe(again);
  });

  it('logs a linked account in as its primary one, by its own address, with and without its connection', () => {
    const users = directory([]);
    const [primary, secondary] = [users.logIn('one@example.com'), users.logIn('two@example.com')];
    users.link(primary, secondary);
    expect(users.logIn('two@example.com')).toBe(primary);
    expect(users.logIn('two@example.com', secondary.connection)).toBe(primary);
    expect(users.logIn('one@example.com')).toBe(primary);
  });

  it('does not unlink the primary identity', () => {
    const users = directory();
    const user = users.logIn(ADA);
    expect(users.unlink(user, 'auth0', user.user_id.split('|')[1] ?? '')).toBeUndefined();
  });

  it('does not find a removed user', () => {
    const users = directory();
    const user = users.logIn(ADA);
    users.countLogin(user, '127.0.0.1');
    users.remove(user);
    expect(users.find(user.user_id)).toBeUndefined();
    expect(users.logIn(ADA)).toMatchObject({ user_id: user.user_id, logins_count: 0 });
  });

  it.each([
    [{ 'a.b': 1 }, 'user_metadata'],
    [{ a: [{ $b: 1 }] }, 'user_metadata'],
    [{ email: 'x' }, 'app_metadata'],
    [{ a: 'x'.repeat(1_000_000) }, 'app_metadata'],
  ] as const)('rejects the metadata that Auth0 would not store (%#)', (metadata, kind) => {
    expect(metadataProblem(kind, metadata as never)).toBeDefined();
  });
});

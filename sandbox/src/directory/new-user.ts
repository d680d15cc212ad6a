import { createHash } from 'node:crypto';
import { identityIdOf, isSocial, type Connection, type Connections } from './connections.js';
import type { StoredUser } from './user-store.js';
import type { SandboxUser, UserIdentity } from './user.js';

/** Generates missing members. The same address always gets the same values. */
export function newUser(definition: StoredUser, connections: Connections, now: string): SandboxUser {
  const identities = identitiesOf(definition, connections);
  const { provider, user_id: providerId, connection } = identities[0];
  const { user_id: userId = `${provider}|${providerId}`, created_at: createdAt = now } = definition;
  const nickname = definition.nickname ?? nicknameOf(definition);
  return {
    user_id: userId,
    ...optionalMembers(definition),
    ...{ name: definition.name ?? displayName(definition, nickname), nickname },
    picture: definition.picture ?? gravatar(definition.email ?? userId),
    ...{ created_at: createdAt, updated_at: definition.updated_at ?? createdAt },
    ...{ logins_count: definition.logins_count ?? 0, connection: definition.connection ?? connection, identities },
    ...{ app_metadata: { ...definition.app_metadata }, user_metadata: { ...definition.user_metadata } },
    ...{ roles: [...(definition.roles ?? [])], groups: [...(definition.groups ?? [])] },
    organizations: [...(definition.organizations ?? [])],
    enrolled_factors: [...(definition.enrolled_factors ?? [])],
  };
}

const OPTIONAL = [
  'username',
  'given_name',
  'family_name',
  'blocked',
  'last_password_reset',
  'last_login',
  'last_ip',
] as const;

/** Addresses are verified by default. */
function optionalMembers(definition: StoredUser): Partial<SandboxUser> {
  const { email, email_verified: emailVerified = true } = definition;
  const { phone_number: phone, phone_verified: phoneVerified = true } = definition;
  return {
    ...(email === undefined ? {} : { email: email.toLowerCase(), email_verified: emailVerified }),
    ...(phone === undefined ? {} : { phone_number: phone, phone_verified: phoneVerified }),
    ...Object.fromEntries(OPTIONAL.flatMap((key) => (definition[key] === undefined ? [] : [[key, definition[key]]]))),
  };
}

function identitiesOf(definition: StoredUser, connections: Connections): [UserIdentity, ...UserIdentity[]] {
  const [first, ...rest] = (definition.identities ?? []).map((identity) => ({
    ...identity,
    isSocial: identity.isSocial ?? isSocial(identity.provider),
  }));
  if (first) return [first, ...rest];
  const { connection: name, user_id: userId } = definition;
  const [provider, ...id] = userId?.split('|') ?? [];
  const connection = name === undefined ? connectionOfId(provider, id[0], connections) : connections.orGuess(name);
  const { strategy } = connection;
  return [
    {
      connection: connection.name,
      provider: provider ?? strategy,
      user_id: id.length > 0 ? id.join('|') : identityIdOf(connection, addressOf(definition)),
      isSocial: isSocial(provider ?? strategy),
    },
  ];
}

/** Ids look like `google-oauth2|1` or `samlp|CONNECTION|1`. */
function connectionOfId(provider: string | undefined, second: string | undefined, known: Connections): Connection {
  if (provider === undefined) return known.first;
  const named = second === undefined ? undefined : known.find(second);
  const alike = known.list().find(({ strategy }) => strategy === provider);
  return named ?? alike ?? (provider === 'auth0' ? known.first : known.orGuess(provider));
}

function addressOf({ email, phone_number: phone, username, name, user_id: id }: StoredUser): string {
  return (email ?? phone ?? username ?? name ?? id ?? '').toLowerCase();
}

function nicknameOf(definition: StoredUser): string {
  return definition.username ?? definition.email?.split('@')[0] ?? (addressOf(definition) || 'user');
}

function displayName({ given_name: given, family_name: family, phone_number: phone }: StoredUser, nickname: string) {
  if (given !== undefined || family !== undefined) return [given, family].filter(Boolean).join(' ');
  if (nickname === phone) return phone;
  const words = nickname.split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || nickname;
}

/** Auth0 uses these picture addresses for database users. The sandbox never fetches them. */
function gravatar(address: string): string {
  const hash = createHash('md5').update(address).digest('hex');
  return `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=mp`;
}

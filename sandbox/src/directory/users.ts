import { isoTime, type Clock } from '../clock.js';
import type { JsonObject } from '../json.js';
import { Connections, identityIdOf, type Connection } from './connections.js';
import { newUser } from './new-user.js';
import type { UserDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser, UserIdentity } from './user.js';
import { UserError } from './user-error.js';
import type { StoredUser } from './user-store.js';
import { mergedMetadata, type MetadataKind } from './user-metadata.js';

const USERS_LIMIT = 10_000;

/** Updates merge metadata and replace other members. */
export type UserChanges = Partial<Omit<SandboxUser, 'user_id' | 'created_at' | 'updated_at' | 'identities'>>;

/** Users of the definition, and users who have logged in. */
export class UserDirectory {
  private readonly users = new Map<string, SandboxUser>();
  /** Keys are `PROVIDER|ID`, also of linked identities. */
  private readonly owners = new Map<string, SandboxUser>();
  private changed: () => void = () => {};

  constructor(
    private readonly now: Clock,
    definitions: readonly UserDefinition[] = [],
    private readonly connections: Connections = new Connections(),
  ) {
    for (const definition of definitions) this.create(definition);
  }

  /** Creates a user for a new address. */
  logIn(email: string, connectionName?: string): SandboxUser {
    const address = email.trim().toLowerCase();
    const user =
      this.ofAddress(address, connectionName) ?? this.create(definitionOf(address, this.named(connectionName)));
    const identity = user.identities.find((one) => one.connection === connectionName);
    user.connection = identity?.connection ?? user.connection;
    return user;
  }

  find(userId: string): SandboxUser | undefined {
    return this.users.get(userId);
  }

  ofIdentity(provider: string, id: string): SandboxUser | undefined {
    return this.owners.get(`${provider}|${id}`);
  }

  /** Returns at most one user per connection. */
  byEmail(email: string): SandboxUser[] {
    return this.list().filter((user) => user.email === email.trim().toLowerCase());
  }

  list(): SandboxUser[] {
    return [...this.users.values()];
  }

  create(definition: UserDefinition): SandboxUser {
    const user = newUser(definition, this.connections, isoTime(this.now));
    const taken = user.identities.some((identity) => this.owners.has(keyOf(identity)));
    if (taken || this.users.has(user.user_id)) {
      throw new UserError('user_exists', `The user ${user.user_id} already exists.`);
    }
    return this.add(user);
  }

  /** A stored user replaces users that share an identity with it. */
  restore(stored: readonly StoredUser[]): void {
    for (const one of stored) {
      const user = newUser(one, this.connections, isoTime(this.now));
      for (const identity of user.identities) {
        const owner = this.owners.get(keyOf(identity));
        if (owner) this.remove(owner);
      }
      this.add(user);
    }
  }

  /** Auth0 merges metadata at their first level. */
  update(user: SandboxUser, changes: UserChanges): void {
    const { app_metadata: app, user_metadata: own, ...rest } = changes;
    Object.assign(user, rest);
    if (app) user.app_metadata = mergedMetadata(user.app_metadata, app);
    if (own) user.user_metadata = mergedMetadata(user.user_metadata, own);
    user.updated_at = isoTime(this.now);
    this.changed();
  }

  /** `null` removes a key, as at Auth0. */
  setMetadata(user: SandboxUser, kind: MetadataKind, changes: JsonObject): void {
    this.update(user, { [kind]: changes });
  }

  countLogin(user: SandboxUser, ip?: string): void {
    user.logins_count += 1;
    user.last_login = isoTime(this.now);
    if (ip !== undefined) user.last_ip = ip;
    this.changed();
  }

  remove(user: SandboxUser): void {
    this.users.delete(user.user_id);
    for (const identity of user.identities) this.owners.delete(keyOf(identity));
    this.changed();
  }

  /** The second account's metadata are lost, as at Auth0. */
  link(primary: SandboxUser, secondary: SandboxUser): void {
    const [first, ...more] = secondary.identities;
    if (!first || primary === secondary) return;
    this.remove(secondary);
    primary.identities = [...primary.identities, { ...first, profileData: profileOf(secondary) }, ...more];
    for (const identity of primary.identities) this.owners.set(keyOf(identity), primary);
    this.update(primary, {});
  }

  /** Makes a linked account a separate user again. The primary identity cannot be unlinked. */
  unlink(user: SandboxUser, provider: string, id: string): SandboxUser | undefined {
    const identity = user.identities.slice(1).find((one) => keyOf(one) === `${provider}|${id}`);
    if (!identity) return undefined;
    user.identities = user.identities.filter((one) => one !== identity);
    user.connection = user.identities[0]?.connection ?? user.connection;
    this.owners.delete(keyOf(identity));
    this.update(user, {});
    const { profileData = {}, ...bare } = identity;
    return this.create({ ...profileData, user_id: `${provider}|${id}`, identities: [bare] });
  }

  onChange(listener: () => void): void {
    this.changed = listener;
  }

  ofAddress(typed: string, connectionName?: string): SandboxUser | undefined {
    const address = typed.trim().toLowerCase();
    const isIt = ({ connection, profileData }: UserIdentity): boolean =>
      connection === (connectionName ?? connection) && hasAddress(profileData ?? {}, address);
    const isLinked = (user: SandboxUser): boolean => user.identities.some(isIt);
    if (connectionName === undefined) {
      return this.list().find((user) => hasAddress(user, address)) ?? this.list().find(isLinked);
    }
    const isOf = (user: SandboxUser): boolean =>
      (user.identities[0]?.connection === connectionName && hasAddress(user, address)) || isLinked(user);
    const connection = this.named(connectionName);
    return this.list().find(isOf) ?? this.ofIdentity(connection.strategy, identityIdOf(connection, address));
  }

  private named(connectionName: string | undefined): Connection {
    return connectionName === undefined ? this.connections.first : this.connections.orGuess(connectionName);
  }

  private add(user: SandboxUser): SandboxUser {
    if (this.users.size >= USERS_LIMIT) {
      throw new UserError('user_limit', `The sandbox keeps at most ${USERS_LIMIT} users.`);
    }
    this.users.set(user.user_id, user);
    for (const identity of user.identities) this.owners.set(keyOf(identity), user);
    this.changed();
    return user;
  }
}

/** Users of the strategy sms have a phone number, but no email address. */
function definitionOf(address: string, { name, strategy }: Connection): UserDefinition {
  return strategy === 'sms' ? { phone_number: address, connection: name } : { email: address, connection: name };
}

function hasAddress(profile: Readonly<Record<string, unknown>> | SandboxUser, address: string): boolean {
  const { email, phone_number: phone, username } = profile;
  return [email, phone, username].some((one) => typeof one === 'string' && one.toLowerCase() === address);
}

function keyOf({ provider, user_id: id }: UserIdentity): string {
  return `${provider}|${id}`;
}

const PROFILE = ['email', 'email_verified', 'username', 'phone_number', 'phone_verified', 'name', 'nickname'] as const;
const PROFILE_NAMES = ['given_name', 'family_name', 'picture'] as const;

function profileOf(user: SandboxUser): JsonObject {
  const keys = [...PROFILE, ...PROFILE_NAMES];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = user[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

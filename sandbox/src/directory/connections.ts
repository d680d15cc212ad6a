import { createHash } from 'node:crypto';
import type { ConnectionDefinition } from '../definition/tenant-definition.js';

/** A connection with all defaults filled in. */
export type Connection = Required<ConnectionDefinition>;

/** The database connection of a new tenant. */
const DEFAULT_CONNECTION: ConnectionDefinition = {
  name: 'Username-Password-Authentication',
  strategy: 'auth0',
};

/** Strategies whose user ids carry the connection's name: `samlp|CONNECTION|ID`. */
const ENTERPRISE = ['ad', 'adfs', 'auth0-adldap', 'oidc', 'okta', 'pingfederate', 'samlp'];

const NOT_SOCIAL = new Set([
  ...ENTERPRISE,
  ...['auth0', 'email', 'sms', 'custom', 'google-apps', 'ip', 'office365', 'sharepoint', 'waad'],
]);

/** Social and passwordless connections usually have the name of their strategy, so a login can use one without a definition. */
export const WELL_KNOWN_CONNECTIONS: readonly string[] = [
  ...['amazon', 'apple', 'bitbucket', 'dropbox', 'email', 'facebook', 'github', 'google-oauth2', 'line', 'linkedin'],
  ...['oauth2', 'oidc', 'okta', 'paypal', 'salesforce', 'samlp', 'shopify', 'sms', 'twitter', 'waad', 'windowslive'],
];

export class Connections {
  private readonly byName: ReadonlyMap<string, Connection>;
  /** The connection of a login that names none. */
  readonly first: Connection;

  constructor(definitions: readonly ConnectionDefinition[] = []) {
    const all = (definitions.length === 0 ? [DEFAULT_CONNECTION] : definitions).map(completed);
    this.byName = new Map(all.map((connection) => [connection.name, connection]));
    this.first = all[0] ?? completed(DEFAULT_CONNECTION);
  }

  /** Returns all connections, in the order of the tenant file. */
  list(): readonly Connection[] {
    return [...this.byName.values()];
  }

  find(nameOrId: string): Connection | undefined {
    return this.byName.get(nameOrId) ?? this.list().find(({ id }) => id === nameOrId);
  }

  /** Returns the connection with a name, or a new one with the strategy that the name suggests. */
  orGuess(name: string): Connection {
    return (
      this.byName.get(name) ?? completed({ name, strategy: WELL_KNOWN_CONNECTIONS.includes(name) ? name : 'auth0' })
    );
  }
}

/** Returns true for a connection whose users log in with a one-time code. The first login signs them up. */
export function isPasswordless({ strategy }: Connection): boolean {
  return strategy === 'email' || strategy === 'sms';
}

/** Returns true for Google, GitHub and the like. */
export function isSocial(strategy: string): boolean {
  return !NOT_SOCIAL.has(strategy);
}

/** Returns the id of an identity at its provider: the same one for the same address in every run. */
export function identityIdOf({ strategy, name }: ConnectionDefinition, address: string): string {
  const hash = createHash('sha256').update(address).digest('hex');
  if (ENTERPRISE.includes(strategy)) return `${name}|${address}`;
  if (!isSocial(strategy)) return hash.slice(0, 24);
  // User ids of social providers are numbers.
  return BigInt(`0x${hash.slice(0, 17)}`)
    .toString()
    .padStart(21, '1')
    .slice(0, 21);
}

function completed({ name, strategy, id, metadata = {} }: ConnectionDefinition): Connection {
  const made = `con_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return { id: id ?? made, name, strategy, metadata };
}

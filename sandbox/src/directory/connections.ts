import { createHash } from 'node:crypto';
import type { ConnectionDefinition } from '../definition/tenant-definition.js';

export type Connection = Required<ConnectionDefinition>;

const DEFAULT_CONNECTION: ConnectionDefinition = {
  name: 'Username-Password-Authentication',
  strategy: 'auth0',
};

/** Strategies whose user ids contain the connection: `samlp|CONNECTION|ID`. */
const ENTERPRISE = ['ad', 'adfs', 'auth0-adldap', 'oidc', 'okta', 'pingfederate', 'samlp'];

const NOT_SOCIAL = new Set([
  ...ENTERPRISE,
  ...['auth0', 'email', 'sms', 'custom', 'google-apps', 'ip', 'office365', 'sharepoint', 'waad'],
]);

/** Connections that usually have their strategy's name, so a login can use them without a definition. */
export const WELL_KNOWN_CONNECTIONS: readonly string[] = [
  ...['amazon', 'apple', 'bitbucket', 'dropbox', 'email', 'facebook', 'github', 'google-oauth2', 'line', 'linkedin'],
  ...['oauth2', 'oidc', 'okta', 'paypal', 'salesforce', 'samlp', 'shopify', 'sms', 'twitter', 'waad', 'windowslive'],
];

export class Connections {
  private readonly byName: ReadonlyMap<string, Connection>;
  /** The connection of logins that name no connection. */
  readonly first: Connection;

  constructor(definitions: readonly ConnectionDefinition[] = []) {
    const all = (definitions.length === 0 ? [DEFAULT_CONNECTION] : definitions).map(completed);
    this.byName = new Map(all.map((connection) => [connection.name, connection]));
    this.first = all[0] ?? completed(DEFAULT_CONNECTION);
  }

  list(): readonly Connection[] {
    return [...this.byName.values()];
  }

  find(nameOrId: string): Connection | undefined {
    return this.byName.get(nameOrId) ?? this.list().find(({ id }) => id === nameOrId);
  }

  /** If the name is unknown, returns a new connection with the strategy that the name suggests. */
  orGuess(name: string): Connection {
    return (
      this.byName.get(name) ?? completed({ name, strategy: WELL_KNOWN_CONNECTIONS.includes(name) ? name : 'auth0' })
    );
  }
}

/** Users log in with a one-time code. The first login signs the user up. */
export function isPasswordless({ strategy }: Connection): boolean {
  return strategy === 'email' || strategy === 'sms';
}

export function isSocial(strategy: string): boolean {
  return !NOT_SOCIAL.has(strategy);
}

/** Returns the same id for the same address in every run. */
export function identityIdOf({ strategy, name }: ConnectionDefinition, address: string): string {
  const hash = createHash('sha256').update(address).digest('hex');
  if (ENTERPRISE.includes(strategy)) return `${name}|${address}`;
  if (!isSocial(strategy)) return hash.slice(0, 24);
  // Social providers use numbers as user ids.
  return BigInt(`0x${hash.slice(0, 17)}`)
    .toString()
    .padStart(21, '1')
    .slice(0, 21);
}

function completed({ name, strategy, id, metadata = {} }: ConnectionDefinition): Connection {
  const made = `con_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return { id: id ?? made, name, strategy, metadata };
}

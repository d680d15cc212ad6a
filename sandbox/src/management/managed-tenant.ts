import type { JWTPayload } from 'jose';
import type { Clock } from '../clock.js';
import type { NamedDefinition, OrganizationDefinition } from '../definition/tenant-definition.js';
import type { SandboxClient } from '../directory/clients.js';
import type { Connections } from '../directory/connections.js';
import type { NamedDirectory } from '../directory/named-directory.js';
import type { UserDirectory } from '../directory/users.js';

export interface ManagedTenant {
  readonly origin: string;
  readonly hostname: string;
  /** The `iss` of tokens. */
  readonly issuer: string;
  readonly signingKey: { verify(token: string, issuer: string): Promise<JWTPayload | 'invalid' | 'expired'> };
  readonly clients: readonly SandboxClient[];
  readonly connections: Connections;
  readonly users: UserDirectory;
  readonly roles: NamedDirectory<NamedDefinition>;
  readonly organizations: NamedDirectory<OrganizationDefinition>;
  readonly now: Clock;
}

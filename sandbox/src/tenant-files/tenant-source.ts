import type { TenantDefinition } from '../definition/tenant-definition.js';

/** What a tenant was read from. */
export interface TenantSource {
  /** What the file or folder was taken for, such as `a folder of auth0-deploy-cli`. */
  readonly kind: string;
  readonly path: string;
  /** What was left out or assumed, one line each. */
  readonly notes: readonly string[];
}

/** A tenant and what it was read from. */
export interface ReadTenant extends TenantDefinition {
  readonly source: TenantSource;
}

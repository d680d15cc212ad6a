import type { TenantDefinition } from '../definition/tenant-definition.js';

/**
 * The source of a tenant.
 *
 * @publicApi
 */
export interface TenantSource {
  /** The detected kind, such as `a folder of auth0-deploy-cli`. */
  readonly kind: string;
  readonly path: string;
  /** Omissions and assumptions, one line each. */
  readonly notes: readonly string[];
}

/**
 * A tenant and its source.
 *
 * @publicApi
 */
export interface ReadTenant extends TenantDefinition {
  readonly source: TenantSource;
}

import { AuthRedirectOptionsError } from '../errors.js';
import type { AuthRedirectOptions } from '../options/auth-redirect.options.js';
import type { KeysEvent } from '../options/events.js';
import type { IssuerOptions, TenantOptions } from '../options/tenant.options.js';
import { entryPath } from '../validation/validate.js';
import { brandOf } from './brand.js';
import { SecretProblem, type Secrets } from './key-files.js';
import { KeyRing } from './key-ring.js';
import type { Tenant } from './tenant.js';

const DEFAULT_PARAMETER = 'session_token';

/**
 * Returns one entry for each issuer of each tenant.
 *
 * @param onKeys Called when the secrets of a tenant change.
 * @throws AuthRedirectOptionsError with every problem.
 */
export function tenantsOf(options: AuthRedirectOptions, onKeys: (event: KeysEvent) => void): readonly Tenant[] {
  const given = options.tenants ?? [onlyTenant(options)];
  const problems = [
    ...duplicatesOf(given.map(({ name }) => name)).map((name) => `tenants has the name ${name} twice`),
    ...duplicatesOf(given.flatMap(issuersOf).map(({ issuer }) => issuer)).map(
      (issuer) => `tenants has the issuer ${issuer} twice`,
    ),
  ];
  const rings = new Map<string, KeyRing>();
  const tenants = given.flatMap((tenant, index) => {
    const { name, keys } = tenant;
    const findProblem = ownerProblem(name, rings);
    try {
      const ring = new KeyRing(keys, findProblem, (reload) => onKeys({ tenant: name, ...reload }));
      rings.set(name, ring);
      return issuersOf(tenant).map((issuer) => tenantOf(issuer, tenant, ring, options));
    } catch (error) {
      if (!(error instanceof SecretProblem)) throw error;
      const path = `${entryPath('tenants', index, tenant)}.keys.`;
      problems.push(options.tenants ? `${path}${error.problem}` : withOptionOfOnlyTenant(error.problem));
      return [];
    }
  });
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return tenants;
}

/** @param rings Key rings of all tenants, also of later ones: changed secrets must not be those of another tenant. */
function ownerProblem(own: string, rings: ReadonlyMap<string, KeyRing>): (secrets: Secrets) => string | undefined {
  return (secrets) => {
    const [owner] = [...rings].find(([name, ring]) => name !== own && ring.sharesOneOf(secrets)) ?? [];
    return owner && `current or previous is a secret of another tenant, ${owner}`;
  };
}

function tenantOf(
  { issuer, continueUrl = `https://${hostOf(issuer)}/continue` }: IssuerOptions,
  tenant: TenantOptions,
  keyRing: KeyRing,
  options: AuthRedirectOptions,
): Tenant {
  return {
    name: tenant.name,
    issuer,
    continueUrl,
    keyRing,
    audience: tenant.audience ?? options.audience,
    continueTokenLifetime: tenant.continueTokenLifetime ?? options.continueTokenLifetime,
    defaultSteps: tenant.defaultSteps ?? options.defaultSteps,
    sessionTokenParameter: tenant.sessionTokenParameter ?? options.sessionTokenParameter ?? DEFAULT_PARAMETER,
    continueTokenParameter: tenant.continueTokenParameter ?? options.continueTokenParameter ?? DEFAULT_PARAMETER,
    signInUrl: tenant.signInUrl ?? options.signInUrl,
    brand: brandOf(tenant.branding ?? options.branding),
  };
}

export function tenantNames({ tenants, issuer }: Pick<AuthRedirectOptions, 'tenants' | 'issuer'>): readonly string[] {
  return tenants ? tenants.map(({ name }) => name) : [hostOf(issuer ?? '')];
}

function onlyTenant({ issuer = '', continueUrl, ...options }: AuthRedirectOptions): TenantOptions {
  const keys = Object.entries(OPTION_OF_KEY).map(([key, option]) => [key, options[option]] as const);
  return {
    name: hostOf(issuer),
    issuers: [{ issuer, ...(continueUrl !== undefined && { continueUrl }) }],
    keys: Object.fromEntries(keys.filter(([, value]) => value !== undefined)),
  };
}

const OPTION_OF_KEY = {
  current: 'secret',
  currentFile: 'secretFile',
  previous: 'previousSecret',
  previousFile: 'previousSecretFile',
  directory: 'secretsDirectory',
} as const;

function withOptionOfOnlyTenant(problem: string): string {
  return problem.replace(/^\w+/, (key) => Object.entries(OPTION_OF_KEY).find(([name]) => name === key)?.[1] ?? key);
}

function issuersOf({ issuers }: TenantOptions): readonly IssuerOptions[] {
  return issuers.map((issuer) => (typeof issuer === 'string' ? { issuer } : issuer));
}

function duplicatesOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function hostOf(issuer: string): string {
  return issuer.includes('://') ? new URL(issuer).host : issuer;
}

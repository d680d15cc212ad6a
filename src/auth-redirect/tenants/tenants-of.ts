import type { AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { brandOf } from './brand.js';
import { AuthRedirectOptionsError } from '../errors.js';
import type { KeysEvent } from '../options/events.js';
import { SecretProblem, type Secrets } from './key-files.js';
import { KeyRing } from './key-ring.js';
import type { Tenant } from './tenant.js';
import type { IssuerOptions, KeysOptions, TenantOptions } from '../options/tenant.options.js';

/**
 * One entry for each issuer of each tenant.
 *
 * @param onKeys Told where the secrets of a tenant change.
 * @throws AuthRedirectOptionsError with every problem at once.
 */
export function tenantsOf(options: AuthRedirectOptions, onKeys: (event: KeysEvent) => void): readonly Tenant[] {
  const given = options.tenants ?? [shortForm(options)];
  const problems: string[] = [...sharedNames(given), ...sharedIssuers(given)];
  const rings: KeyRing[] = [];
  const tenants = given.flatMap((tenant, index) => {
    const path = options.tenants ? `tenants[${index}].keys` : 'keys';
    try {
      const others = [...rings];
      const isForeign = (secrets: Secrets): string | undefined =>
        rings.some((ring) => ring !== own && ring.sharesOneOf(secrets))
          ? 'holds a secret of another tenant'
          : undefined;
      const own: KeyRing = new KeyRing(tenant.keys, isForeign, (reload) => onKeys({ tenant: tenant.name, ...reload }));
      if (others.some((ring) => ring.sharesOneOf(own.secrets))) problems.push(`${path} are those of another tenant`);
      rings.push(own);
      return issuersOf(tenant, own, options);
    } catch (error) {
      if (!(error instanceof SecretProblem)) throw error;
      problems.push(options.tenants ? `${path}.${error.problem}` : inShortForm(error.problem));
      return [];
    }
  });
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  return tenants;
}

function issuersOf(tenant: TenantOptions, keyRing: KeyRing, options: AuthRedirectOptions): Tenant[] {
  return tenant.issuers.map(longForm).map(({ issuer, continueUrl }) => ({
    name: tenant.name,
    issuer,
    continueUrl: continueUrl ?? `https://${hostOf(issuer)}/continue`,
    keyRing,
    audience: tenant.audience ?? options.audience,
    continueTokenLifetime: tenant.continueTokenLifetime ?? options.continueTokenLifetime,
    defaultSteps: tenant.defaultSteps ?? options.defaultSteps,
    signInUrl: tenant.signInUrl ?? options.signInUrl,
    brand: brandOf(tenant.branding ?? options.branding),
  }));
}

/** One tenant, as the options have it that name only one. */
function shortForm(options: AuthRedirectOptions): TenantOptions {
  const {
    issuer = '',
    continueUrl,
    secret,
    secretFile,
    previousSecret,
    previousSecretFile,
    secretsDirectory,
  } = options;
  const keys: { [Name in keyof KeysOptions]: string | undefined } = {
    current: secret,
    currentFile: secretFile,
    previous: previousSecret,
    previousFile: previousSecretFile,
    directory: secretsDirectory,
  };
  return {
    name: hostOf(issuer),
    issuers: [{ issuer, ...(continueUrl !== undefined && { continueUrl }) }],
    keys: Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)),
  };
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  current: 'secret',
  currentFile: 'secretFile',
  previousFile: 'previousSecretFile',
  'directory:': 'secretsDirectory:',
};

function inShortForm(problem: string): string {
  const [name = '', ...rest] = problem.split(' ');
  return [SHORT_NAMES[name] ?? name, ...rest].join(' ');
}

function sharedNames(tenants: readonly TenantOptions[]): string[] {
  return duplicatesOf(tenants.map(({ name }) => name)).map((name) => `tenants has the name ${name} twice`);
}

function sharedIssuers(tenants: readonly TenantOptions[]): string[] {
  return duplicatesOf(tenants.flatMap(({ issuers }) => issuers.map(longForm).map(({ issuer }) => issuer))).map(
    (issuer) => `tenants has the issuer ${issuer} twice`,
  );
}

function longForm(issuer: IssuerOptions | string): IssuerOptions {
  return typeof issuer === 'string' ? { issuer } : issuer;
}

function duplicatesOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function hostOf(issuer: string): string {
  return issuer.includes('://') ? new URL(issuer).host : issuer;
}

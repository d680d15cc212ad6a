import { Inject, Injectable } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../auth-redirect.options.js';
import { AuthRedirectError } from '../errors.js';
import { SessionKey } from './session-key.js';
import type { Tenant } from './tenant.js';

/** The tenants that the configuration names; there are no others. */
@Injectable()
export class TenantsService {
  readonly #byIssuer: ReadonlyMap<unknown, Tenant>;

  constructor(@Inject(AUTH_REDIRECT_OPTIONS) options: AuthRedirectOptions) {
    const tenant = tenantOf(options);
    this.#byIssuer = new Map([[tenant.issuer, tenant]]);
  }

  /** Every key of every tenant, the current ones before the previous. */
  allKeys(): readonly SessionKey[] {
    return [...this.#byIssuer.values()].flatMap(({ keys }) => keys);
  }

  /**
   * @param issuer The `iss` of a token that is not verified yet.
   * @throws AuthRedirectError `issuer_unknown` unless it is, to the letter, a configured one.
   */
  byIssuer(issuer: unknown): Tenant {
    const tenant = this.#byIssuer.get(issuer);
    if (!tenant) throw new AuthRedirectError('issuer_unknown');
    return tenant;
  }
}

function tenantOf({ issuer, secret, previousSecret, continueUrl }: AuthRedirectOptions): Tenant {
  const host = issuer.includes('://') ? new URL(issuer).host : issuer;
  return {
    name: host,
    issuer,
    continueUrl: continueUrl ?? `https://${host}/continue`,
    keys: [new SessionKey(secret), ...(previousSecret === undefined ? [] : [new SessionKey(previousSecret)])],
  };
}

import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AUTH_REDIRECT_OPTIONS, type AuthRedirectOptions } from '../options/auth-redirect.options.js';
import { AuthRedirectError } from '../errors.js';
import type { SessionKey } from './session-key.js';
import type { Tenant } from './tenant.js';
import { tenantsOf } from './tenants-of.js';
import { unknownIssuer } from './unknown-issuer.js';

const REFRESH_MS = 1000;
/** Minimum pause between reads that unknown key ids trigger. */
const MIN_REFRESH_MS = 200;

@Injectable()
export class TenantsService implements OnModuleInit, OnModuleDestroy {
  readonly #tenants: readonly Tenant[];
  readonly #byIssuer: ReadonlyMap<unknown, Tenant>;
  readonly #byName: ReadonlyMap<string | undefined, Tenant>;
  readonly parameters: ReadonlySet<string>;
  readonly #logger = new Logger('AuthRedirectKeys');
  #refreshedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @throws AuthRedirectOptionsError if tenants share an issuer or a key, or a secret cannot be read. */
  constructor(@Inject(AUTH_REDIRECT_OPTIONS) options: AuthRedirectOptions) {
    const onKeys = options.onKeys ?? ((event) => this.#logger.log(event));
    this.#tenants = tenantsOf(options, onKeys);
    this.parameters = new Set(this.#tenants.map(({ sessionTokenParameter }) => sessionTokenParameter));
    this.#byName = new Map(this.#tenants.map((tenant) => [tenant.name, tenant]));
    this.#byIssuer = new Map(this.#tenants.map((tenant) => [tenant.issuer, tenant]));
  }

  onModuleInit(): void {
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /**
   * @param issuer `iss` of an unverified token.
   * @throws AuthRedirectError `issuer_unknown` unless the issuer is exactly a configured one.
   */
  byIssuer(issuer: unknown): Tenant {
    const tenant = this.#byIssuer.get(issuer);
    if (tenant) return tenant;
    const configured = this.#tenants.map((known) => known.issuer);
    throw new AuthRedirectError('issuer_unknown', { unknownIssuer: unknownIssuer(issuer, configured) });
  }

  /** Returns one entry for each issuer. */
  all(): readonly Tenant[] {
    return this.#tenants;
  }

  /** Entries of one name differ only in issuer and continue URL. */
  byName(name: string | undefined): Tenant | undefined {
    return this.#byName.get(name);
  }

  /** Finds a {@link SessionKey.id}. Clients can forge ids, so an unknown id does not always cause a read of the files. */
  keyById(id: unknown): SessionKey | undefined {
    const known = this.#find(id);
    if (known || performance.now() - this.#refreshedAt < MIN_REFRESH_MS) return known;
    return this.#refresh() ? this.#find(id) : undefined;
  }

  /** @returns Whether any keys have changed. */
  #refresh(): boolean {
    this.#refreshedAt = performance.now();
    return [...new Set(this.#tenants.map(({ keyRing }) => keyRing))].filter((ring) => ring.refresh()).length > 0;
  }

  #find(id: unknown): SessionKey | undefined {
    for (const { keyRing } of this.#tenants) {
      const key = keyRing.keys.find((candidate) => candidate.id === id);
      if (key) return key;
    }
    return undefined;
  }
}

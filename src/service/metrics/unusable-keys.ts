import { readSecrets } from '../../auth-redirect/tenants/key-files.js';
import type { KeyRing } from '../../auth-redirect/tenants/key-ring.js';
import type { KeysEvent } from '../../auth-redirect/options/events.js';
import type { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';

/** Tenants whose mounted secrets cannot be used, while that is so. */
export class UnusableKeys {
  readonly #tenants = new Set<string>();

  constructor(private readonly tenants: Pick<TenantsService, 'names' | 'byName'>) {}

  reloaded({ tenant, outcome }: KeysEvent): void {
    if (outcome === 'kept') this.#tenants.add(tenant);
    else this.#tenants.delete(tenant);
  }

  /** Each tenant, and whether its files are of no use now. */
  all(): readonly (readonly [tenant: string, isUnusable: boolean])[] {
    for (const tenant of this.#tenants) {
      const ring = this.tenants.byName(tenant)?.keyRing;
      if (ring && isAsBefore(ring)) this.#tenants.delete(tenant);
    }
    return this.tenants.names().map((tenant) => [tenant, this.#tenants.has(tenant)]);
  }
}

/** Whoever puts the secrets back that are in use changes nothing, and nothing is told of it. */
function isAsBefore({ options, secrets }: KeyRing): boolean {
  try {
    const { current, previous } = readSecrets(options);
    return current === secrets.current && previous === secrets.previous;
  } catch {
    return false;
  }
}

import type { Configuration, CustomFetch } from 'openid-client';
import type { Clock } from '../../auth-redirect/clock.js';
import { readTextFile } from '../../auth-redirect/files.js';
import { fetchWith } from '../../http-client/fetch.js';
import { HttpClient } from '../../http-client/index.js';
import { SECRET_FILE_MAX_BYTES, type AccountLinkSettings } from './account-link.options.js';
import { LinkRefusal, linkRefusalOf } from './link-refusal.js';

/** Cache time of the tenant's metadata and keys, and of the secret from a file. */
const CACHE_MS = 600_000;
/** Pause after a failure, so that not every user causes a request. */
const PAUSE_MS = 10_000;

interface Known {
  readonly configuration: Promise<Configuration>;
  readonly until: number;
}

/** Loads and caches the client configuration of each tenant (OpenID Connect Discovery). */
export class TenantClient {
  readonly #fetch: CustomFetch;
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly settings: AccountLinkSettings,
    private readonly clock: Clock,
  ) {
    this.#fetch = fetchWith(new HttpClient(settings.httpClient));
  }

  /**
   * Returns the configuration for a tenant.
   *
   * @param issuer Comes from configuration or a verified session token, so the cache stays small.
   * @throws LinkRefusal `tenant_unavailable`, `answer_invalid`, `issuer_unexpected`
   */
  async configurationFor(issuer: string): Promise<Configuration> {
    const known = this.#known.get(issuer);
    if (known && performance.now() < known.until) return known.configuration;
    const keep = (configuration: Promise<Configuration>, milliseconds: number): void =>
      void this.#known.set(issuer, { configuration, until: performance.now() + milliseconds });
    const configuration = this.#discover(issuer).catch((error: unknown) => {
      keep(configuration, PAUSE_MS);
      throw linkRefusalOf(error);
    });
    keep(configuration, CACHE_MS);
    return configuration;
  }

  async #discover(issuer: string): Promise<Configuration> {
    const { allowInsecureRequests, clockSkew, clockTolerance, customFetch, discovery, enableNonRepudiationChecks } =
      await import('openid-client'); // optional peer
    const { algorithm, clientId, clientSecret, clientSecretFile = '' } = this.settings;
    const metadata = {
      client_secret: clientSecret ?? readTextFile(clientSecretFile, SECRET_FILE_MAX_BYTES),
      // RFC 8725 section 3.1: the configuration, not the token, chooses the algorithm.
      id_token_signed_response_alg: algorithm,
      [clockTolerance]: this.settings.clockTolerance,
      [clockSkew]: Math.round((this.clock.now() - Date.now()) / 1000),
    };
    const isHttp = issuer.startsWith('http:'); // only on localhost
    const configuration = await discovery(new URL(issuer), clientId, metadata, undefined, {
      // Also verifies the signature of ID tokens, not only their source.
      execute: [enableNonRepudiationChecks, ...(isHttp ? [allowInsecureRequests] : [])],
      [customFetch]: this.#fetch,
    });
    // openid-client compares parsed URLs, and so accepts other spellings.
    if (configuration.serverMetadata().issuer !== issuer) throw new LinkRefusal('issuer_unexpected');
    return configuration;
  }
}

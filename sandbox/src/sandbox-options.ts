import type { Clock } from './clock.js';
import type { TenantDefinition } from './definition/tenant-definition.js';
import type { TlsSettings } from './network/loopback-server.js';
import type { LoginObserver } from './transactions/login-observer.js';
import type { VendorSettings } from './vendor/vendor-settings.js';

/** The settings of the sample app. */
export interface SampleAppSettings {
  /** Default `app.localhost`. Must differ from the tenant's, so that cookies behave as between two sites. */
  readonly hostname?: string;
  /** Default: the tenant's port + 1, or any free port if that is 0. */
  readonly port?: number;
}

/** Your own app, which logs in at the tenant. */
export interface OwnClient {
  readonly clientId: string;
  /** Omit for a public app (single-page, native). */
  readonly clientSecret?: string;
  /** Every redirect_uri, exactly as the app sends it. */
  readonly callbacks: readonly string[];
}

/**
 * Options of {@link startSandbox}.
 *
 * @publicApi
 */
export interface SandboxOptions {
  /** Files of Actions in order: `FILE` for `post-login`, or `TRIGGER:FILE`. They run after the Actions of `tenant`. */
  readonly actions?: readonly string[];
  /** `event.secrets` of all Actions, in addition to each Action's own. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The tenant, as a tenant file describes it. Default: an empty tenant. */
  readonly tenant?: TenantDefinition;
  /** `localhost` or a name below it: the `iss` of session tokens. Default `tenant.localhost`. */
  readonly hostname?: string;
  /** Default 9500. 0 selects any free port. */
  readonly port?: number;
  /** `false` omits the sample app. */
  readonly app?: SampleAppSettings | false;
  readonly client?: OwnClient;
  /** Adds a vendor to which a service redirects logins. Default: none; `{}` has all defaults. */
  readonly vendor?: VendorSettings;
  /** Enabled languages, the default first. Default: `en`. */
  readonly languages?: readonly string[];
  /** JSON file that stores users and roles across restarts. The sandbox creates it. Default: none. */
  readonly stateFile?: string;
  /** Certificate for all hostnames and private key, in PEM, for https. Default: http. */
  readonly tls?: TlsSettings;
  /** Mapped origins, for fixed addresses in Actions: `https://example.com=http://localhost:3000`. Default: none. */
  readonly map?: readonly string[];
  /**
   * Returns milliseconds since the epoch, for tests that change the time. Session tokens, states, records and vendor
   * results use this clock. Codes, access tokens and sessions of OpenID Connect use the real time.
   */
  readonly now?: Clock;
  /** Receives events of logins as they happen. */
  readonly observer?: LoginObserver;
}

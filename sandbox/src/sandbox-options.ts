import type { Clock } from './clock.js';
import type { TenantDefinition } from './definition/tenant-definition.js';
import type { TlsSettings } from './network/loopback-server.js';
import type { LoginObserver } from './transactions/login-observer.js';
import type { VendorSettings } from './vendor/vendor-settings.js';

/** The settings of the sample app. */
export interface SampleAppSettings {
  /** Default `app.localhost`. Must differ from the tenant's, so that cookies behave as between two sites. */
  readonly hostname?: string;
  /** Default: the tenant's port + 1, or any free port if the tenant's is 0. */
  readonly port?: number;
}

/** Your own app, which logs in at the tenant. */
export interface OwnClient {
  readonly clientId: string;
  /** Leave out for a public app (single-page, native). */
  readonly clientSecret?: string;
  /** Every redirect_uri the app may use, exactly as it sends it. */
  readonly callbacks: readonly string[];
}

/**
 * Options of {@link startSandbox}.
 *
 * @publicApi
 */
export interface SandboxOptions {
  /**
   * Files with Actions, in the order in which they run: `FILE` for `post-login`, or `TRIGGER:FILE`. They follow those of
   * `tenant`.
   */
  readonly actions?: readonly string[];
  /** `event.secrets` of all Actions, in addition to each Action's own. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The tenant, as a tenant file describes it: users, clients, Actions of all triggers and more. Default: an empty tenant. */
  readonly tenant?: TenantDefinition;
  /** Default `tenant.localhost`; `localhost` or a name below it. It is the `iss` of session tokens. */
  readonly hostname?: string;
  /** Default 9500; 0 selects any free port. */
  readonly port?: number;
  /** `false` leaves the sample app out. */
  readonly app?: SampleAppSettings | false;
  readonly client?: OwnClient;
  /** Adds a vendor to which a service redirects logins. Default: none; `{}` has all defaults. */
  readonly vendor?: VendorSettings;
  /** The enabled languages of the tenant, its default first. Default: `en`, as in a new tenant. */
  readonly languages?: readonly string[];
  /** A JSON file that keeps users and roles across restarts. The sandbox creates it. Default: none. */
  readonly stateFile?: string;
  /** A certificate for all hostnames and its private key, in PEM, for https. Default: http. */
  readonly tls?: TlsSettings;
  /**
   * Origins that are mapped, for Actions with fixed addresses: `https://example.com=http://localhost:3000`.
   * Default: none.
   */
  readonly map?: readonly string[];
  /**
   * Milliseconds since the epoch, for tests that move time. Session tokens, states, records and results of the vendor use
   * it. Codes, access tokens and sessions of OpenID Connect use the real time.
   */
  readonly now?: Clock;
  /** Receives the events of logins as they happen. */
  readonly observer?: LoginObserver;
}

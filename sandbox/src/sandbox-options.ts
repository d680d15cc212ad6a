import type { Clock } from './clock.js';
import type { TenantDefinition } from './definition/tenant-definition.js';
import type { TlsSettings } from './network/loopback-server.js';
import type { LoginObserver } from './transactions/login-observer.js';
import type { VendorSettings } from './vendor/vendor-settings.js';

/** The name, port and switch of the sample app. */
export interface SampleAppSettings {
  /** Default `app.localhost`. Has to differ from the tenant's, so that cookies behave as they do between two sites. */
  readonly hostname?: string;
  /** Default: the tenant's port and one; any free one where the tenant's is any. */
  readonly port?: number;
}

/** An app of one's own that is to log in at the tenant. */
export interface OwnClient {
  readonly clientId: string;
  /** Leave out for a public app (single-page, native). */
  readonly clientSecret?: string;
  /** Every redirect_uri the app may use, exactly as it sends it. */
  readonly callbacks: readonly string[];
}

/**
 * Says what {@link startSandbox} starts.
 *
 * @publicApi
 */
export interface SandboxOptions {
  /**
   * Files with Actions, in the order in which they run: `FILE` for `post-login`, or `TRIGGER:FILE`. They follow those of
   * `tenant`.
   */
  readonly actions?: readonly string[];
  /** What all Actions see as `event.secrets`, besides what each has of its own. Default: nothing. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Users, clients, Actions of all triggers, and what else a tenant file holds; as a tenant file describes them. Default: an empty tenant. */
  readonly tenant?: TenantDefinition;
  /** Default `tenant.localhost`; `localhost` or a name below it. Session tokens carry it as their `iss`. */
  readonly hostname?: string;
  /** Default 9500; 0 takes any free port. */
  readonly port?: number;
  /** `false` leaves the sample app out. */
  readonly app?: SampleAppSettings | false;
  readonly client?: OwnClient;
  /** Adds a vendor that logins are handed off to. Default: none; `{}` is one with every default. */
  readonly vendor?: VendorSettings;
  /** The languages that the tenant has switched on, its default first. Default: `en`, as in a new tenant. */
  readonly languages?: readonly string[];
  /** A JSON file that keeps users and roles over a restart; the sandbox makes it. Default: nothing is kept. */
  readonly stateFile?: string;
  /** A certificate for all hostnames and its private key, in PEM, for https. Default: http. */
  readonly tls?: TlsSettings;
  /**
   * Origins that Actions find elsewhere, for Actions with fixed addresses: `https://example.com=http://localhost:3000`.
   * Default: none.
   */
  readonly map?: readonly string[];
  /**
   * Milliseconds since the epoch, for tests that move time. Session tokens, states and records go by it; codes, access
   * tokens and sessions of the OpenID Connect side go by the real time. Results of the vendor go by it too.
   */
  readonly now?: Clock;
  /** Gets what happens in logins while it happens. */
  readonly observer?: LoginObserver;
}

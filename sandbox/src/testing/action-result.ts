import type { CacheRecord } from '../execution/execution.js';
import type { JsonObject } from '../json.js';
import type { TriggerName } from '../definition/tenant-definition.js';
import type { CallEntry, Failure, LogEntry } from '../transactions/transaction.js';

/**
 * One call on `api`: its name, such as `api.access.deny`, its arguments, and what it returned or threw.
 *
 * @publicApi
 */
export type ActionCall = Omit<CallEntry, 'type'>;

/**
 * One line that the Action printed.
 *
 * @publicApi
 */
export type ConsoleLine = Omit<LogEntry, 'type'>;

/**
 * Where the Action sends the user.
 *
 * @publicApi
 */
export interface ActionRedirect {
  /** The whole address, with the `state` of the tenant. */
  readonly url: string;
  /** All parameters of the address. */
  readonly query: Readonly<Record<string, string>>;
  /** The claims of each parameter that is a token: `tokens['session_token']`. */
  readonly tokens: Readonly<Record<string, JsonObject>>;
  /** What the application has to send back to `/continue`. */
  readonly state: string;
}

/**
 * What one execution of an Action did, and what the login is like after it.
 *
 * @publicApi
 */
export interface ActionResult {
  readonly trigger: TriggerName;
  /** The function that ran. */
  readonly handler: string;
  /** The event that it got, as the function left it. */
  readonly event: JsonObject;
  /** All calls on `api`, in their order; those that threw or have no effect too. */
  readonly calls: readonly ActionCall[];
  /** What it printed. */
  readonly console: readonly ConsoleLine[];
  /** What the timeline would warn about: calls without effect, a step that can be skipped. */
  readonly warnings: readonly string[];
  /** Custom claims of the id token. */
  readonly idToken: { readonly claims: JsonObject };
  /** Custom claims and changed scopes of the access token. */
  readonly accessToken: {
    readonly claims: JsonObject;
    readonly addedScopes: readonly string[];
    readonly removedScopes: readonly string[];
  };
  readonly transaction: { readonly metadata: JsonObject };
  /** The user's metadata after the execution. */
  readonly user: { readonly app_metadata: JsonObject; readonly user_metadata: JsonObject };
  /** Present if the Action sends the user to another site. */
  readonly redirect?: ActionRedirect;
  /** Present if the Action denies the login. `error` is what the application gets. */
  readonly denied?: {
    readonly error: string;
    readonly reason: string;
    /** What a sign-up page shows to the user. Only of pre-user-registration. */
    readonly userMessage?: string;
  };
  /** Present if the Action failed. Nothing that it called has an effect then. */
  readonly error?: Failure;
  /** What `api.cache` holds after the execution. */
  readonly cache: Readonly<Record<string, CacheRecord>>;
}

import type { CacheRecord } from '../execution/execution.js';
import type { JsonObject } from '../json.js';
import type { TriggerName } from '../definition/tenant-definition.js';
import type { CallEntry, Failure, LogEntry } from '../transactions/transaction.js';

/**
 * A call on `api`: its name, such as `api.access.deny`, arguments, and result or error.
 *
 * @publicApi
 */
export type ActionCall = Omit<CallEntry, 'type'>;

/**
 * A line that the Action printed.
 *
 * @publicApi
 */
export type ConsoleLine = Omit<LogEntry, 'type'>;

/**
 * The redirect of an Action.
 *
 * @publicApi
 */
export interface ActionRedirect {
  /** The address, with the tenant's `state`. */
  readonly url: string;
  /** All parameters of the address. */
  readonly query: Readonly<Record<string, string>>;
  /** Claims of each parameter that is a token: `tokens['session_token']`. */
  readonly tokens: Readonly<Record<string, JsonObject>>;
  /** The state that the application sends back to `/continue`. */
  readonly state: string;
}

/**
 * The effects of one execution, and the login after it.
 *
 * @publicApi
 */
export interface ActionResult {
  readonly trigger: TriggerName;
  /** The function that ran. */
  readonly handler: string;
  /** The event after the execution. */
  readonly event: JsonObject;
  /** Calls on `api` in order, including calls that threw or have no effect. */
  readonly calls: readonly ActionCall[];
  /** Console lines. */
  readonly console: readonly ConsoleLine[];
  /** Warnings of the timeline: calls without effect, a step that can be skipped. */
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
  /** Present if the Action redirects. */
  readonly redirect?: ActionRedirect;
  /** Present if the Action denies the login. `error` is the application's OAuth error. */
  readonly denied?: {
    readonly error: string;
    readonly reason: string;
    /** Message of the sign-up page. Only for pre-user-registration. */
    readonly userMessage?: string;
  };
  /** Present if the Action failed. Its calls then have no effect. */
  readonly error?: Failure;
  /** Records of `api.cache` after the execution. */
  readonly cache: Readonly<Record<string, CacheRecord>>;
}

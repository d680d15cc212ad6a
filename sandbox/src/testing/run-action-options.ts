import type { CacheRecord } from '../execution/execution.js';
import type { JsonObject } from '../json.js';
import type { ActionModuleDefinition, TriggerName, UserDefinition } from '../definition/tenant-definition.js';
import type { ActionResult } from './action-result.js';

/**
 * Changes to the default event, at any depth. Objects are merged, other values replaced. `undefined` removes a member.
 *
 * @publicApi
 */
export type EventOverrides = Readonly<Record<string, unknown>>;

/**
 * Options of {@link runAction}.
 *
 * @publicApi
 */
export interface RunActionOptions {
  /** Name of the exported function. Default: the trigger's `onExecute…` function. */
  readonly handler?: string;
  /** Auth0's name for the trigger. Default: the first trigger whose functions the file exports. */
  readonly trigger?: TriggerName;
  /** Changes to the default event: `{ user: { email_verified: false }, organization: { name: 'acme' } }`. */
  readonly event?: EventOverrides;
  /** `event.secrets`. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** `event.configuration`. Default: empty. */
  readonly configuration?: JsonObject;
  /** User, as in a tenant file. Default: Ada Lovelace, a database user with a verified email address. */
  readonly user?: UserDefinition;
  /** Parameters of the authorize request: `{ prompt: 'none' }`. Shown in `event.request.query` and `event.transaction`. */
  readonly authorize?: Readonly<Record<string, string>>;
  /** Initial `event.transaction.metadata`. Default: empty. */
  readonly metadata?: JsonObject;
  /** Initial records of `api.cache`. A string expires after 15 minutes. Default: empty. */
  readonly cache?: Readonly<Record<string, string | CacheRecord>>;
  /** Results of `require` instead of installed packages: `{ axios: { get: async () => ({ data: {} }) } }`. */
  readonly packages?: Readonly<Record<string, unknown>>;
  /** Code of modules, keyed by the NAME in `require('actions:NAME')`. Paths are relative to the current directory. */
  readonly modules?: Readonly<Record<string, ActionModuleDefinition>>;
  /** Time for tokens and cache records. A number is milliseconds since the epoch. Default: now. */
  readonly now?: Date | number;
}

/**
 * The session token of the application. The sandbox signs it.
 *
 * @publicApi
 */
export interface ReturnedToken {
  /** The application's secret. */
  readonly secret: string;
  /** Claims in addition to valid `sub`, `iss`, `iat`, `exp` and `state`, which they may replace. */
  readonly claims?: JsonObject;
  /** Name of the parameter. Default `session_token`. */
  readonly parameter?: string;
  /** Lifetime in seconds. Default 300. */
  readonly expiresInSeconds?: number;
}

/**
 * Options of {@link continueAction}.
 *
 * @publicApi
 */
export interface ContinueActionOptions extends RunActionOptions {
  /** Result of the run that redirected. Its event, claims, metadata and cache carry over. Default: a new login. */
  readonly after?: ActionResult;
  /** Returned token. Omit it to test the Action without one. */
  readonly token?: ReturnedToken;
  /** Other fields of the form that the application posts to `/continue`. */
  readonly body?: Readonly<Record<string, string>>;
}

import type { CacheRecord } from '../execution/execution.js';
import type { JsonObject } from '../json.js';
import type { ActionModuleDefinition, TriggerName, UserDefinition } from '../definition/tenant-definition.js';
import type { ActionResult } from './action-result.js';

/**
 * Members of `event` that differ from the default event, at any depth. Objects are merged, everything else is replaced,
 * and `undefined` removes a member.
 *
 * @publicApi
 */
export type EventOverrides = Readonly<Record<string, unknown>>;

/**
 * Options of {@link runAction}. All are optional.
 *
 * @publicApi
 */
export interface RunActionOptions {
  /** Name of the exported function to run. Default: the `onExecute…` function of the trigger. */
  readonly handler?: string;
  /** Auth0's name of the trigger. Default: the first trigger whose functions the file exports. */
  readonly trigger?: TriggerName;
  /** Changes to the default event: `{ user: { email_verified: false }, organization: { name: 'acme' } }`. */
  readonly event?: EventOverrides;
  /** `event.secrets`. Default: none. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** `event.configuration`. Default: empty. */
  readonly configuration?: JsonObject;
  /** The user who logs in, as a tenant file describes one. Default: Ada Lovelace, a database user with a verified email address. */
  readonly user?: UserDefinition;
  /** Parameters of the authorize request: `{ prompt: 'none' }`. They show in `event.request.query` and `event.transaction`. */
  readonly authorize?: Readonly<Record<string, string>>;
  /** `event.transaction.metadata` at the start. Default: empty. */
  readonly metadata?: JsonObject;
  /** The records of `api.cache` at the start, by key. A string expires after 15 minutes. Default: empty. */
  readonly cache?: Readonly<Record<string, string | CacheRecord>>;
  /** Values that `require` returns instead of installed packages, by name: `{ axios: { get: async () => ({ data: {} }) } }`. */
  readonly packages?: Readonly<Record<string, unknown>>;
  /** The code that `require('actions:NAME')` loads, by NAME. Paths are relative to the current directory. */
  readonly modules?: Readonly<Record<string, ActionModuleDefinition>>;
  /** The time of the execution, for tokens and cache records. A number is milliseconds since the epoch. Default: now. */
  readonly now?: Date | number;
}

/**
 * The session token that the application sends back. The sandbox signs it.
 *
 * @publicApi
 */
export interface ReturnedToken {
  /** The secret that the application signs with. */
  readonly secret: string;
  /** Claims in addition to `sub`, `iss`, `iat`, `exp` and `state`, which are valid unless they are named here. */
  readonly claims?: JsonObject;
  /** Name of the parameter. Default `session_token`. */
  readonly parameter?: string;
  /** Seconds until the token expires. Default 300. */
  readonly expiresInSeconds?: number;
}

/**
 * Options of {@link continueAction}.
 *
 * @publicApi
 */
export interface ContinueActionOptions extends RunActionOptions {
  /** The result of the run that redirected. Its event, claims, metadata and cache carry over. Default: a new login. */
  readonly after?: ActionResult;
  /** The token that comes back. Leave it out to test what the Action does without one. */
  readonly token?: ReturnedToken;
  /** Other fields of the form that the application posts to `/continue`. */
  readonly body?: Readonly<Record<string, string>>;
}

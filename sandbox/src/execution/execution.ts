import type { JsonObject } from '../json.js';
import type { ActionDefinition, NamedDefinition } from '../definition/tenant-definition.js';
import type { ActionEntry, Failure } from '../transactions/transaction.js';

/** A record of `api.cache`. */
export interface CacheRecord {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
}

/** Facts that `api` needs in addition to the event. */
export interface ApiFacts {
  /** The `iss` of session tokens: a bare host name. */
  readonly issuer: string;
  /** The time at which the execution starts, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether the login can leave the tenant for another page. */
  readonly canRedirect: boolean;
  /** Whether an Action has changed the primary user of this login already. Default: no. */
  readonly isPrimaryUserChanged?: boolean;
  readonly cache: Readonly<Record<string, CacheRecord>>;
  readonly roles: readonly NamedDefinition[];
  readonly groups: readonly NamedDefinition[];
}

export interface NetworkSettings {
  /** Pairs such as `https://example.com=http://localhost:3000`. */
  readonly map: readonly string[];
  /** The certificate of an authority to trust for `localhost` names, in PEM. */
  readonly authority?: string;
}

/** One handler of one Action, and its input. It is plain data, because it is posted to a worker thread. */
export interface ExecutionInput {
  /** Auth0's name of the trigger: which members `api` has. */
  readonly trigger: string;
  /** The export that is called. */
  readonly handler: string;
  readonly action: Pick<ActionDefinition, 'name' | 'file' | 'code' | 'modules'>;
  readonly event: JsonObject;
  readonly facts: ApiFacts;
  /** Default: Node's own behavior. */
  readonly network?: NetworkSettings;
}

/** An entry that an execution reports while it runs. Values are not masked yet. */
export type Report = ActionEntry;

export interface ExecutionEnd {
  readonly exports: readonly string[];
  readonly error?: Failure;
  /** The files that it has required, except packages. */
  readonly files?: readonly string[];
}

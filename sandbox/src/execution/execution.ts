import type { JsonObject } from '../json.js';
import type { ActionDefinition, NamedDefinition } from '../definition/tenant-definition.js';
import type { ActionEntry, Failure } from '../transactions/transaction.js';

/** A record of `api.cache`. */
export interface CacheRecord {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
}

export interface ApiFacts {
  /** The `iss` of session tokens: a bare host name. */
  readonly issuer: string;
  /** The start of the execution, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether the login can show another page. */
  readonly canRedirect: boolean;
  /** Whether an Action has already changed the primary user. Default: no. */
  readonly isPrimaryUserChanged?: boolean;
  readonly cache: Readonly<Record<string, CacheRecord>>;
  readonly roles: readonly NamedDefinition[];
  readonly groups: readonly NamedDefinition[];
}

export interface NetworkSettings {
  /** Pairs such as `https://example.com=http://localhost:3000`. */
  readonly map: readonly string[];
  /** Certificate of an authority to trust for `localhost` names, in PEM. */
  readonly authority?: string;
}

/** Plain data, because it is posted to a worker thread. */
export interface ExecutionInput {
  /** Determines the members of `api`. */
  readonly trigger: string;
  readonly handler: string;
  readonly action: Pick<ActionDefinition, 'name' | 'file' | 'code' | 'modules'>;
  readonly event: JsonObject;
  readonly facts: ApiFacts;
  /** Default: Node's own behavior. */
  readonly network?: NetworkSettings;
}

/** Values are not masked yet. */
export type Report = ActionEntry;

export interface ExecutionEnd {
  readonly exports: readonly string[];
  readonly error?: Failure;
  /** Required files, except packages. */
  readonly files?: readonly string[];
}

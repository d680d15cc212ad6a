import type { RedirectingTriggerName } from '../definition/trigger-handlers.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import type { JsonObject } from '../json.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { EventSources } from './event-parts.js';

/** A trigger whose Actions can redirect. */
export interface RedirectingTrigger {
  readonly name: RedirectingTriggerName;
  readonly execute: string;
  readonly resume: string;
  readonly event: (
    transaction: LoginTransaction,
    user: SandboxUser,
    request: RequestFacts,
    action: ActionDefinition,
    sources: EventSources,
  ) => JsonObject;
  /** Title of refusals. Default: the title for a login. */
  readonly refused?: string;
  /** Text after the Actions. Default: the text for a login. */
  readonly next?: string;
}

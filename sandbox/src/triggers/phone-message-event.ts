import { toJsonObject, type Json, type JsonObject } from '../json.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import {
  clientOf,
  FINGERPRINTS,
  picked,
  requestOf,
  requestWithout,
  tenantIdOf,
  userOf,
  USER_MEMBERS,
  type EventSources,
} from './event-parts.js';

/** `event.message_options`. */
export interface MessageOptions {
  readonly action: 'enrollment' | 'second-factor-authentication';
  readonly code: string;
  readonly message_type: 'sms' | 'voice';
  readonly recipient: string;
  readonly text: string;
}

export interface PhoneMessage {
  readonly user: SandboxUser;
  readonly options: MessageOptions;
  readonly request: RequestFacts;
  /** The app of the login. */
  readonly clientId?: string;
  readonly correlationId?: Json | undefined;
}

/** Builds the `event` that Auth0 documents. */
export function sendPhoneMessageEvent(
  { clientId, correlationId, options, request, user }: PhoneMessage,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  return toJsonObject({
    client: clientId === undefined ? undefined : clientOf(clientId, sources),
    configuration: action.configuration,
    message_options: options,
    request: requestWithout(requestOf(request, sources.definition), 'query', 'body'),
    secrets: action.secrets,
    security_context: FINGERPRINTS,
    tenant: { id: tenantIdOf(sources) },
    transaction: { correlation_id: correlationId },
    user: picked(userOf(user), [...USER_MEMBERS, 'identities']),
  });
}

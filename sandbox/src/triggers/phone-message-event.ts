import { toJsonObject, type JsonObject } from '../json.js';
import type { RequestFacts } from '../tenant/login-transaction.js';
import type { ActionDefinition } from '../tenant/tenant-definition.js';
import type { SandboxUser } from '../tenant/user.js';
import { picked, requestWithout } from './event-parts.js';
import { clientOf, FINGERPRINTS, requestOf, tenantIdOf, userOf, type EventSources } from './post-login-event.js';

/** `event.message_options`. */
export interface MessageOptions {
  readonly action: 'enrollment' | 'second-factor-authentication';
  readonly code: string;
  readonly message_type: 'sms' | 'voice';
  readonly recipient: string;
  readonly text: string;
}

/** A message that an Action is to send. */
export interface PhoneMessage {
  readonly user: SandboxUser;
  readonly options: MessageOptions;
  readonly request: RequestFacts;
  /** The app that the user logs in to. */
  readonly clientId?: string;
  readonly correlationId?: string;
}

const RECIPIENT = [
  ...['user_id', 'email', 'email_verified', 'username', 'phone_number', 'phone_verified', 'name', 'given_name'],
  ...['family_name', 'nickname', 'picture', 'created_at', 'updated_at', 'last_password_reset', 'app_metadata'],
  ...['user_metadata', 'identities'],
];

/** The `event` of a send-phone-message Action, in the shape that Auth0 documents. */
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
    user: picked(userOf(user), RECIPIENT),
  });
}

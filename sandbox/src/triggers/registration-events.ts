import { toJsonObject, type JsonObject } from '../json.js';
import { localeOf } from '../logins/locale.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { ActionDefinition, UserDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import {
  clientOf,
  connectionNamed,
  FINGERPRINTS,
  picked,
  requestOf,
  requestWithout,
  tenantIdOf,
  transactionOf,
  USER_MEMBERS,
  type EventSources,
} from './event-parts.js';

export interface Registration {
  readonly connection: string;
  readonly clientId: string;
  readonly request: RequestFacts;
  /** An API call has no login. */
  readonly transaction?: LoginTransaction;
}

/** The profile of a person who is not a user yet. */
const PROFILE = [
  ...['email', 'username', 'phone_number', 'name', 'given_name', 'family_name', 'nickname', 'picture'],
  ...['user_metadata', 'app_metadata'],
];

/** Builds the `event` that Auth0 documents. */
export function preUserRegistrationEvent(
  registration: Registration,
  profile: UserDefinition,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  const { clientId, request } = registration;
  // Hides the password from Actions.
  const { password: _password, ...body } = request.body;
  const facts = requestOf({ ...request, body }, sources.definition);
  return toJsonObject({
    ...commonParts(registration, action, sources),
    client: clientId === '' ? undefined : clientOf(clientId, sources),
    request: requestWithout(facts, 'query'),
    user: picked({ ...profile }, PROFILE),
  });
}

export function postUserRegistrationEvent(
  registration: Registration,
  user: SandboxUser,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  return toJsonObject({
    ...commonParts(registration, action, sources),
    request: requestWithout(requestOf(registration.request, sources.definition), 'query', 'body'),
    user: picked({ ...user }, USER_MEMBERS),
  });
}

function commonParts(registration: Registration, action: ActionDefinition, sources: EventSources) {
  return {
    configuration: action.configuration,
    connection: connectionNamed(registration.connection, sources),
    secrets: action.secrets,
    security_context: FINGERPRINTS,
    tenant: { id: tenantIdOf(sources) },
    transaction: registrationTransaction(registration, sources),
  };
}

const TRANSACTION = [
  ...['acr_values', 'correlation_id', 'locale', 'login_hint', 'prompt', 'protocol', 'redirect_uri', 'requested_scopes'],
  ...['response_mode', 'response_type', 'state', 'ui_locales'],
];

function registrationTransaction({ request, transaction }: Registration, { definition }: EventSources) {
  const parameters = transaction?.parameters ?? {};
  const locale = localeOf(parameters['ui_locales'], request.language, definition.languages ?? ['en']);
  const empty = { acr_values: [], prompt: [], requested_scopes: [], ui_locales: [] };
  return { ...empty, ...(transaction ? picked(transactionOf(transaction), TRANSACTION) : {}), locale };
}

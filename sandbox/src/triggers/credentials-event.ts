import { toJsonObject, type JsonObject } from '../json.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import { clientOf, requestOf, requestWithout, tenantIdOf, type EventSources } from './event-parts.js';

/** Contains the changes of the Actions so far. */
export interface CredentialsExchange {
  readonly clientId: string;
  readonly audience: string;
  readonly request: RequestFacts;
  readonly requestedScopes: readonly string[];
  readonly organization?: JsonObject;
  targetScopes: readonly string[];
  readonly customClaims: JsonObject;
}

/** Builds the `event` that Auth0 documents. */
export function credentialsExchangeEvent(
  exchange: CredentialsExchange,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  // Hides the client's secret from Actions.
  const { client_secret: _secret, client_assertion: _assertion, ...body } = exchange.request.body;
  return toJsonObject({
    accessToken: { customClaims: exchange.customClaims, scope: exchange.targetScopes },
    client: clientOf(exchange.clientId, sources),
    configuration: action.configuration,
    organization: exchange.organization,
    request: requestWithout(requestOf({ ...exchange.request, body }, sources.definition), 'query'),
    resource_server: { identifier: exchange.audience },
    secrets: action.secrets,
    tenant: { id: tenantIdOf(sources) },
    transaction: {
      correlation_id: body['correlation_id'],
      requested_scopes: exchange.requestedScopes,
      target_scopes: exchange.targetScopes,
    },
  });
}

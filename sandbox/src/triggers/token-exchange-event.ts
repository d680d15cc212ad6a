import { toJsonObject, type JsonObject } from '../json.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { Organization } from '../directory/organizations.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import { clientOf, requestOf, requestWithout, tenantIdOf, userOf, type EventSources } from './event-parts.js';

export interface SubjectTokenRequest {
  readonly clientId: string;
  readonly audience: string;
  readonly request: RequestFacts;
  readonly scopes: readonly string[];
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  readonly requestedTokenType: string;
  readonly actorToken?: string;
  readonly actorTokenType?: string;
  readonly actorUser?: SandboxUser;
  readonly organization?: Organization;
}

/** Builds the `event` that Auth0 documents. */
export function tokenExchangeEvent(
  { actorUser, ...exchange }: SubjectTokenRequest,
  action: ActionDefinition,
  sources: EventSources,
): JsonObject {
  return toJsonObject({
    client: clientOf(exchange.clientId, sources),
    configuration: action.configuration,
    organization: exchange.organization,
    request: requestWithout(requestOf(exchange.request, sources.definition), 'query'),
    resource_server: { identifier: exchange.audience },
    secrets: action.secrets,
    tenant: { id: tenantIdOf(sources) },
    transaction: {
      actor_token: exchange.actorToken,
      actor_token_type: exchange.actorTokenType,
      actor_token_user: actorUser && userOf(actorUser),
      requested_scopes: exchange.scopes,
      requested_token_type: exchange.requestedTokenType,
      subject_token: exchange.subjectToken,
      subject_token_type: exchange.subjectTokenType,
    },
  });
}

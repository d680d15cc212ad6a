import type { ActionDefinition, TriggerName } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import type { JsonObject } from '../json.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import { credentialsExchangeEvent } from '../triggers/credentials-event.js';
import type { EventSources } from '../triggers/event-parts.js';
import { POST_CHALLENGE, postChangePasswordEvent } from '../triggers/password-events.js';
import { sendPhoneMessageEvent } from '../triggers/phone-message-event.js';
import { postLoginEvent } from '../triggers/post-login-event.js';
import { postUserRegistrationEvent, preUserRegistrationEvent } from '../triggers/registration-events.js';
import { tokenExchangeEvent } from '../triggers/token-exchange-event.js';

export interface EventParts {
  readonly transaction: LoginTransaction;
  readonly user: SandboxUser;
  readonly request: RequestFacts;
  readonly action: ActionDefinition;
  readonly sources: EventSources;
}

const AUDIENCE = 'https://api.example/';
const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

export function defaultEvent(trigger: TriggerName, parts: EventParts): JsonObject {
  const { action, request, sources, transaction, user } = parts;
  const { clientId } = transaction;
  const { connection } = user;
  switch (trigger) {
    case 'post-login':
      return postLoginEvent(transaction, user, request, action, sources);
    case 'password-reset-post-challenge':
      return POST_CHALLENGE.event(transaction, user, request, action, sources);
    case 'credentials-exchange':
      return credentialsExchangeEvent(
        {
          clientId,
          audience: AUDIENCE,
          request: tokenRequest(request, 'client_credentials'),
          ...NO_SCOPES,
          customClaims: {},
        },
        action,
        sources,
      );
    case 'custom-token-exchange':
      return tokenExchangeEvent(subjectTokenRequest(clientId, request), action, sources);
    case 'pre-user-registration':
      return preUserRegistrationEvent({ connection, clientId, request, transaction }, user, action, sources);
    case 'post-user-registration':
      return postUserRegistrationEvent({ connection, clientId, request, transaction }, user, action, sources);
    case 'post-change-password':
      return postChangePasswordEvent({ user, connection, request }, action, sources);
    case 'send-phone-message':
      return sendPhoneMessageEvent({ user, request, clientId, options: MESSAGE }, action, sources);
    default:
      return trigger satisfies never;
  }
}

const NO_SCOPES = { requestedScopes: [], targetScopes: [] };

const MESSAGE = {
  action: 'second-factor-authentication',
  message_type: 'sms',
  recipient: '+12015550123',
  code: '123456',
  text: 'Your verification code is 123456',
} as const;

function subjectTokenRequest(clientId: string, request: RequestFacts) {
  const tokens = { subjectToken: 'subject-token', subjectTokenType: 'urn:example:subject-token' };
  const exchange = tokenRequest(request, 'urn:ietf:params:oauth:grant-type:token-exchange');
  return { clientId, audience: AUDIENCE, request: exchange, scopes: [], ...tokens, requestedTokenType: TOKEN_TYPE };
}

function tokenRequest(request: RequestFacts, grantType: string): RequestFacts {
  return { ...request, method: 'POST', query: {}, body: { grant_type: grantType, audience: AUDIENCE } };
}

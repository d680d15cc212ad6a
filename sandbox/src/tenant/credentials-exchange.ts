import { errors, type AccessToken, type ClientCredentials, type KoaContextWithOIDC } from 'oidc-provider';
import { textOf, type JsonObject } from '../json.js';
import { spaceSeparated } from '../space-separated.js';
import { credentialsExchangeEvent, type CredentialsExchange } from '../triggers/credentials-event.js';
import type { TriggerOutcome } from '../triggers/trigger-runner.js';
import type { CallEntry, TransactionRecord } from '../transactions/transaction.js';
import { authorizeFacts } from './request-facts.js';
import type { Tenant } from './tenant.js';

type ServiceToken = ClientCredentials & { scope?: string };

export function isServiceToken(token: AccessToken | ClientCredentials): token is ServiceToken {
  return token.kind === 'ClientCredentials';
}

/**
 * Runs the Actions, which may refuse the token or change its scope.
 *
 * @returns The custom claims of the token.
 */
export async function exchangeCredentials(
  tenant: Tenant,
  ctx: KoaContextWithOIDC,
  token: ServiceToken,
): Promise<JsonObject> {
  // Without Actions, services would only fill the list of records.
  if (!tenant.triggers.has('credentials-exchange')) return {};
  const exchange = exchangeOf(tenant, ctx, token);
  const record = recordOf(tenant, exchange);
  const outcome = await tenant.triggers.run({
    ...{ trigger: 'credentials-exchange', record },
    event: (action) => credentialsExchangeEvent(exchange, action, tenant.sources),
    apply: (calls) => applyCalls(exchange, calls),
  });
  conclude(tenant, record, outcome);
  token.scope = exchange.targetScopes.join(' ');
  return exchange.customClaims;
}

function exchangeOf({ hostname, organizations }: Tenant, ctx: KoaContextWithOIDC, token: ServiceToken) {
  const { body = {}, params = {}, client } = ctx.oidc;
  const {
    id,
    name,
    display_name: display = name,
    metadata = {},
  } = organizations.find(textOf(body['organization'])) ?? {};
  const scopes = spaceSeparated(token.scope);
  const exchange: CredentialsExchange = {
    ...{ clientId: client?.clientId ?? '', audience: audienceOf(token, body), request: authorizeFacts(ctx, hostname) },
    ...{ requestedScopes: spaceSeparated(params['scope']), targetScopes: scopes, customClaims: {} },
    ...(id === undefined || name === undefined || display === undefined
      ? {}
      : { organization: { id, name, display_name: display, metadata } }),
  };
  return exchange;
}

function audienceOf({ aud }: ServiceToken, body: Readonly<Record<string, unknown>>): string {
  return textOf(Array.isArray(aud) ? aud[0] : aud) || textOf(body['audience']);
}

function recordOf({ log, masker, sources }: Tenant, exchange: CredentialsExchange): TransactionRecord {
  const { audience, clientId, requestedScopes } = exchange;
  const record = log.open(clientId, 'client credentials');
  record.title = sources.client(clientId)?.name ?? clientId;
  const facts = masker.json({ client_id: clientId, audience, scope: requestedScopes.join(' ') });
  log.add(record, { kind: 'note', tone: 'plain', title: 'A service requests a token', facts });
  return record;
}

function applyCalls(exchange: CredentialsExchange, calls: readonly CallEntry[]): void {
  for (const { name, args } of calls) {
    const [first, value = null] = args;
    if (name === 'api.accessToken.setCustomClaim') exchange.customClaims[textOf(first)] = value;
    exchange.targetScopes = changedScopes(exchange.targetScopes, name, first);
  }
}

function changedScopes(scopes: readonly string[], method: string, argument: unknown): readonly string[] {
  switch (method) {
    case 'api.transaction.addTargetScope':
      return [...new Set([...scopes, textOf(argument)])];
    case 'api.transaction.removeTargetScope':
      return scopes.filter((scope) => scope !== argument);
    case 'api.transaction.setTargetScopes':
      return [...new Set(Array.isArray(argument) ? argument.map(textOf) : [])];
    case 'api.transaction.clearTargetScopes':
      return [];
    default:
      return scopes;
  }
}

function conclude({ log, masker }: Tenant, record: TransactionRecord, outcome: TriggerOutcome): void {
  record.status = outcome.kind;
  if (outcome.kind === 'completed') {
    log.add(record, { kind: 'completed', next: 'The tenant issues the access token.' });
    return;
  }
  const [error, description] =
    outcome.kind === 'denied'
      ? [textOf(outcome.call.args[0]) || 'access_denied', textOf(outcome.call.args[1])]
      : ['server_error', outcome.error.message];
  const shown = masker.text(description);
  log.add(record, { kind: 'denied', title: 'The service gets an error', error, description: shown });
  const told = outcome.kind === 'failed' ? shown : description;
  throw Object.assign(new errors.CustomOIDCProviderError(error, told), { expose: true });
}

import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { isJsonObject, textOf, toJsonObject } from '../json.js';
import { decodeToken } from '../redirect/jwt.js';
import type { ActionDefinition } from '../definition/tenant-definition.js';
import { suggestion } from '../suggestion.js';
import { spaceSeparated } from '../space-separated.js';
import { applyCalls, lastCall } from '../triggers/post-login-effects.js';
import { tokenExchangeEvent, type SubjectTokenRequest } from '../triggers/token-exchange-event.js';
import type { TriggerOutcome } from '../triggers/trigger-runner.js';
import type { CallEntry } from '../transactions/transaction.js';
import { TOKEN_EXCHANGE_GRANT } from '../directory/clients.js';
import { applyToGrant } from './grants.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import { isSubjectProblem, subjectOf } from './subject-token-user.js';
import type { Tenant } from './tenant.js';
import { exchangeRefused, tokenRequestFacts } from './token-exchange.js';
import { tokenResponse } from './token-response.js';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const PARAMETERS = [
  ...['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type'],
  ...['scope', 'audience', 'organization'],
];

/** An Action sets the user of the external token. */
export function addTokenExchange(provider: Provider, tenant: Tenant): void {
  provider.registerGrantType(TOKEN_EXCHANGE_GRANT, (ctx) => exchange(ctx, provider, tenant), PARAMETERS);
}

async function exchange(ctx: KoaContextWithOIDC, provider: Provider, tenant: Tenant): Promise<void> {
  const { client, params = {} } = ctx.oidc;
  for (const name of ['subject_token', 'subject_token_type']) {
    if (textOf(params[name]) === '') throw new errors.InvalidRequest(`missing required parameter(s) ${name}`);
  }
  const transaction = begin(ctx, tenant);
  await runExchangeActions(ctx, transaction, tenant);
  const { user } = transaction;
  if (!user) return;
  const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: user.user_id });
  ctx.oidc.entity('Grant', grant);
  tenant.users.countLogin(user, transaction.request.ip);
  const outcome = await tenant.pipeline.start(transaction, user, transaction.request);
  if (outcome.kind !== 'completed') throw exchangeRefused(outcome);
  await applyToGrant(ctx, transaction, tenant.logins);
  const owner = { user: transaction.user ?? user, grant, gty: 'token_exchange', canRefresh: !transaction.actor };
  ctx.body = { ...(await tokenResponse(ctx, provider, tenant, owner)), issued_token_type: ACCESS_TOKEN };
}

function begin(ctx: KoaContextWithOIDC, tenant: Tenant): LoginTransaction {
  return tenant.logins.beginExchange({
    ...{ request: tokenRequestFacts(ctx, tenant.hostname), clientId: ctx.oidc.client?.clientId ?? '' },
    ...{ protocol: 'oauth2-token-exchange', methods: [] },
    parameters: toJsonObject({ ...ctx.oidc.params, client_secret: undefined }),
  });
}

/** The profile of a subject token has one Action (Auth0: Custom Token Exchange). */
function profileAction(transaction: LoginTransaction, tenant: Tenant, type: string): ActionDefinition {
  const actions = tenant.triggers.actionsOf('custom-token-exchange');
  const [bound] = actions.filter(({ subjectTokenType }) => subjectTokenType === type);
  const action = bound ?? actions.find(({ subjectTokenType }) => subjectTokenType === undefined);
  if (action) return action;
  const types = actions.flatMap(({ subjectTokenType = [] }) => subjectTokenType);
  const problem =
    actions.length === 0
      ? 'No Action is bound to the trigger custom-token-exchange.'
      : `No Action is bound to the subject_token_type "${type}".${suggestion(type, types)}`;
  throw refused(tenant, transaction, 'failed', 'invalid_request', problem);
}

async function runExchangeActions(ctx: KoaContextWithOIDC, transaction: LoginTransaction, tenant: Tenant) {
  const { record } = transaction;
  const { sources, triggers } = tenant;
  const request = requestOf(ctx, transaction, tenant);
  const calls: CallEntry[] = [];
  const outcome = await triggers.run({
    ...{ trigger: 'custom-token-exchange', record, only: profileAction(transaction, tenant, request.subjectTokenType) },
    event: (action) => tokenExchangeEvent(request, action, sources),
    apply: (added) => void calls.push(...added),
  });
  if (outcome.kind !== 'completed') throw refused(tenant, transaction, ...reasonOf(outcome));
  const subject = subjectOf(calls, tenant);
  if (isSubjectProblem(subject)) throw refused(tenant, transaction, 'failed', 'invalid_request', subject.problem);
  transaction.user = subject.user;
  tenant.logins.identified(transaction, 'subject token');
  applyToTransaction(calls, transaction, tenant);
  if (subject.user.blocked) throw refused(tenant, transaction, 'denied', 'unauthorized', 'user is blocked');
}

function requestOf(ctx: KoaContextWithOIDC, transaction: LoginTransaction, tenant: Tenant): SubjectTokenRequest {
  const { clientId, organization, request } = transaction;
  const params = toJsonObject(ctx.oidc.params ?? {});
  const [actorToken, actorTokenType] = [textOf(params['actor_token']), textOf(params['actor_token_type'])];
  const claims = actorTokenType === ID_TOKEN ? decodeToken(actorToken)?.claims : undefined;
  const actorUser = claims?.['iss'] === tenant.issuer ? tenant.users.find(textOf(claims['sub'])) : undefined;
  return {
    ...{ clientId, request, audience: textOf(params['audience']), scopes: spaceSeparated(params['scope']) },
    ...{ subjectToken: textOf(params['subject_token']), subjectTokenType: textOf(params['subject_token_type']) },
    requestedTokenType: textOf(params['requested_token_type']) || ACCESS_TOKEN,
    ...(actorToken ? { actorToken, actorTokenType } : {}),
    ...(actorUser ? { actorUser } : {}),
    ...(organization ? { organization } : {}),
  };
}

function applyToTransaction(calls: readonly CallEntry[], transaction: LoginTransaction, tenant: Tenant): void {
  const { logins, refreshTokens, sessions, users } = tenant;
  const { user } = transaction;
  if (user) applyCalls(calls, { transaction, user, users, sessions, refreshTokens });
  const [organization] = lastCall(calls, 'api.authentication.setOrganization')?.args ?? [];
  if (organization !== undefined) {
    const found = logins.organizationOf(organization);
    if (!found) throw refused(tenant, transaction, 'failed', 'invalid_request', 'There is no such organization.');
    transaction.organization = found;
  }
  const [actor] = lastCall(calls, 'api.authentication.setActor')?.args ?? [];
  if (!isJsonObject(actor)) return;
  transaction.actor = actor;
  transaction.accessTokenClaims['act'] = actor;
  transaction.idTokenClaims['act'] = actor;
}

type Refusal = ['failed' | 'denied', string, string];

function reasonOf(outcome: Exclude<TriggerOutcome, { kind: 'completed' }>): Refusal {
  if (outcome.kind === 'failed') return ['failed', 'server_error', outcome.error.message];
  const { args, name } = outcome.call;
  if (name === 'api.access.rejectInvalidSubjectToken') return ['denied', 'invalid_request', textOf(args[0])];
  return ['denied', textOf(args[0]) || 'access_denied', textOf(args[1])];
}

function refused(
  { log, masker }: Tenant,
  { record }: LoginTransaction,
  ...[status, error, description]: Refusal
): Error {
  record.status = status;
  const shown = masker.text(description);
  log.add(record, { kind: 'denied', title: 'The app gets an error', error, description: shown });
  const told = status === 'failed' ? shown : description;
  return Object.assign(new errors.CustomOIDCProviderError(error, told), { expose: true });
}

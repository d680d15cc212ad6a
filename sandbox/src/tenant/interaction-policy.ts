import { interactionPolicy, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { keepRecord } from './authorize-refusal.js';
import { ensureBrowserId } from './browser-cookie.js';
import { identify } from './login-session.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import { applyToGrant, useAccountOf } from './grants.js';
import { authorizeFacts } from './request-facts.js';
import { applyCookieMode } from './session-end.js';
import type { Tenant } from './tenant.js';
import { isRecord, textOf } from '../json.js';

/** Runs the Actions. */
export const ACTIONS_PROMPT = 'actions';

export interface ActionsResult {
  readonly transaction: string;
}

/**
 * Uses two interactions, so that the session exists before the first Action. As at Auth0, a user who abandons a step is
 * still logged in. There is no consent.
 */
export function loginThenActions(tenant: Tenant): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const { Check, Prompt } = interactionPolicy;
  policy.get('login')?.checks.add(userIsGone(tenant), 0);
  const check = new Check('actions_pending', 'an Action redirects the user', 'interaction_required', async (ctx) =>
    (await actionsAreDone(ctx, tenant)) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
  );
  const organization = new Check('organization_unknown', 'the organization is unknown', (ctx) => {
    assertOrganization(ctx, tenant);
    return Check.NO_NEED_TO_PROMPT;
  });
  policy.add(new Prompt({ name: 'organization', requestable: false }, organization), 0);
  policy.add(new Prompt({ name: ACTIONS_PROMPT, requestable: false }, check));
  return policy;
}

function assertOrganization(ctx: KoaContextWithOIDC, { hostname, log, logins, organizations }: Tenant): void {
  const name = ctx.oidc.params?.['organization'];
  if (typeof name !== 'string' || organizations.find(name)) return;
  const error = new errors.InvalidRequest(`parameter organization is invalid: ${name}`);
  const { record } = logins.begin(authorizeFacts(ctx, hostname));
  keepRecord(ctx, record);
  record.status = 'failed';
  log.add(record, { kind: 'denied', error: error.error, description: error.error_description ?? '' });
  throw error;
}

/** The user may have been deleted or linked to another user since. */
function userIsGone(tenant: Tenant): interactionPolicy.Check {
  const { Check } = interactionPolicy;
  return new Check('user_gone', 'the user of the session does not exist', 'login_required', (ctx) => {
    const { session } = ctx.oidc;
    if (!session?.accountId || tenant.users.find(session.accountId) || finishedTransaction(ctx, tenant)) {
      return Check.NO_NEED_TO_PROMPT;
    }
    delete session.accountId;
    return Check.REQUEST_PROMPT;
  });
}

async function actionsAreDone(ctx: KoaContextWithOIDC, tenant: Tenant): Promise<boolean> {
  const finished = finishedTransaction(ctx, tenant);
  if (finished) {
    await applyToProtocol(ctx, finished, tenant);
    return true;
  }
  return isSilent(ctx) ? runSilently(ctx, tenant) : false;
}

function finishedTransaction(ctx: KoaContextWithOIDC, tenant: Tenant): LoginTransaction | undefined {
  const result: unknown = ctx.oidc.result?.[ACTIONS_PROMPT];
  const transaction = tenant.logins.find(isRecord(result) ? textOf(result['transaction']) : undefined);
  return transaction?.outcome?.kind === 'completed' ? transaction : undefined;
}

/** With `prompt=none`, the Actions run within the request. A redirect fails the login. */
async function runSilently(ctx: KoaContextWithOIDC, tenant: Tenant): Promise<boolean> {
  const user = tenant.users.find(ctx.oidc.session?.accountId ?? '');
  if (!user) return false;
  const request = authorizeFacts(ctx, tenant.hostname);
  const transaction = tenant.logins.begin(request);
  keepRecord(ctx, transaction.record);
  transaction.user = user;
  transaction.browserId = ensureBrowserId(ctx.req, ctx.res);
  tenant.logins.identified(transaction, 'session');
  identify(tenant, transaction, user, ctx.oidc.session?.uid ?? '');
  tenant.users.countLogin(user, request.ip);
  transaction.outcome = await tenant.pipeline.start(transaction, user, request);
  return concludeSilently(ctx, tenant, transaction, transaction.outcome);
}

async function concludeSilently(
  ctx: KoaContextWithOIDC,
  tenant: Tenant,
  transaction: LoginTransaction,
  outcome: ActionsOutcome,
): Promise<boolean> {
  if (outcome.kind !== 'completed') throw silentError(outcome);
  await applyToProtocol(ctx, transaction, tenant);
  return true;
}

async function applyToProtocol(ctx: KoaContextWithOIDC, transaction: LoginTransaction, tenant: Tenant): Promise<void> {
  await useAccountOf(ctx, transaction, tenant.logins);
  applyCookieMode(ctx, transaction.session);
  await applyToGrant(ctx, transaction, tenant.logins);
}

function silentError(outcome: Exclude<ActionsOutcome, { kind: 'completed' }>): Error {
  if (outcome.kind === 'redirect') return new errors.InteractionRequired();
  return new errors.CustomOIDCProviderError(outcome.error, outcome.description);
}

function isSilent(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.prompts.has('none');
}

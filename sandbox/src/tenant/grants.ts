import type { KoaContextWithOIDC } from 'oidc-provider';
import { textOf } from '../json.js';
import { spaceSeparated } from '../space-separated.js';
import { accountOf } from './custom-claims.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { LoginTransactions } from '../logins/login-transactions.js';

/** Creates a grant with all requested scopes, without consent. */
export async function newGrant(ctx: KoaContextWithOIDC) {
  const { client, account, params } = ctx.oidc;
  if (!client || !account) return undefined;
  const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  const scope = textOf(params?.['scope']);
  grant.addOIDCScope(scope);
  for (const resource of Object.keys(ctx.oidc.resourceServers ?? {})) grant.addResourceScope(resource, scope);
  await grant.save();
  return grant;
}

/** Makes an Action's primary user the owner of tokens and session. */
export async function useAccountOf(
  ctx: KoaContextWithOIDC,
  { user }: LoginTransaction,
  logins: LoginTransactions,
): Promise<void> {
  const { session } = ctx.oidc;
  if (!user || !session || session.accountId === user.user_id) return;
  const accountId = user.user_id;
  session.accountId = accountId;
  ctx.oidc.entity(
    'Account',
    accountOf(user, logins, () => ctx.oidc.entities.Grant?.jti),
  );
  const grant = await newGrant(ctx);
  if (!grant) return;
  ctx.oidc.entity('Grant', grant);
  session.grantIdFor(ctx.oidc.client?.clientId ?? '', grant.jti);
}

/** Applies the Actions' claims and scopes to the tokens. */
export async function applyToGrant(
  ctx: KoaContextWithOIDC,
  transaction: LoginTransaction,
  logins: LoginTransactions,
): Promise<void> {
  const grant = ctx.oidc.entities.Grant;
  if (!grant) return;
  const requested = [...spaceSeparated(ctx.oidc.params?.['scope']), ...offlineAccess(ctx, transaction)];
  const scope = changedScope(requested, transaction);
  if (ctx.oidc.params) ctx.oidc.params['scope'] = scope;
  grant.addOIDCScope(scope);
  for (const resource of resourcesOf(ctx)) grant.addResourceScope(resource, scope);
  logins.link(await grant.save(), transaction);
}

/** Without a consent page, oidc-provider removes offline_access, as OpenID Connect requires. Auth0 does not. */
function offlineAccess(ctx: KoaContextWithOIDC, { parameters }: LoginTransaction): string[] {
  const isAllowed = ctx.oidc.client?.grantTypeAllowed('refresh_token') ?? false;
  return spaceSeparated(parameters['scope']).filter((scope) => isAllowed && scope === 'offline_access');
}

/** Includes the APIs of an exchanged refresh token. */
function resourcesOf(ctx: KoaContextWithOIDC): string[] {
  const granted = ctx.oidc.entities.RefreshToken?.resource ?? [];
  return [...Object.keys(ctx.oidc.resourceServers ?? {}), ...(Array.isArray(granted) ? granted : [granted])];
}

function changedScope(requested: readonly string[], { addedScopes, removedScopes }: LoginTransaction): string {
  const scopes = new Set([...requested, ...addedScopes]);
  return [...scopes].filter((scope) => !removedScopes.has(scope)).join(' ');
}

import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { isRecord, textOf, type JsonObject } from '../json.js';
import { applyToGrant } from './grants.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { SandboxRefreshToken } from '../logins/refresh-tokens.js';
import type { Tenant } from './tenant.js';
import { exchangeRefused, tokenRequestFacts } from './token-exchange.js';

/**
 * oidc-provider calls this after all other checks and before it creates tokens, so a refusal has to be thrown here.
 *
 * @returns Whether to rotate the token: Auth0 rotates for public apps, unless configured otherwise.
 */
export async function runRefreshActions(ctx: KoaContextWithOIDC, tenant: Tenant): Promise<boolean> {
  const { RefreshToken: stored, Client: client } = ctx.oidc.entities;
  const token = tenant.refreshTokens.find(stored?.grantId);
  const user = tenant.users.find(stored?.accountId ?? '');
  if (!token || !user) throw new errors.InvalidGrant('the refresh token has expired or was revoked');
  const request = tokenRequestFacts(ctx, tenant.hostname);
  const scope = textOf(ctx.oidc.params?.['scope']) || (stored?.scope ?? '');
  const transaction = tenant.logins.beginExchange({
    ...{ request, clientId: token.clientId, protocol: 'oauth2-refresh-token', refreshToken: token },
    methods: token.methods,
    parameters: parametersOf(scope, token),
  });
  transaction.user = user;
  tenant.logins.identified(transaction, 'refresh token');
  const outcome = await tenant.pipeline.start(transaction, user, request);
  if (outcome.kind !== 'completed') throw exchangeRefused(outcome);
  tenant.refreshTokens.exchanged(token, request, transaction.refreshTokenChanges);
  if (ctx.oidc.params) ctx.oidc.params['scope'] = scope;
  await applyToGrant(ctx, transaction, tenant.logins);
  return client?.clientAuthMethod === 'none';
}

function parametersOf(scope: string, { audience }: SandboxRefreshToken): JsonObject {
  return { scope, ...(audience === undefined ? {} : { audience }) };
}

/** Records the token from the first response. */
export function recordRefreshToken(ctx: KoaContextWithOIDC, transaction: LoginTransaction, tenant: Tenant): void {
  const { RefreshToken: stored, Client: client } = ctx.oidc.entities;
  const { clientId, user, session, methods = [], organization, parameters, request } = transaction;
  if (!stored?.grantId || !user || transaction.refreshToken) return;
  const audience = textOf(parameters['audience']);
  tenant.refreshTokens.issue(
    stored.grantId,
    {
      ...{ clientId, userId: user.user_id, rotating: client?.clientAuthMethod === 'none', initial: request },
      ...{ methods: session?.methods ?? methods },
      ...(session ? { sessionId: session.id } : {}),
      ...(organization ? { organization } : {}),
      ...(audience ? { audience } : {}),
    },
    transaction.refreshTokenChanges,
  );
}

/** Uses Auth0's status and text, because Auth0's SDKs match the text. */
export function answerLikeAuth0(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const isRefresh = oidc?.params?.['grant_type'] === 'refresh_token';
    if (!isRefresh || !isRecord(ctx.body) || ctx.body['error'] !== 'invalid_grant') return;
    ctx.status = 403;
    ctx.body = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' };
  });
}

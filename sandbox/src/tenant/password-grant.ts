import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isoTime } from '../clock.js';
import { textOf, toJsonObject } from '../json.js';
import { words } from '../words.js';
import { isEmailAddress } from '../directory/email-address.js';
import { apiOf } from './apis.js';
import { PASSWORD_GRANTS } from '../directory/clients.js';
import { accountClaims, loginClaims } from './custom-claims.js';
import { applyToGrant } from './grants.js';
import type { Tenant } from './tenant.js';
import { exchangeRefused, oauthError, tokenRequestFacts } from './token-exchange.js';
import type { SandboxUser } from '../directory/user.js';

const PARAMETERS = ['username', 'password', 'scope', 'audience', 'realm', 'organization'];

/** Lets apps send an address and a password; as on the login page, any password will do. */
export function addPasswordGrants(provider: Provider, tenant: Tenant): void {
  for (const name of PASSWORD_GRANTS) {
    provider.registerGrantType(name, (ctx) => passwordGrant(ctx, provider, tenant), PARAMETERS);
  }
}

interface TokenSource {
  readonly accountId: string;
  readonly client: Client;
  readonly grantId: string;
  readonly gty: string;
  readonly scope: string;
}

async function passwordGrant(ctx: KoaContextWithOIDC, provider: Provider, tenant: Tenant): Promise<void> {
  const { client, params = {} } = ctx.oidc;
  const user = userOf(params, tenant);
  if (!client || !user) throw oauthError('invalid_grant', 'Wrong email or password.');
  const grant = new provider.Grant({ clientId: client.clientId, accountId: user.user_id });
  ctx.oidc.entity('Grant', grant);
  await runActions(ctx, user, tenant);
  const [scope, audience] = [textOf(params['scope']), textOf(params['audience'])];
  if (audience) grant.addResourceScope(audience, scope);
  const source = { accountId: user.user_id, client, grantId: await grant.save(), gty: 'password', scope };
  ctx.body = {
    ...(await accessTokenOf(ctx, provider, source, audience)),
    ...(words(scope).includes('openid') ? { id_token: await idTokenOf(ctx, provider, user, source, tenant) } : {}),
    ...(words(scope).includes('offline_access')
      ? { refresh_token: await refreshTokenOf(ctx, provider, source, audience) }
      : {}),
  };
}

async function runActions(ctx: KoaContextWithOIDC, user: SandboxUser, tenant: Tenant): Promise<void> {
  const request = tokenRequestFacts(ctx, tenant.hostname);
  const transaction = tenant.logins.beginExchange({
    ...{ request, clientId: ctx.oidc.client?.clientId ?? '', protocol: 'oauth2-password' },
    parameters: toJsonObject({ ...ctx.oidc.params, password: undefined, client_secret: undefined }),
    methods: [{ name: 'pwd', timestamp: isoTime(tenant.now) }],
  });
  transaction.user = user;
  tenant.logins.identified(transaction, 'password');
  tenant.users.countLogin(user, request.ip);
  const outcome = await tenant.pipeline.start(transaction, user, request);
  if (outcome.kind !== 'completed') throw exchangeRefused(outcome);
  await applyToGrant(ctx, transaction, tenant.logins);
}

async function accessTokenOf(ctx: KoaContextWithOIDC, provider: Provider, source: TokenSource, audience: string) {
  const token = new provider.AccessToken({ ...source });
  if (audience) token.resourceServer = new provider.ResourceServer(audience, apiOf(audience, source.scope));
  ctx.oidc.entity('AccessToken', token);
  const { scope } = source;
  return { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer', scope };
}

async function idTokenOf(
  ctx: KoaContextWithOIDC,
  provider: Provider,
  user: SandboxUser,
  { grantId, scope }: TokenSource,
  tenant: Tenant,
): Promise<string> {
  const claims = accountClaims(user, loginClaims('id_token', grantId, tenant.logins));
  const token = new provider.IdToken(claims, { ctx });
  Object.assign(token, { scope });
  return token.issue({ use: 'idtoken' });
}

async function refreshTokenOf(
  ctx: KoaContextWithOIDC,
  provider: Provider,
  source: TokenSource,
  audience: string,
): Promise<string> {
  const token = new provider.RefreshToken({ ...source, ...(audience ? { resource: audience } : {}) });
  ctx.oidc.entity('RefreshToken', token);
  return token.save();
}

/** A user whose address is known, or an email address. */
function userOf(params: Readonly<Record<string, unknown>>, { users }: Tenant): SandboxUser | undefined {
  const [username, realm] = [textOf(params['username']), textOf(params['realm'])];
  const isKnown = users.list().some((user) => [user.email, user.username, user.phone_number].includes(username));
  if (!isKnown && !isEmailAddress(username)) return undefined;
  return users.logIn(username, realm || undefined);
}

import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isoTime } from '../clock.js';
import { PASSWORD_GRANTS } from '../directory/clients.js';
import { isEmailAddress } from '../directory/email-address.js';
import type { SandboxUser } from '../directory/user.js';
import { textOf, toJsonObject } from '../json.js';
import { applyToGrant } from './grants.js';
import type { Tenant } from './tenant.js';
import { exchangeRefused, oauthError, tokenRequestFacts } from './token-exchange.js';
import { tokenResponse } from './token-response.js';

const PARAMETERS = ['username', 'password', 'scope', 'audience', 'realm', 'organization'];

/** As on the login page, every password is valid. */
export function addPasswordGrants(provider: Provider, tenant: Tenant): void {
  for (const name of PASSWORD_GRANTS) {
    provider.registerGrantType(name, (ctx) => passwordGrant(ctx, provider, tenant), PARAMETERS);
  }
}

async function passwordGrant(ctx: KoaContextWithOIDC, provider: Provider, tenant: Tenant): Promise<void> {
  const { client, params = {} } = ctx.oidc;
  const user = userOf(params, tenant);
  if (!client || !user) throw oauthError('invalid_grant', 'Wrong email or password.');
  const grant = new provider.Grant({ clientId: client.clientId, accountId: user.user_id });
  ctx.oidc.entity('Grant', grant);
  await runActions(ctx, user, tenant);
  ctx.body = await tokenResponse(ctx, provider, tenant, { user, grant, gty: 'password' });
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

/** Unknown users need an email address. */
function userOf(params: Readonly<Record<string, unknown>>, { users }: Tenant): SandboxUser | undefined {
  const [username, realm] = [textOf(params['username']), textOf(params['realm'])];
  const isKnown = users.list().some((user) => [user.email, user.username, user.phone_number].includes(username));
  if (!isKnown && !isEmailAddress(username)) return undefined;
  return users.logIn(username, realm || undefined);
}

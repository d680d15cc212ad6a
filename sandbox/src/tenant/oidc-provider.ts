import { errors, Provider } from 'oidc-provider';
import { callbackProblem } from '../directory/clients.js';
import { messageOf } from '../error-message.js';
import { isRecord, textOf } from '../json.js';
import { decodeToken } from '../redirect/jwt.js';
import { SandboxError } from '../sandbox-errors.js';
import { recordRefusal } from './authorize-refusal.js';
import { addTokenExchange } from './custom-token-exchange.js';
import { passCustomClaims } from './custom-claims.js';
import { addPasswordGrants } from './password-grant.js';
import { answerLikeAuth0, recordRefreshToken } from './refresh-exchange.js';
import { endSessionsInTime } from './session-end.js';
import { providerConfiguration } from './provider-configuration.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { Tenant } from './tenant.js';
import { showUnknownAddresses } from './unknown-addresses.js';

export async function createProvider(tenant: Tenant): Promise<Provider> {
  const provider = await configuredProvider(tenant);
  showUnknownAddresses(provider);
  passCustomClaims(provider);
  endSessionsInTime(provider, tenant.sessions);
  answerLikeAuth0(provider);
  recordTokens(provider, tenant);
  provider.on('authorization.error', (ctx, error) => recordRefusal(ctx, error, tenant));
  // An Action may return this code, too; the sandbox itself has not failed.
  provider.on('server_error', (_ctx, error) => {
    if (!(error instanceof errors.CustomOIDCProviderError)) console.error(error);
  });
  return provider;
}

/** Looks up all clients, because oidc-provider checks a client at its first lookup. */
async function configuredProvider(tenant: Tenant): Promise<Provider> {
  for (const { callbacks, clientId } of tenant.clients) {
    const problem = callbacks.map(callbackProblem).find((one) => one !== undefined);
    if (problem !== undefined) throw new SandboxError('client_invalid', `The client "${clientId}": ${problem}`);
  }
  const provider = new Provider(tenant.issuer, providerConfiguration(tenant));
  addPasswordGrants(provider, tenant);
  addTokenExchange(provider, tenant);
  await Promise.all(tenant.clients.map(({ clientId }) => assertClient(provider, clientId)));
  return provider;
}

async function assertClient(provider: Provider, clientId: string): Promise<void> {
  try {
    await provider.Client.find(clientId);
  } catch (error) {
    const reason = (isRecord(error) && textOf(error['error_description'])) || messageOf(error);
    const message = `The client "${clientId}" is not acceptable: ${reason}.`;
    throw new SandboxError('client_invalid', message, { cause: error });
  }
}

/** Records the tokens as the last step of a login. */
function recordTokens(provider: Provider, tenant: Tenant): void {
  provider.on('grant.success', (ctx) => {
    const transaction = tenant.logins.find(ctx.oidc.entities.AccessToken?.grantId);
    if (!transaction || !isRecord(ctx.body)) return;
    recordRefreshToken(ctx, transaction, tenant);
    recordIssued(ctx.body, transaction, tenant);
  });
  // The implicit and hybrid flows.
  provider.on('authorization.success', (ctx, response = {}) => {
    const transaction = tenant.logins.find(ctx.oidc.entities.Grant?.jti);
    if (transaction && ('id_token' in response || 'access_token' in response)) {
      recordIssued(response, transaction, tenant);
    }
  });
}

function recordIssued(issued: Readonly<Record<string, unknown>>, transaction: LoginTransaction, tenant: Tenant): void {
  const { logins, log, masker } = tenant;
  const { id_token: idToken, access_token: accessToken, scope } = issued;
  const id = decodeToken(textOf(idToken))?.claims;
  const access = decodeToken(textOf(accessToken))?.claims;
  // /userinfo finds the custom claims by the token.
  if (access) logins.link(textOf(accessToken), transaction);
  log.add(transaction.record, {
    kind: 'tokens',
    ...(typeof scope === 'string' ? { scope } : {}),
    ...(id ? { idToken: masker.json(id) } : {}),
    ...(accessToken === undefined ? {} : { accessToken: access ? masker.json(access) : 'opaque' }),
  });
}

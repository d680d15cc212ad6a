import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { isRecord, toJsonObject, type JsonObject } from '../json.js';
import { MASK } from '../transactions/mask.js';
import type { ActionsOutcome } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import { requestFacts } from './request-facts.js';

const SECRETS = ['client_secret', 'client_assertion', 'refresh_token', 'password', 'subject_token', 'actor_token'];

/** Masks the credentials of client and user. */
export function tokenRequestFacts(ctx: KoaContextWithOIDC, hostname: string): RequestFacts {
  return requestFacts(ctx.req, hostname, { body: masked(ctx.oidc.body) });
}

function masked(body: unknown): JsonObject {
  const entries = Object.entries(toJsonObject(isRecord(body) ? body : {}));
  return Object.fromEntries(entries.map(([name, value]) => [name, SECRETS.includes(name) ? MASK : value]));
}

/** Returns 403, as Auth0 does. */
export function exchangeRefused(outcome: ActionsOutcome): Error {
  const { error, description } =
    outcome.kind === 'denied' ? outcome : { error: 'interaction_required', description: 'Interaction required' };
  return oauthError(error, description);
}

/** Returns an error with Auth0's status. */
export function oauthError(error: string, description: string): Error {
  return Object.assign(new errors.CustomOIDCProviderError(error, description), { status: 403, statusCode: 403 });
}

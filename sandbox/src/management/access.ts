import type { Request, RequestHandler } from 'express';
import { textOf } from '../json.js';
import { isManagementAudience } from './management-audience.js';
import type { ManagedTenant } from './managed-tenant.js';
import { words } from '../words.js';
import { ManagementError } from './management-error.js';

/** What the token of a request allows. */
interface Access {
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}

const accesses = new WeakMap<Request, Access>();

/** Lets requests through that bring a token of this tenant for its Management API. */
export function authenticate({ signingKey, issuer, hostname }: ManagedTenant): RequestHandler {
  return async (request, _response, next) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) throw unauthorized('Missing authentication');
    const claims = await signingKey.verify(token, issuer);
    if (claims === 'expired') throw unauthorized('Expired token received for JSON Web Token validation');
    if (claims === 'invalid') throw unauthorized('Invalid token');
    const audiences = [claims.aud ?? []].flat();
    if (!audiences.some((audience) => isManagementAudience(audience, hostname))) {
      throw unauthorized('Bad audience: the token is not for the Management API');
    }
    accesses.set(request, { subject: textOf(claims.sub), scopes: new Set(words(claims['scope'])) });
    next();
  };
}

/** Lets requests through whose token has one of the scopes. */
export function allow(...scopes: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!hasScope(request, scopes)) throw insufficientScope(scopes);
    next();
  };
}

/** The same, or one of the second scopes where the user in the path is the one that the token is of. */
export function allowOwner(scopes: readonly string[], ownScopes: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const isOwner = accesses.get(request)?.subject === request.params['id'];
    if (!hasScope(request, scopes) && !(isOwner && hasScope(request, ownScopes))) {
      throw insufficientScope([...scopes, ...ownScopes]);
    }
    next();
  };
}

/** True where the token of a request has one of the scopes. */
export function hasScope(request: Request, scopes: readonly string[]): boolean {
  const granted = accesses.get(request)?.scopes;
  return scopes.some((scope) => granted?.has(scope));
}

function unauthorized(message: string): ManagementError {
  return new ManagementError(401, 'invalid_token', message);
}

function insufficientScope(scopes: readonly string[]): ManagementError {
  return new ManagementError(403, 'insufficient_scope', `Insufficient scope, expected any of: ${scopes.join(',')}`);
}

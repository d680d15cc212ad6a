import type { Request, RequestHandler } from 'express';
import { textOf } from '../json.js';
import { isManagementAudience } from './management-audience.js';
import type { ManagedTenant } from './managed-tenant.js';
import { spaceSeparated } from '../space-separated.js';
import { ManagementError } from './management-error.js';

interface Access {
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}

const accesses = new WeakMap<Request, Access>();

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
    accesses.set(request, { subject: textOf(claims.sub), scopes: new Set(spaceSeparated(claims['scope'])) });
    next();
  };
}

export function allow(...scopes: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!hasScope(request, scopes)) throw insufficientScope(scopes);
    next();
  };
}

/** Like {@link allow}. With one of `ownScopes`, also accepts requests about the token's own user. */
export function allowOwner(scopes: readonly string[], ownScopes: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const isOwner = accesses.get(request)?.subject === request.params['id'];
    if (!hasScope(request, scopes) && !(isOwner && hasScope(request, ownScopes))) {
      throw insufficientScope([...scopes, ...ownScopes]);
    }
    next();
  };
}

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

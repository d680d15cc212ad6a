import { Router, type Request } from 'express';
import { textOf } from '../json.js';
import type { ManagedTenant } from './managed-tenant.js';
import type { SandboxUser } from '../directory/user.js';
import { allowOwner, hasScope } from './access.js';
import { bodyOf } from './body.js';
import { inexistent, invalidBody, ManagementError } from './management-error.js';
import { userOf } from './users-routes.js';

const OWN = ['update:current_user_identities'];

export function identitiesRoutes(tenant: ManagedTenant): Router {
  const routes = Router();
  const path = '/users/:id/identities';

  routes.post(path, allowOwner(['update:users'], OWN), async (request, response) => {
    const primary = userOf(tenant, request);
    // Users who link their own account send an ID token of the other one.
    if (!hasScope(request, ['update:users'])) bodyOf(request, { link_with: 'string' }, ['link_with']);
    const secondary = await secondaryOf(tenant, request);
    if (secondary === primary)
      throw new ManagementError(400, 'bad_request', 'Main identity cannot be linked to itself.');
    tenant.users.link(primary, secondary);
    response.status(201).json(primary.identities);
  });

  routes.delete(`${path}/:provider/:identity`, allowOwner(['update:users'], OWN), (request, response) => {
    const user = userOf(tenant, request);
    const [provider, id] = [textOf(request.params['provider']), textOf(request.params['identity'])];
    if (user.user_id === `${provider}|${id}`) {
      throw new ManagementError(400, 'bad_request', 'Main identity cannot be unlinked.');
    }
    const unlinked = tenant.users.unlink(user, provider, id);
    if (!unlinked) throw new ManagementError(404, 'inexistent_identity', 'The user has no such identity.');
    response.json(user.identities);
  });

  return routes;
}

/** Finds the account by provider and id, or by its ID token. */
async function secondaryOf(tenant: ManagedTenant, request: Request): Promise<SandboxUser> {
  const shape = { provider: 'string', user_id: 'string', connection_id: 'string', link_with: 'string' } as const;
  const body = bodyOf(request, shape);
  if (body['link_with'] !== undefined) return ofToken(tenant, textOf(body['link_with']));
  const [provider, id] = [textOf(body['provider']), textOf(body['user_id'])];
  if (!provider || !id) throw invalidBody("Payload validation error: 'Missing required property: provider, user_id'.");
  // Services send ids with and without prefix.
  const user = tenant.users.find(id) ?? tenant.users.find(`${provider}|${id}`);
  if (user) return user;
  if (tenant.users.ofIdentity(provider, id)) throw alreadyLinked();
  throw inexistent('user');
}

async function ofToken({ signingKey, issuer, users }: ManagedTenant, token: string): Promise<SandboxUser> {
  const claims = await signingKey.verify(token, issuer);
  if (typeof claims === 'string') throw invalidBody(`The token in link_with is ${claims}.`);
  const user = users.find(textOf(claims.sub));
  if (!user) throw inexistent('user');
  return user;
}

function alreadyLinked(): ManagementError {
  return new ManagementError(409, 'identity_conflict', 'The specified identity is already linked to another user.');
}

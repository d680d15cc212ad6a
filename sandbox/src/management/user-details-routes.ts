import { createHash } from 'node:crypto';
import { Router, type Request } from 'express';
import type { ManagedTenant } from './managed-tenant.js';
import type { SandboxUser } from '../directory/user.js';
import { allow } from './access.js';
import { bodyOf, stringsOf } from './body.js';
import { inexistent } from './management-error.js';
import { sendList } from './paging.js';
import { userOf } from './users-routes.js';

/** Serves `/users/{id}/roles`, `/organizations`, `/authentication-methods` and others. */
export function userDetailsRoutes(tenant: ManagedTenant): Router {
  const { users, roles, organizations } = tenant;
  const routes = Router();
  const changing = allow('update:users', 'create:role_members', 'delete:role_members');

  routes.get('/users/:id/roles', allow('read:users', 'read:roles'), (request, response) => {
    const found = userOf(tenant, request).roles.flatMap((name) => roles.find(name) ?? []);
    sendList(request, response, 'roles', found);
  });

  routes.post('/users/:id/roles', changing, (request, response) => {
    const user = userOf(tenant, request);
    users.update(user, { roles: [...new Set([...user.roles, ...roleNames(tenant, request)])] });
    response.status(204).end();
  });

  routes.delete('/users/:id/roles', changing, (request, response) => {
    const user = userOf(tenant, request);
    const removed = roleNames(tenant, request);
    users.update(user, { roles: user.roles.filter((name) => !removed.includes(name)) });
    response.status(204).end();
  });

  routes.get('/users/:id/organizations', allow('read:organizations', 'read:users'), (request, response) => {
    const found = userOf(tenant, request).organizations.flatMap((name) => organizations.find(name) ?? []);
    sendList(request, response, 'organizations', found);
  });

  routes.get('/users/:id/authentication-methods', allow('read:authentication_methods'), (request, response) => {
    const user = userOf(tenant, request);
    const methods = user.enrolled_factors.map((type) => authenticationMethod(user, type));
    sendList(request, response, 'authenticators', methods);
  });

  const removing = allow('delete:authentication_methods', 'update:users');
  routes.delete('/users/:id/authentication-methods', removing, (request, response) => {
    users.update(userOf(tenant, request), { enrolled_factors: [] });
    response.status(204).end();
  });

  emptyRoutes(tenant, routes);
  return routes;
}

/** The sandbox does not store these data. */
function emptyRoutes(tenant: ManagedTenant, routes: Router): void {
  const empty = { permissions: 'permissions', sessions: 'sessions', 'refresh-tokens': 'tokens' };
  for (const [path, key] of Object.entries(empty)) {
    routes.get(`/users/:id/${path}`, allow('read:users', `read:${path.replace('-', '_')}`), (request, response) => {
      userOf(tenant, request);
      sendList(request, response, key, []);
    });
  }
  for (const path of ['sessions', 'refresh-tokens']) {
    routes.delete(`/users/:id/${path}`, allow(`delete:${path.replace('-', '_')}`), (request, response) => {
      userOf(tenant, request);
      response.status(202).end();
    });
  }
}

function roleNames({ roles }: ManagedTenant, request: Request): string[] {
  return stringsOf(bodyOf(request, { roles: 'strings' }, ['roles']), 'roles').map((id) => {
    const role = roles.find(id);
    if (!role) throw inexistent('role');
    return role.name;
  });
}

/** The Management API and events name some factors differently. */
function authenticationMethod(
  { user_id: userId, created_at: createdAt, ...user }: SandboxUser,
  factor: string,
): object {
  const type = factor === 'otp' ? 'totp' : factor;
  const id = createHash('sha256').update(`${userId} ${type}`).digest('hex').slice(0, 16);
  const address =
    type === 'phone' ? { phone_number: user.phone_number } : type === 'email' ? { email: user.email } : {};
  return { id: `${type}|dev_${id}`, type, confirmed: true, created_at: createdAt, ...address };
}

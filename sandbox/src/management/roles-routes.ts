import { Router, type Request } from 'express';
import { textOf } from '../json.js';
import type { ManagedTenant } from './managed-tenant.js';
import { allow } from './access.js';
import { bodyOf, stringsOf } from './body.js';
import { inexistent, ManagementError } from './management-error.js';
import { sendList } from './paging.js';
import { memberOf } from './visible-user.js';

const ROLES_LIMIT = 1000;

export function rolesRoutes(tenant: ManagedTenant): Router {
  const { roles, users } = tenant;
  const routes = Router();

  routes.get('/roles', allow('read:roles'), (request, response) => {
    const filter = textOf(request.query['name_filter']).toLowerCase();
    sendList(
      request,
      response,
      'roles',
      roles.list().filter(({ name }) => name.toLowerCase().includes(filter)),
    );
  });

  routes.post('/roles', allow('create:roles'), (request, response) => {
    const body = bodyOf(request, { name: 'string', description: 'string?' }, ['name']);
    const name = textOf(body['name']);
    if (roles.find(name)) throw new ManagementError(409, 'role_conflict', `The role ${name} already exists.`);
    if (roles.list().length >= ROLES_LIMIT) {
      throw new ManagementError(403, 'quota_exceeded', `The sandbox keeps at most ${ROLES_LIMIT} roles.`);
    }
    const { description } = body;
    response.json(roles.add({ name, ...(typeof description === 'string' ? { description } : {}) }));
  });

  routes.get('/roles/:id', allow('read:roles'), (request, response) => void response.json(roleOf(tenant, request)));

  routes.get('/roles/:id/users', allow('read:users', 'read:role_members'), (request, response) => {
    const { name } = roleOf(tenant, request);
    sendList(
      request,
      response,
      'users',
      users
        .list()
        .filter((user) => user.roles.includes(name))
        .map(memberOf),
    );
  });

  routes.post('/roles/:id/users', allow('update:roles', 'create:role_members'), (request, response) => {
    const { name } = roleOf(tenant, request);
    const wanted = stringsOf(bodyOf(request, { users: 'strings' }, ['users']), 'users').map((id) => users.find(id));
    for (const user of wanted) if (!user) throw inexistent('user');
    for (const user of wanted) if (user) users.update(user, { roles: [...new Set([...user.roles, name])] });
    response.status(200).end();
  });

  return routes;
}

function roleOf({ roles }: ManagedTenant, request: Request) {
  const role = roles.list().find(({ id }) => id === request.params['id']);
  if (!role) throw inexistent('role');
  return role;
}

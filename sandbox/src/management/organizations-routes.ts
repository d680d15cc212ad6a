import { Router, type Request } from 'express';
import type { ManagedTenant } from './managed-tenant.js';
import { allow } from './access.js';
import { bodyOf, stringsOf } from './body.js';
import { inexistent } from './management-error.js';
import { sendList } from './paging.js';
import { memberOf } from './visible-user.js';

export function organizationsRoutes(tenant: ManagedTenant): Router {
  const { organizations, users } = tenant;
  const routes = Router();
  const reading = allow('read:organizations');

  routes.get('/organizations', reading, (request, response) => {
    sendList(request, response, 'organizations', organizations.list());
  });

  routes.get('/organizations/name/:name', reading, (request, response) => {
    const organization = organizations.list().find(({ name }) => name === request.params['name']);
    if (!organization) throw inexistent('organization');
    response.json(organization);
  });

  routes.get('/organizations/:id', reading, (request, response) => {
    response.json(organizationOf(tenant, request));
  });

  routes.get('/organizations/:id/members', allow('read:organization_members'), (request, response) => {
    const { name } = organizationOf(tenant, request);
    const members = users.list().filter((user) => user.organizations.includes(name));
    sendList(request, response, 'members', members.map(memberOf));
  });

  routes.post('/organizations/:id/members', allow('create:organization_members'), (request, response) => {
    const { name } = organizationOf(tenant, request);
    for (const user of membersOf(tenant, request)) {
      users.update(user, { organizations: [...new Set([...user.organizations, name])] });
    }
    response.status(204).end();
  });

  routes.delete('/organizations/:id/members', allow('delete:organization_members'), (request, response) => {
    const { name } = organizationOf(tenant, request);
    for (const user of membersOf(tenant, request)) {
      users.update(user, { organizations: user.organizations.filter((one) => one !== name) });
    }
    response.status(204).end();
  });

  return routes;
}

function organizationOf({ organizations }: ManagedTenant, request: Request) {
  const organization = organizations.list().find(({ id }) => id === request.params['id']);
  if (!organization) throw inexistent('organization');
  return organization;
}

function membersOf({ users }: ManagedTenant, request: Request) {
  return stringsOf(bodyOf(request, { members: 'strings' }, ['members']), 'members').map((id) => {
    const user = users.find(id);
    if (!user) throw inexistent('user');
    return user;
  });
}

import { Router, type Request } from 'express';
import { isoTime } from '../clock.js';
import { textOf } from '../json.js';
import type { ManagedTenant } from './managed-tenant.js';
import type { SandboxUser } from '../directory/user.js';
import { allow, allowOwner, hasScope } from './access.js';
import { bodyOf } from './body.js';
import { inexistent, invalidQuery, ManagementError } from './management-error.js';
import { selectFields, sendList } from './paging.js';
import { sortedUsers } from './sorted-users.js';
import { changesOf, newUserOf } from './user-body.js';
import { userQuery } from './user-query.js';
import { visibleUser } from './visible-user.js';

/** Auth0's limit for a search. */
const SEARCH_LIMIT = 1000;

export function usersRoutes(tenant: ManagedTenant): Router {
  const { users } = tenant;
  const routes = Router();

  routes.get('/users', allow('read:users', 'read:user_idp_tokens'), (request, response) => {
    const found = sortedUsers(wantedUsers(tenant, request), request.query['sort']);
    assertWithinLimit(request);
    sendList(
      request,
      response,
      'users',
      found.map((user) => selectFields(request, visibleUser(user))),
    );
  });

  routes.get('/users-by-email', allow('read:users'), (request, response) => {
    const { email } = request.query;
    if (typeof email !== 'string') throw invalidQuery("Query validation error: 'Missing required property: email'.");
    response.json(users.byEmail(email).map((user) => selectFields(request, visibleUser(user))));
  });

  routes.post('/users', allow('create:users'), (request, response) => {
    const definition = newUserOf(request, tenant);
    assertNewAddress(tenant, definition.connection, definition.email);
    response.status(201).json(visibleUser(users.create(definition)));
  });

  routes.get('/users/:id', allowOwner(['read:users'], ['read:current_user']), (request, response) => {
    response.json(selectFields(request, visibleUser(userOf(tenant, request))));
  });

  const ownMetadata = ['create:current_user_metadata', 'update:current_user_metadata'];
  const changing = ['update:users', 'update:users_app_metadata'];
  routes.patch('/users/:id', allowOwner(changing, ownMetadata), (request, response) => {
    const user = userOf(tenant, request);
    if (!hasScope(request, changing)) bodyOf(request, { user_metadata: 'object' });
    const changes = changesOf(request, user, isoTime(tenant.now));
    const { email } = changes;
    if (email !== undefined && email !== user.email) assertNewAddress(tenant, user.identities[0]?.connection, email);
    users.update(user, changes);
    response.json(visibleUser(user));
  });

  // As at Auth0, deleting an unknown user succeeds.
  routes.delete('/users/:id', allowOwner(['delete:users'], ['delete:current_user']), (request, response) => {
    const user = users.find(textOf(request.params['id']));
    if (user) users.remove(user);
    response.status(204).end();
  });

  return routes;
}

export function userOf({ users }: ManagedTenant, request: Request): SandboxUser {
  const user = users.find(textOf(request.params['id']));
  if (!user) throw inexistent('user');
  return user;
}

function wantedUsers({ users }: ManagedTenant, { query }: Request): SandboxUser[] {
  const { q, connection } = query;
  const isFound = typeof q === 'string' && q.trim() !== '' ? userQuery(q) : () => true;
  const isOfConnection = ({ identities }: SandboxUser): boolean =>
    typeof connection !== 'string' || identities.some((identity) => identity.connection === connection);
  return users.list().filter((user) => isOfConnection(user) && isFound(user));
}

function assertWithinLimit({ query }: Request): void {
  const [page, perPage] = [Number(query['page'] ?? 0), Number(query['per_page'] ?? 50)];
  if ((page + 1) * perPage <= SEARCH_LIMIT) return;
  throw invalidQuery(`You can only page through the first ${SEARCH_LIMIT} records.`);
}

function assertNewAddress({ users }: ManagedTenant, connection: string | undefined, email: string | undefined): void {
  if (email === undefined) return;
  const isTaken = users.byEmail(email).some(({ identities }) => identities[0]?.connection === connection);
  if (isTaken) throw new ManagementError(409, 'auth0_idp_error', 'The user already exists.');
}

import { Router } from 'express';
import type { SandboxClient } from '../directory/clients.js';
import type { Connection } from '../directory/connections.js';
import type { ManagedTenant } from './managed-tenant.js';
import { allow } from './access.js';
import { inexistent } from './management-error.js';
import { selectFields, sendList } from './paging.js';

/** Both resources are read-only. */
export function settingsRoutes({ clients, connections }: ManagedTenant): Router {
  const routes = Router();

  routes.get('/clients', allow('read:clients', 'read:client_keys'), (request, response) => {
    sendList(
      request,
      response,
      'clients',
      clients.map((client) => selectFields(request, visibleClient(client))),
    );
  });

  routes.get('/clients/:id', allow('read:clients', 'read:client_keys'), (request, response) => {
    const client = clients.find(({ clientId }) => clientId === request.params['id']);
    if (!client) throw inexistent('client');
    response.json(selectFields(request, visibleClient(client)));
  });

  routes.get('/connections', allow('read:connections'), (request, response) => {
    const { name, strategy } = request.query;
    const strategies = [strategy ?? []].flat();
    const found = connections
      .list()
      .filter(
        (one) =>
          (name === undefined || one.name === name) && (strategies.length === 0 || strategies.includes(one.strategy)),
      );
    sendList(
      request,
      response,
      'connections',
      found.map((one) => selectFields(request, visibleConnection(one, clients))),
    );
  });

  routes.get('/connections/:id', allow('read:connections'), (request, response) => {
    const connection = connections.list().find(({ id }) => id === request.params['id']);
    if (!connection) throw inexistent('connection');
    response.json(selectFields(request, visibleConnection(connection, clients)));
  });

  return routes;
}

function visibleClient({ clientId, clientSecret, name, callbacks }: SandboxClient): object {
  return {
    ...{ client_id: clientId, name, callbacks, is_first_party: true, global: false },
    app_type: callbacks.length === 0 ? 'non_interactive' : clientSecret === undefined ? 'spa' : 'regular_web',
  };
}

function visibleConnection(connection: Connection, clients: readonly SandboxClient[]): object {
  return { ...connection, options: {}, enabled_clients: clients.map(({ clientId }) => clientId) };
}

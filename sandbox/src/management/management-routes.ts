import { json, Router } from 'express';
import type { ManagedTenant } from './managed-tenant.js';
import { authenticate } from './access.js';
import { crossOrigin } from '../directory/cross-origin.js';
import { identitiesRoutes } from './identities-routes.js';
import { jobsRoutes } from './jobs-routes.js';
import { ManagementError, managementFailure } from './management-error.js';
import { organizationsRoutes } from './organizations-routes.js';
import { rolesRoutes } from './roles-routes.js';
import { settingsRoutes } from './settings-routes.js';
import { userDetailsRoutes } from './user-details-routes.js';
import { usersRoutes } from './users-routes.js';

/** Serves the part of Auth0's Management API that Actions and services call most. */
export function managementRoutes(tenant: ManagedTenant): Router {
  const routes = Router();
  routes.use(crossOrigin(tenant), authenticate(tenant), json({ limit: '1mb' }));
  routes.use(usersRoutes(tenant), identitiesRoutes(tenant), userDetailsRoutes(tenant));
  routes.use(rolesRoutes(tenant), organizationsRoutes(tenant), settingsRoutes(tenant), jobsRoutes(tenant));
  routes.use((request) => {
    const what = `The sandbox does not support ${request.method} /api/v2${request.path}.`;
    throw new ManagementError(404, 'not_simulated', what);
  });
  routes.use(managementFailure);
  return routes;
}

import { Router } from 'express';
import type { Provider } from 'oidc-provider';
import { oidcErrorPage } from '../pages/error-page.js';
import { sendPage } from '../pages/page-headers.js';
import { returnAddresses } from '../directory/clients.js';
import type { Tenant } from './tenant.js';

/** Serves Auth0's own logout. oidc-provider serves `/oidc/logout`. */
export function logoutRoutes(tenant: Tenant, provider: Provider): Router {
  const routes = Router();
  routes.get('/v2/logout', async (request, response) => {
    const { returnTo } = request.query;
    const session = await provider.Session.get(provider.createContext(request, response));
    tenant.sessions.end(session.uid);
    await session.destroy();
    response.clearCookie(provider.cookieName('session'));
    if (typeof returnTo !== 'string') response.type('text').send('OK');
    else if (isAllowed(tenant, returnTo)) response.redirect(303, returnTo);
    else sendPage(response, oidcErrorPage('invalid_request', 'The returnTo address is not one of a known app.'), 400);
  });
  return routes;
}

function isAllowed({ clients }: Tenant, address: string): boolean {
  return clients.some((client) => returnAddresses(client).includes(address));
}

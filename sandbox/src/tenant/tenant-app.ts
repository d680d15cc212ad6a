import express, { type ErrorRequestHandler, type Express } from 'express';
import { hostGuard } from '../network/host-guard.js';
import { ownPagesOnly, pagesOnly } from './site-guard.js';
import { UrlMap } from '../network/url-map.js';
import { managementRoutes } from '../management/management-routes.js';
import { oidcErrorPage } from '../pages/error-page.js';
import { isRecord } from '../json.js';
import { homePage } from '../pages/home-page.js';
import { pageHeaders, sendPage } from '../pages/page-headers.js';
import { stylesheet } from '../pages/stylesheet.js';
import { transactionRoutes } from '../transactions/transaction-routes.js';
import { originsOf } from '../directory/clients.js';
import { continueRoutes } from './continue-routes.js';
import { crossSiteCookie } from './cross-site-cookie.js';
import { loginRoutes } from './login-routes.js';
import { logoutRoutes } from './logout-routes.js';
import { createProvider } from './oidc-provider.js';
import type { Tenant } from './tenant.js';
import { UserError } from '../directory/user-error.js';
import { databaseRoutes } from './database-routes.js';
import { phoneMessageRoutes } from './phone-message-routes.js';
import { resetRoutes } from './reset-routes.js';
import { signUpRoutes } from './sign-up-routes.js';
import { pageRoutes } from './page-routes.js';
import { jwtAtUserinfo } from './userinfo-token.js';
import { asUnreadForm, formFromJson, secretFromHeader } from './token-route.js';

/** The sandbox's pages come before the OpenID Connect endpoints. */
export async function tenantApp(tenant: Tenant): Promise<Express> {
  const provider = await createProvider(tenant);
  const app = express().disable('x-powered-by').disable('etag');
  app.use(hostGuard(tenant.hostname, UrlMap.parse(tenant.network?.map ?? []).namesOf(tenant.origin)), pageHeaders);
  const appOrigins = tenant.clients.flatMap(originsOf);
  app.use('/authorize', pagesOnly(appOrigins));
  app.use(
    ['/u', '/dbconnections', '/phone-message'],
    ownPagesOnly((origin) => appOrigins.includes(origin)),
  );
  app.get('/', (_request, response) => sendPage(response, homePage(homeFacts(tenant))));
  app.get('/assets/sandbox.css', (_request, response) => void response.type('css').send(stylesheet));
  app.use(transactionRoutes(tenant.log), loginRoutes(tenant, provider), continueRoutes(tenant));
  app.use(pageRoutes(tenant), signUpRoutes(tenant, provider), resetRoutes(tenant));
  app.use(databaseRoutes(tenant), phoneMessageRoutes(tenant));
  app.use(logoutRoutes(tenant, provider));
  app.use('/api/v2', managementRoutes(tenant));
  const openIdConnect = provider.callback();
  app.use(['/oauth/token', '/oauth/revoke'], formFromJson, secretFromHeader, asUnreadForm(openIdConnect));
  app.use('/userinfo', jwtAtUserinfo(tenant, provider));
  app.use(crossSiteCookie(provider.cookieName('session')));
  app.use(openIdConnect);
  app.use(failure);
  return app;
}

function homeFacts({ appUrl, clients, definition, issuer }: Tenant) {
  const actions = Object.entries(definition.actions ?? {}).flatMap(([trigger, list]) =>
    list.map(({ name, file, secrets }) => ({ trigger, name, file, secretNames: Object.keys(secrets) })),
  );
  return { issuer, actions, clients, ...(appUrl ? { appUrl } : {}) };
}

/** Express recognizes an error handler by its four parameters. */
const failure: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = isRecord(error) ? Number(error['status']) : Number.NaN;
  if (error instanceof UserError) {
    sendPage(response, oidcErrorPage(error.code, error.message), 403);
    return;
  }
  // A parser of Express or the router cannot read the request.
  if (status >= 400 && status < 500) {
    sendPage(response, oidcErrorPage('invalid_request', 'The request cannot be read, or is too large.'), status);
    return;
  }
  console.error(error);
  sendPage(response, oidcErrorPage('server_error', 'The sandbox itself failed. See its console.'), 500);
};

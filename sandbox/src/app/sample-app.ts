import { randomBytes } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import { isRecord, textOf } from '../json.js';
import { hostGuard } from '../network/host-guard.js';
import { loopbackFetch } from '../network/loopback-fetch.js';
import { unknownAddressPage } from '../pages/error-page.js';
import { pageHeaders, sendPage } from '../pages/page-headers.js';
import { stylesheet } from '../pages/stylesheet.js';
import { decodeToken } from '../redirect/jwt.js';
import type { SandboxClient } from '../directory/clients.js';
import { DEFAULT_SCOPE } from './login-form.js';
import { loginParameters } from './login-parameters.js';
import { auth, type ConfigParams } from './openid-connect.js';
import { popupScript } from './popup-script.js';
import { deniedPage, popupDonePage, profilePage, welcomePage, type AppTokens } from './sample-pages.js';
import { tabCookies, tabState, VERIFICATION_COOKIE } from './tab-cookies.js';

export interface SampleAppOptions {
  readonly origin: string;
  readonly hostname: string;
  readonly tenantOrigin: string;
  readonly client: SandboxClient;
  readonly certificate?: string;
}

export function sampleApp(options: SampleAppOptions): Express {
  const links = { transactions: `${options.tenantOrigin}/transactions` };
  const app = express().disable('x-powered-by').disable('etag');
  app.use(hostGuard(options.hostname), pageHeaders);
  app.get('/assets/sandbox.css', (_request, response) => void response.type('css').send(stylesheet));
  app.get('/assets/popup.js', (_request, response) => void response.type('js').send(popupScript));
  app.use(tabCookies, auth(sdkOptions(options)));
  app.get('/login', (request, response) =>
    response.oidc.login({
      returnTo: request.query['popup'] ? '/popup-done' : '/',
      authorizationParams: loginParameters(request.query),
    }),
  );
  app.get('/popup-done', (_request, response) => sendPage(response, popupDonePage()));
  app.post('/refresh', async (request, response) => {
    await request.oidc.accessToken?.refresh();
    response.redirect(303, '/');
  });
  app.get('/', (request, response) => {
    const tokens = tokensOf(request);
    sendPage(response, tokens ? profilePage(tokens, links) : welcomePage(links));
  });
  app.use((request, response) =>
    sendPage(response, unknownAddressPage(request.path, 'Back to the app', 'Sample app'), 404),
  );
  app.use(loginFailure(links));
  return app;
}

function sdkOptions({ origin, tenantOrigin, client, certificate }: SampleAppOptions): ConfigParams {
  return {
    baseURL: origin,
    issuerBaseURL: tenantOrigin,
    clientID: client.clientId,
    clientSecret: client.clientSecret ?? '',
    clientAuthMethod: 'client_secret_post',
    secret: randomBytes(32).toString('hex'),
    authRequired: false,
    auth0Logout: true,
    enableTelemetry: false,
    authorizationParams: { response_type: 'code', scope: DEFAULT_SCOPE },
    routes: { login: false },
    transactionCookie: { name: VERIFICATION_COOKIE },
    customFetch: loopbackFetch(certificate),
    getLoginState: (request, { returnTo }) => ({ returnTo, ...tabState(request) }),
  };
}

function tokensOf({ oidc }: Request): AppTokens | undefined {
  const { accessToken, idTokenClaims, refreshToken } = oidc;
  const accessTokenClaims = decodeToken(accessToken?.access_token ?? '')?.claims;
  if (!idTokenClaims) return undefined;
  return {
    ...{ idTokenClaims, hasRefreshToken: refreshToken !== undefined },
    ...(accessTokenClaims ? { accessTokenClaims } : {}),
  };
}

/** The SDK throws the `error` and `error_description` that the tenant sends to the callback. */
function loginFailure(links: { transactions: string }): ErrorRequestHandler {
  return (failure: unknown, _request, response, _next) => {
    const { error, error_description: description, message } = isRecord(failure) ? failure : {};
    const text = textOf(description) || textOf(message) || 'The login failed.';
    sendPage(response, deniedPage(textOf(error) || 'login_failed', text, links), 400);
  };
}

import { Router, urlencoded, type Request, type Response } from 'express';
import { textOf, toJsonObject, type JsonObject } from '../json.js';
import { originsOf } from '../directory/clients.js';
import { sendPage } from '../pages/page-headers.js';
import {
  newPasswordPage,
  passwordChangedPage,
  resetOverPage,
  resetRefusedPage,
  resetRequestPage,
  resetSentPage,
  type AppAddress,
} from '../pages/reset-pages.js';
import { browserIdOf, ensureBrowserId } from './browser-cookie.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import { beginReset, changePassword, keptParameters, openReset, resetOf } from './password-reset.js';
import { requestFacts } from './request-facts.js';
import { emailProblem } from './sign-up-form.js';
import type { Tenant } from './tenant.js';

/** Serves the request, the email's link, and the form for the new password. */
export function resetRoutes(tenant: Tenant): Router {
  const routes = Router();
  const form = urlencoded({ extended: false });

  routes.get('/u/reset', (request, response) => {
    const { login_hint: hint, ...query } = toJsonObject(request.query);
    sendPage(response, resetRequestPage({ parameters: textsOf(query), email: textOf(hint) }));
  });

  routes.post('/u/reset', form, (request, response) => askForReset(tenant, request, response));

  // The target of the email's link, and of the return from another site.
  routes.get('/u/reset/:ticket', async (request, response) => {
    const transaction = resetOf(tenant, request.params.ticket);
    if (transaction && isOpenTo(transaction, request)) await showReset(tenant, transaction, request, response);
    else sendPage(response, resetOverPage(), 400);
  });

  routes.post('/u/reset/:ticket', form, (request, response) => {
    const transaction = resetOf(tenant, request.params['ticket'] ?? '');
    const isReady = transaction?.outcome?.kind === 'completed' && isOpenTo(transaction, request);
    if (isReady) setPassword(tenant, transaction, request, response);
    else sendPage(response, resetOverPage(), 400);
  });

  return routes;
}

/** The first browser that opens the link owns the reset. */
function isOpenTo({ browserId, isOver = false }: LoginTransaction, request: Request): boolean {
  return !isOver && (browserId === '' || browserId === browserIdOf(request));
}

/** As on the login page, the sandbox creates a user for an unknown address. */
function askForReset(tenant: Tenant, request: Request, response: Response): void {
  const { email: typed, ...values } = toJsonObject(request.body);
  const email = textOf(typed).trim();
  const problem = emailProblem(email);
  if (problem !== undefined) {
    sendPage(response, resetRequestPage({ parameters: textsOf(values), email, problem }), 400);
    return;
  }
  const connection = textOf(values['connection']) || tenant.connections.first.name;
  const transaction = beginReset(tenant, {
    ...{ user: tenant.users.logIn(email, connection), connection, parameters: keptParameters(values) },
    request: requestFacts(request, tenant.hostname, {}),
  });
  sendPage(response, resetSentPage(email, pathOf(transaction), transaction.record.id));
}

async function showReset(
  tenant: Tenant,
  transaction: LoginTransaction,
  request: Request,
  response: Response,
): Promise<void> {
  if (!transaction.started) transaction.browserId = ensureBrowserId(request, response);
  // A reload returns the same response: the Actions run once.
  transaction.started ??= openReset(tenant, transaction, requestFacts(request, tenant.hostname, {}));
  await transaction.started;
  if (transaction.outcome) showOutcome(tenant, transaction, transaction.outcome, response);
}

function showOutcome(tenant: Tenant, transaction: LoginTransaction, outcome: ActionsOutcome, response: Response): void {
  const { record } = transaction;
  switch (outcome.kind) {
    case 'redirect':
      response.redirect(303, outcome.url);
      return;
    case 'denied':
      sendPage(response, resetRefusedPage(outcome.description, record.id, appOf(tenant, transaction)), 403);
      return;
    case 'completed':
      record.status = 'waiting for the user';
      sendPage(response, newPasswordPage(emailOf(transaction), pathOf(transaction)));
      return;
    default:
      outcome satisfies never;
  }
}

function setPassword(tenant: Tenant, transaction: LoginTransaction, request: Request, response: Response): void {
  const { password, password_again: again } = toJsonObject(request.body);
  const isEmpty = textOf(password) === '';
  if (isEmpty || password !== again) {
    const problem = isEmpty ? 'Enter a new password.' : 'The two passwords differ.';
    sendPage(response, newPasswordPage(emailOf(transaction), pathOf(transaction), problem), 400);
    return;
  }
  changePassword(tenant, transaction, requestFacts(request, tenant.hostname, {}));
  if (transaction.resultUrl === undefined) {
    sendPage(response, passwordChangedPage(transaction.record.id, appOf(tenant, transaction)));
  } else response.redirect(303, transaction.resultUrl);
}

/** Returns the page of the app that started the reset, or of the sample app. */
function appOf({ appUrl, sources }: Tenant, { clientId }: LoginTransaction): AppAddress | undefined {
  const client = sources.client(clientId);
  const [url] = client ? originsOf(client) : [];
  if (client && url !== undefined) return { name: client.name, url };
  return appUrl === undefined ? undefined : { name: 'the sample app', url: appUrl };
}

function emailOf({ record }: LoginTransaction): string {
  return record.user?.email ?? '';
}

function pathOf({ interactionId = '' }: LoginTransaction): string {
  return `/u/reset/${interactionId}`;
}

function textsOf(values: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}

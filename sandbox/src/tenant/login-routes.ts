import { Router, urlencoded, type Request, type Response } from 'express';
import { errors, type Provider } from 'oidc-provider';
import { isRecord, textOf, toJsonObject } from '../json.js';
import { loginOverPage } from '../pages/error-page.js';
import { loginPage } from '../pages/login-page.js';
import { sendPage } from '../pages/page-headers.js';
import { ensureBrowserId } from './browser-cookie.js';
import { ACTIONS_PROMPT, type ActionsResult } from './interaction-policy.js';
import { authorizeRequest } from './login-transactions.js';
import type { ActionsOutcome, LoginTransaction } from './login-transaction.js';
import { requestFacts } from './request-facts.js';
import type { Tenant } from './tenant.js';
import type { SandboxUser } from './users.js';

/** What Auth0 answers to the app. */
const BLOCKED = { error: 'unauthorized', error_description: 'user is blocked' };

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/**
 * What happens between the authorize request and the code: the login page, then the Actions. Both live under the path of
 * their interaction, because oidc-provider binds them to the browser by a cookie with that path.
 */
export function loginRoutes(tenant: Tenant, provider: Provider): Router {
  const routes = Router();

  routes.get('/u/login/:uid', async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const transaction = transactionOf(tenant, interaction);
    if (interaction.prompt.name === ACTIONS_PROMPT) {
      await startActions(tenant, provider, transaction, interaction, request, response);
    } else {
      showLogin(tenant, transaction, interaction, response);
    }
  });

  routes.post('/u/login/:uid', urlencoded({ extended: false }), async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const transaction = transactionOf(tenant, interaction);
    const email = emailOf(request.body);
    if (email === undefined) {
      showLogin(tenant, transaction, interaction, response, 'Enter an e-mail address, such as ada@example.com.');
      return;
    }
    const user = tenant.users.logIn(email, connectionOf(interaction));
    transaction.user = user;
    tenant.logins.identified(transaction, 'form');
    if (user.blocked) {
      tenant.log.add(transaction.record, {
        kind: 'denied',
        error: BLOCKED.error,
        description: BLOCKED.error_description,
      });
      transaction.record.status = 'denied';
      await provider.interactionFinished(request, response, BLOCKED, { mergeWithLastSubmission: false });
      return;
    }
    const result = { login: { accountId: user.user_id, amr: ['pwd'] } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });

  // Where /continue sends the browser: a navigation within the tenant, which brings oidc-provider's own cookies along.
  routes.get('/u/login/:uid/resume', async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const transaction = transactionOf(tenant, interaction);
    if (transaction.outcome) await conclude(provider, transaction, transaction.outcome, request, response);
    else sendPage(response, loginOverPage(), 400);
  });

  return routes;
}

async function findInteraction(
  provider: Provider,
  request: Request,
  response: Response,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(request, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    sendPage(response, loginOverPage(), 400);
    return undefined;
  }
}

/** The interactions of one authorize request share its `cid`. */
function transactionOf(tenant: Tenant, interaction: Interaction): LoginTransaction {
  const { logins } = tenant;
  const cid = textOf(Reflect.get(interaction, 'cid'));
  const transaction = logins.find(cid) ?? logins.begin(toJsonObject(interaction.params), 'GET');
  logins.link(cid, transaction);
  logins.link(interaction.uid, transaction);
  return transaction;
}

function showLogin(
  tenant: Tenant,
  transaction: LoginTransaction,
  { uid, params }: Interaction,
  response: Response,
  problem?: string,
): void {
  const { login_hint: hint, connection } = params;
  const client = tenant.clients.find(({ clientId }) => clientId === transaction.clientId);
  const form = {
    interactionId: uid,
    appName: client?.name ?? transaction.clientId,
    email: typeof hint === 'string' ? hint : '',
    ...(typeof connection === 'string' ? { connection } : {}),
    ...(problem ? { problem } : {}),
  };
  sendPage(response, loginPage(form), problem ? 400 : 200);
}

async function startActions(
  tenant: Tenant,
  provider: Provider,
  transaction: LoginTransaction,
  interaction: Interaction,
  request: Request,
  response: Response,
): Promise<void> {
  const user = tenant.users.find(interaction.session?.accountId ?? '');
  if (!user) {
    sendPage(response, loginOverPage(), 400);
    return;
  }
  transaction.user = user;
  transaction.interactionId = interaction.uid;
  transaction.sessionId = interaction.session?.uid ?? '';
  transaction.browserId = ensureBrowserId(request, response);
  tenant.logins.identified(transaction, 'session');
  // Asked for a second time (a reloaded redirect), the answer is the same: the Actions ran already.
  transaction.started ??= runActions(tenant, transaction, user, request);
  await transaction.started;
  if (transaction.outcome) await conclude(provider, transaction, transaction.outcome, request, response);
}

async function runActions(
  tenant: Tenant,
  transaction: LoginTransaction,
  user: SandboxUser,
  request: Request,
): Promise<void> {
  const facts = authorizeRequest(requestFacts(request, tenant.hostname, {}), transaction);
  tenant.users.countLogin(user, facts.ip);
  transaction.outcome = await tenant.pipeline.start(transaction, user, facts);
}

async function conclude(
  provider: Provider,
  transaction: LoginTransaction,
  outcome: ActionsOutcome,
  request: Request,
  response: Response,
): Promise<void> {
  switch (outcome.kind) {
    case 'redirect':
      response.redirect(303, outcome.url);
      return;
    case 'completed': {
      const result: ActionsResult = { transaction: transaction.record.id };
      await provider.interactionFinished(request, response, { [ACTIONS_PROMPT]: result });
      return;
    }
    case 'denied': {
      const result = { error: 'access_denied', error_description: outcome.description };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    default:
      outcome satisfies never;
  }
}

function emailOf(body: unknown): string | undefined {
  const email = isRecord(body) && typeof body['email'] === 'string' ? body['email'].trim() : '';
  return /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? email : undefined;
}

function connectionOf({ params }: Interaction): string | undefined {
  return typeof params['connection'] === 'string' ? params['connection'] : undefined;
}

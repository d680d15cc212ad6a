import { Router, urlencoded, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import { textOf, toJsonObject } from '../json.js';
import { loginOverPage } from '../pages/error-page.js';
import { loginPage } from '../pages/login-page.js';
import { sendPage } from '../pages/page-headers.js';
import { ensureBrowserId } from './browser-cookie.js';
import { resetPathOf } from './password-reset.js';
import { ACTIONS_PROMPT, type ActionsResult } from './interaction-policy.js';
import {
  connectionOf,
  databaseOf,
  findInteraction,
  transactionOf,
  unbindSession,
  type Interaction,
} from './login-interaction.js';
import { identify } from './login-session.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import { isPasswordless } from '../directory/connections.js';
import { requestFacts } from './request-facts.js';
import { signUp } from './sign-up.js';
import { emailProblem } from './sign-up-form.js';
import type { Tenant } from './tenant.js';
import type { SandboxUser } from '../directory/user.js';

/** Auth0's error for the app. */
const BLOCKED = { error: 'unauthorized', error_description: 'user is blocked' };

/** The pages are below the path of their interaction, because oidc-provider's cookie has that path. */
export function loginRoutes(tenant: Tenant, provider: Provider): Router {
  const routes = Router();

  routes.get('/u/login/:uid', async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const transaction = transactionOf(tenant, interaction, request);
    if (interaction.prompt.name === ACTIONS_PROMPT) {
      await startActions(tenant, provider, transaction, interaction, request, response);
    } else if (wantsSignUp(tenant, interaction, request)) {
      response.redirect(303, `/u/login/${interaction.uid}/signup`);
    } else {
      showLogin(tenant, transaction, interaction, response);
    }
  });

  routes.post('/u/login/:uid', urlencoded({ extended: false }), async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const transaction = transactionOf(tenant, interaction, request);
    const email = textOf(toJsonObject(request.body)['email']).trim();
    const problem = emailProblem(email);
    if (problem !== undefined) {
      showLogin(tenant, transaction, interaction, response, problem);
      return;
    }
    const user = await userOf(tenant, transaction, email, interaction, request);
    if (typeof user === 'string') {
      showLogin(tenant, transaction, interaction, response, user);
      return;
    }
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

  // /continue redirects here: a navigation within the tenant has oidc-provider's cookies.
  routes.get('/u/login/:uid/resume', async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const transaction = transactionOf(tenant, interaction, request);
    if (transaction.outcome) await conclude(provider, transaction, transaction.outcome, request, response);
    else sendPage(response, loginOverPage(), 400);
  });

  return routes;
}

/** Returns the user or the problem. New passwordless users sign up by logging in. */
async function userOf(
  tenant: Tenant,
  transaction: LoginTransaction,
  email: string,
  interaction: Interaction,
  request: Request,
): Promise<SandboxUser | string> {
  const { connections, users } = tenant;
  const named = connectionOf(interaction);
  const connection = named === undefined ? connections.first : connections.orGuess(named);
  if (!isPasswordless(connection) || users.ofAddress(email, connection.name)) return users.logIn(email, named);
  const { clientId, record } = transaction;
  const facts = requestFacts(request, tenant.hostname, { body: { email } });
  const outcome = await signUp(tenant, {
    ...{ record, clientId, transaction, request: facts, connection: connection.name, profile: { email } },
  });
  return outcome.ok ? outcome.user : outcome.message;
}

/** Opens the sign-up page first, if the login offers a database. */
function wantsSignUp(tenant: Tenant, interaction: Interaction, request: Request): boolean {
  const isAsked = interaction.params['screen_hint'] === 'signup' && request.query['screen'] !== 'login';
  return isAsked && databaseOf(tenant, interaction) !== '';
}

function showLogin(
  tenant: Tenant,
  transaction: LoginTransaction,
  interaction: Interaction,
  response: Response,
  problem?: string,
): void {
  const { uid, params } = interaction;
  const { login_hint: hint, connection } = params;
  const database = databaseOf(tenant, interaction);
  const client = tenant.sources.client(transaction.clientId);
  const form = {
    interactionId: uid,
    appName: client?.name ?? transaction.clientId,
    email: typeof hint === 'string' ? hint : '',
    ...(typeof connection === 'string' ? { connection } : {}),
    ...(transaction.organization ? { organization: transaction.organization.display_name } : {}),
    ...(database === '' ? {} : { resetPath: resetPathOf(database, transaction) }),
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
  transaction.browserId = ensureBrowserId(request, response);
  tenant.logins.identified(transaction, 'session');
  const sessionId = interaction.session?.uid;
  if (sessionId !== undefined) identify(tenant, transaction, user, sessionId);
  // A reload returns the same response: the Actions run once.
  transaction.started ??= runActions(tenant, transaction, user);
  await transaction.started;
  if (transaction.outcome?.kind === 'redirect') await unbindSession(interaction);
  if (transaction.outcome) await conclude(provider, transaction, transaction.outcome, request, response);
}

async function runActions(tenant: Tenant, transaction: LoginTransaction, user: SandboxUser): Promise<void> {
  tenant.users.countLogin(user, transaction.request.ip);
  transaction.outcome = await tenant.pipeline.start(transaction, user, transaction.request);
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
      const result = { error: outcome.error, error_description: outcome.description };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    default:
      outcome satisfies never;
  }
}

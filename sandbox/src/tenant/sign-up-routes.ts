import { Router, urlencoded, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import { textOf } from '../json.js';
import { sendPage } from '../pages/page-headers.js';
import { signUpPage } from '../pages/sign-up-page.js';
import { databaseOf, findInteraction, transactionOf, type Interaction } from './login-interaction.js';
import { readLines } from './lines.js';
import { requestFacts } from './request-facts.js';
import { signUp } from './sign-up.js';
import { emailProblem, signUpInput, type SignUpInput } from './sign-up-form.js';
import type { Tenant } from './tenant.js';

const EMPTY: SignUpInput = { email: '', password: '', userMetadata: '', moreFields: '' };

/** The path is below the interaction's, because oidc-provider's cookie has that path. */
export function signUpRoutes(tenant: Tenant, provider: Provider): Router {
  const routes = Router();

  routes.get('/u/login/:uid/signup', async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const { login_hint: hint } = interaction.params;
    const email = typeof hint === 'string' ? hint : '';
    showSignUp(tenant, interaction, { ...EMPTY, email }, response);
  });

  routes.post('/u/login/:uid/signup', urlencoded({ extended: false }), async (request, response) => {
    const interaction = await findInteraction(provider, request, response);
    if (!interaction) return;
    const input = signUpInput(request.body);
    const problem = await submit(tenant, provider, interaction, input, request, response);
    if (problem !== undefined) showSignUp(tenant, interaction, input, response, problem);
  });

  return routes;
}

/** Returns a problem, or sends the response. */
async function submit(
  tenant: Tenant,
  provider: Provider,
  interaction: Interaction,
  input: SignUpInput,
  request: Request,
  response: Response,
): Promise<string | undefined> {
  const [metadata, more] = [readLines(input.userMetadata), readLines(input.moreFields)];
  const problem = emailProblem(input.email) ?? (input.password === '' ? 'Enter a password.' : undefined);
  if (problem !== undefined) return problem;
  if ('problem' in metadata) return metadata.problem;
  if ('problem' in more) return more.problem;
  const transaction = transactionOf(tenant, interaction, request);
  const { record, clientId } = transaction;
  const { email, password } = input;
  const facts = requestFacts(request, tenant.hostname, { body: { email, password, ...more.values } });
  const outcome = await signUp(tenant, {
    ...{ record, clientId, transaction, request: facts, connection: databaseOf(tenant, interaction) },
    profile: { email, user_metadata: { ...metadata.values } },
  });
  if (!outcome.ok) return outcome.message;
  transaction.user = outcome.user;
  record.loggedInBy = 'form';
  const result = { login: { accountId: outcome.user.user_id, amr: ['pwd'] } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  return undefined;
}

/** Keeps the typed values. */
function showSignUp(
  tenant: Tenant,
  interaction: Interaction,
  { email, userMetadata, moreFields }: SignUpInput,
  response: Response,
  problem?: string,
): void {
  const clientId = textOf(interaction.params['client_id']);
  const client = tenant.sources.client(clientId);
  const form = {
    ...{ interactionId: interaction.uid, appName: client?.name ?? clientId, email, userMetadata, moreFields },
    connection: databaseOf(tenant, interaction),
    ...(problem ? { problem } : {}),
  };
  sendPage(response, signUpPage(form), problem ? 400 : 200);
}

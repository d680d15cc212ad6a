import { json, Router, urlencoded, type Request, type Response } from 'express';
import { crossOrigin } from '../directory/cross-origin.js';
import { isJsonObject, textOf, toJsonObject, type JsonObject } from '../json.js';
import { beginReset, keptParameters } from './password-reset.js';
import { requestFacts } from './request-facts.js';
import { signUp } from './sign-up.js';
import { emailProblem } from './sign-up-form.js';
import type { Tenant } from './tenant.js';
import type { UserDefinition } from '../definition/tenant-definition.js';

/** Serves a part of Auth0's Authentication API. */
export function databaseRoutes(tenant: Tenant): Router {
  const routes = Router();
  const input = [crossOrigin(tenant), json({ limit: '100kb' }), urlencoded({ extended: false })];
  routes.use('/dbconnections', input);
  routes.post('/dbconnections/signup', (request, response) => register(tenant, request, response));
  routes.post('/dbconnections/change_password', (request, response) => askForReset(tenant, request, response));
  return routes;
}

const PROFILE = [...['username', 'phone_number', 'given_name', 'family_name', 'name', 'nickname', 'picture']] as const;

async function register(tenant: Tenant, request: Request, response: Response): Promise<void> {
  const body = toJsonObject(request.body);
  const problem = inputProblem(tenant, body, true) ?? metadataProblem(body['user_metadata']);
  if (problem !== undefined) {
    fail(response, 'invalid_request', problem);
    return;
  }
  const [clientId, email] = [textOf(body['client_id']), textOf(body['email']).trim()];
  const record = tenant.log.open(clientId, 'sign-up');
  record.title = email;
  const metadata = body['user_metadata'];
  const outcome = await signUp(tenant, {
    ...{ record, clientId, connection: textOf(body['connection']) },
    request: requestFacts(request, tenant.hostname, { body }),
    profile: { ...profileOf(body), email, user_metadata: isJsonObject(metadata) ? metadata : {} },
  });
  record.status = outcome.ok ? 'completed' : outcome.code === 'extensibility_error' ? 'failed' : 'denied';
  if (!outcome.ok) {
    fail(response, outcome.code, outcome.message);
    return;
  }
  const { user_id: id, identities, email_verified: isVerified, ...user } = outcome.user;
  const shown = { ...profileOf(toJsonObject(user)), user_metadata: user.user_metadata };
  response.json({ _id: identities[0]?.user_id ?? id, email_verified: isVerified, email: user.email, ...shown });
}

/** As at Auth0, the response is the same for known and unknown addresses. */
function askForReset(tenant: Tenant, request: Request, response: Response): void {
  const body = toJsonObject(request.body);
  const needsClient = tenant.triggers.has('password-reset-post-challenge') && textOf(body['client_id']) === '';
  const clientProblem = 'client_id is required, since an Action is bound to password-reset-post-challenge.';
  const problem = inputProblem(tenant, body, false) ?? (needsClient ? clientProblem : undefined);
  if (problem !== undefined) {
    fail(response, 'invalid_request', problem);
    return;
  }
  const [connection, email] = [textOf(body['connection']), textOf(body['email']).trim()];
  const user = tenant.users.byEmail(email).find((one) => one.identities.some((its) => its.connection === connection));
  if (user) {
    const facts = requestFacts(request, tenant.hostname, {});
    beginReset(tenant, { user, connection, parameters: keptParameters(body), request: facts });
  } else recordUnknown(tenant, textOf(body['client_id']), email, connection);
  response.type('text').send("We've just sent you an email to reset your password.");
}

function recordUnknown({ log }: Tenant, clientId: string, email: string, connection: string): void {
  const record = log.open(clientId, 'password reset');
  record.title = email;
  record.status = 'denied';
  log.add(record, { kind: 'note', tone: 'bad', title: 'No user has this address', facts: { email, connection } });
}

function inputProblem({ connections }: Tenant, body: JsonObject, needsPassword: boolean): string | undefined {
  const [connection, email] = [textOf(body['connection']), textOf(body['email']).trim()];
  if (connection === '') return 'connection is required.';
  if (connections.find(connection)?.strategy !== 'auth0') return `There is no database connection "${connection}".`;
  if (emailProblem(email) !== undefined) return 'email must be an email address.';
  return needsPassword && textOf(body['password']) === '' ? 'password is required.' : undefined;
}

/** Checks the limits of Auth0's Authentication API ("Create a new user"). */
function metadataProblem(metadata: unknown): string | undefined {
  if (metadata === undefined) return undefined;
  const entries = Object.entries(toJsonObject(metadata));
  const isShort = entries.every(
    ([name, value]) => name.length <= 100 && typeof value === 'string' && value.length <= 500,
  );
  if (typeof metadata === 'object' && metadata !== null && entries.length <= 10 && isShort) return undefined;
  return 'user_metadata must be an object of at most 10 strings of at most 500 characters.';
}

function profileOf(values: JsonObject): UserDefinition {
  return Object.fromEntries(
    PROFILE.flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])),
  );
}

/** Auth0 documents `error` and `error_description`; its clients also read `code` and `description`. */
function fail(response: Response, code: string, description: string): void {
  const body = { error: code, error_description: description, code, description, statusCode: 400 };
  response.status(400).json(body);
}

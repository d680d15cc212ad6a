import type { Request, Response } from 'express';
import { errors, type Provider } from 'oidc-provider';
import { textOf } from '../json.js';
import { loginOverPage } from '../pages/error-page.js';
import { sendPage } from '../pages/page-headers.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import { requestFacts } from './request-facts.js';
import type { Tenant } from './tenant.js';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Sends a page if the interaction has ended. */
export async function findInteraction(
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
export function transactionOf(tenant: Tenant, interaction: Interaction, request: Request): LoginTransaction {
  const { logins } = tenant;
  const cid = textOf(Reflect.get(interaction, 'cid'));
  const transaction =
    logins.find(cid) ?? logins.begin(requestFacts(request, tenant.hostname, { query: interaction.params }));
  logins.link(cid, transaction);
  logins.link(interaction.uid, transaction);
  return transaction;
}

/** Auth0 binds a login to its transaction, not to a session: the user may log in to another account during the redirect. */
export async function unbindSession(interaction: Interaction): Promise<void> {
  if (!interaction.session?.uid) return;
  Reflect.deleteProperty(interaction.session, 'uid');
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}

/** Returns the connection that the app named. */
export function connectionOf({ params }: Interaction): string | undefined {
  return typeof params['connection'] === 'string' ? params['connection'] : undefined;
}

/** Returns an empty string if the login offers no database. */
export function databaseOf({ connections }: Tenant, interaction: Interaction): string {
  const named = connectionOf(interaction);
  const { name, strategy } = named === undefined ? connections.first : connections.orGuess(named);
  if (strategy === 'auth0') return name;
  return named === undefined ? (connections.list().find((one) => one.strategy === 'auth0')?.name ?? '') : '';
}

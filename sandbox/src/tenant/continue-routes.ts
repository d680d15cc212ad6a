import { Router, urlencoded, type Response } from 'express';
import { invalidRequestPage, refusalReason } from '../pages/error-page.js';
import { sendPage } from '../pages/page-headers.js';
import type { StateRedemption } from '../redirect/continue-states.js';
import { tokensIn } from '../transactions/token-view.js';
import { browserIdOf } from './browser-cookie.js';
import { resumePathOf, type LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import { requestFacts } from './request-facts.js';
import type { Tenant } from './tenant.js';

/** The browser returns from a redirect by GET or by POST. */
export function continueRoutes(tenant: Tenant): Router {
  const routes = Router();
  const form = urlencoded({ extended: false, limit: '1mb' });
  routes.all('/continue', form, async (request, response) => {
    if (!['GET', 'POST'].includes(request.method)) {
      response.status(405).set('Allow', 'GET, POST').end();
      return;
    }
    const facts = requestFacts(request, tenant.hostname, request);
    const redemption = tenant.states.redeem(stateOf(facts), browserIdOf(request));
    if (redemption.ok) await resume(tenant, redemption.transactionId, facts, response);
    else refuse(tenant, redemption, response);
  });
  return routes;
}

/** The body's state takes precedence, like all its parameters. */
function stateOf({ query, body }: RequestFacts): unknown {
  return { ...query, ...body }['state'];
}

async function resume(tenant: Tenant, id: string, facts: RequestFacts, response: Response): Promise<void> {
  const transaction = tenant.logins.find(id);
  if (!transaction?.user) {
    sendPage(response, invalidRequestPage('unknown', undefined), 400);
    return;
  }
  recordReturn(tenant, transaction, facts);
  transaction.outcome = await tenant.pipelines[transaction.trigger].resume(transaction, transaction.user, facts);
  goOn(transaction, response);
}

/** Redirects, because a request from another site lacks oidc-provider's cookies. */
export function goOn(transaction: LoginTransaction, response: Response): void {
  response.redirect(303, resumePathOf(transaction));
}

function recordReturn({ log, masker }: Tenant, { record }: LoginTransaction, facts: RequestFacts): void {
  const { method, query, body } = facts;
  const tokens = tokensIn({ ...query, ...body }, masker);
  log.add(record, { kind: 'continue', method, query: masker.json(query), body: masker.json(body), tokens });
}

function refuse(tenant: Tenant, redemption: StateRedemption & { ok: false }, response: Response): void {
  const { reason, transactionId } = redemption;
  const transaction = tenant.logins.find(transactionId);
  if (transaction) tenant.log.add(transaction.record, { kind: 'refusal', reason: refusalReason(reason) });
  sendPage(response, invalidRequestPage(reason, transactionId), 400);
}

import { Router, urlencoded, type Request, type Response } from 'express';
import { toJsonObject, textOf, type JsonObject } from '../json.js';
import { invalidRequestPage } from '../pages/error-page.js';
import { factorPage } from '../pages/factor-page.js';
import { formPage } from '../pages/form-page.js';
import { sendPage } from '../pages/page-headers.js';
import { browserIdOf } from './browser-cookie.js';
import { goOn } from './continue-routes.js';
import type { FactorPause, FormPause, TenantPage } from '../logins/login-pause.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import { fieldText, readFields } from './played-form.js';
import { sendFactorMessage } from './phone-message.js';
import { requestFacts } from './request-facts.js';
import type { Tenant } from './tenant.js';
import { displayOf, type SandboxUser } from '../directory/user.js';

/** A login that waits at a page, with the state of that page. */
interface Visit<Page extends TenantPage> {
  readonly page: Page;
  readonly transaction: LoginTransaction;
  readonly user: SandboxUser;
  readonly state: string;
}

/** Serves `/u/mfa` instead of a factor, and `/u/form` instead of a form. */
export function pageRoutes(tenant: Tenant): Router {
  const routes = Router();
  const body = urlencoded({ extended: false, limit: '1mb' });

  routes.get('/u/mfa', (request, response) => {
    const visit = visitOf(tenant, 'factor', request.query, request, response);
    if (visit) showFactor(visit, response);
  });

  routes.post('/u/mfa', body, async (request, response) => {
    const visit = visitOf(tenant, 'factor', request.body, request, response);
    if (!visit) return;
    const { decision, factor, remember } = toJsonObject(request.body);
    const isApproved = decision === 'approve';
    const type = visit.page.types.find((one) => one === factor) ?? '';
    if (isApproved && type === '') {
      showFactor(visit, response, 'Select a factor.');
      return;
    }
    if (type === 'phone' && !(await isMessageSent(tenant, visit, request))) {
      showFactor(visit, response, 'The message could not be sent. The timeline shows why.');
      return;
    }
    const answer = { isApproved, type, isRemembered: remember === 'yes' };
    await answered(tenant, visit, response, () =>
      tenant.pipelines[visit.transaction.trigger].answerFactor(
        visit.transaction,
        visit.user,
        answer,
        factsOf(tenant, request),
      ),
    );
  });

  routes.get('/u/form', (request, response) => {
    const visit = visitOf(tenant, 'form', request.query, request, response);
    if (visit) showForm(visit, {}, response);
  });

  routes.post('/u/form', body, async (request, response) => {
    const visit = visitOf(tenant, 'form', request.body, request, response);
    if (!visit) return;
    const input = toJsonObject(request.body);
    const read = readFields(visit.page.fields, input);
    const isCanceled = input['decision'] !== 'submit';
    if (!isCanceled && 'problem' in read) {
      showForm(visit, input, response, read.problem);
      return;
    }
    const fields = isCanceled || 'problem' in read ? undefined : read.fields;
    await answered(tenant, visit, response, () =>
      tenant.pipelines[visit.transaction.trigger].answerForm(
        visit.transaction,
        visit.user,
        fields,
        factsOf(tenant, request),
      ),
    );
  });

  return routes;
}

function isMessageSent(
  tenant: Tenant,
  { page, transaction, user }: Visit<FactorPause>,
  request: Request,
): Promise<boolean> {
  return sendFactorMessage(tenant, transaction, user, page.mode, factsOf(tenant, request));
}

/** Returns the waiting login, or sends an error page. The state has to belong to this browser. */
function visitOf<Kind extends TenantPage['kind']>(
  tenant: Tenant,
  kind: Kind,
  parameters: unknown,
  request: Request,
  response: Response,
): Visit<Extract<TenantPage, { kind: Kind }>> | undefined {
  const state = toJsonObject(parameters)['state'];
  const check = tenant.pageStates.check(state, browserIdOf(request));
  const transaction = check.ok ? tenant.logins.find(check.transactionId) : undefined;
  const { page, user } = transaction ?? {};
  if (transaction && user && isOf(page, kind)) return { page, transaction, user, state: textOf(state) };
  sendPage(response, invalidRequestPage(check.ok ? 'unknown' : check.reason, check.transactionId), 400);
  return undefined;
}

function isOf<Kind extends TenantPage['kind']>(
  page: TenantPage | undefined,
  kind: Kind,
): page is Extract<TenantPage, { kind: Kind }> {
  return page?.kind === kind;
}

function showFactor({ page, state, user }: Visit<FactorPause>, response: Response, problem?: string): void {
  const { mode, types, isSelection, canRemember = false } = page;
  const [first] = types;
  const isSelected = first !== undefined && (!isSelection || types.length === 1);
  const form = {
    ...{ state, mode, types, canRemember, email: displayOf(user) },
    ...(isSelected ? { selected: first } : {}),
    ...(problem ? { problem } : {}),
  };
  sendPage(response, factorPage(form), problem ? 400 : 200);
}

function showForm({ page, state }: Visit<FormPause>, input: JsonObject, response: Response, problem?: string): void {
  const fields = Object.entries(page.fields).map(
    ([name, value]) => [name, textOf(input[`field:${name}`] ?? fieldText(value))] as const,
  );
  const form = {
    ...{ state, id: page.id, fields, vars: Object.keys(page.vars), more: textOf(input['more']) },
    ...(problem ? { problem } : {}),
  };
  sendPage(response, formPage(form), problem ? 400 : 200);
}

/** Consumes the state, so that an answer counts once. */
async function answered(
  tenant: Tenant,
  { state, transaction }: Visit<TenantPage>,
  response: Response,
  proceed: () => Promise<ActionsOutcome>,
): Promise<void> {
  tenant.pageStates.redeem(state, transaction.browserId);
  transaction.outcome = await proceed();
  goOn(transaction, response);
}

/**
 * Auth0 creates a new `event.request` after a form or factor. The request has no body, because the page exists only
 * here.
 */
function factsOf(tenant: Tenant, request: Request): RequestFacts {
  return requestFacts(request, tenant.hostname, {});
}

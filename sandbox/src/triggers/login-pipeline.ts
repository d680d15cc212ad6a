import type { Clock } from '../clock.js';
import type { JsonObject } from '../json.js';
import { localeOf } from '../logins/locale.js';
import type { FactorAnswer } from '../logins/login-pause.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { Sessions } from '../logins/sessions.js';
import type { ActionDefinition, NamedDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from '../directory/user.js';
import type { NamedDirectory } from '../directory/named-directory.js';
import { isMember } from '../directory/organizations.js';
import type { RefreshTokens } from '../logins/refresh-tokens.js';
import type { UserDirectory } from '../directory/users.js';
import { ExecutionTime, type ActionSteps } from './action-steps.js';
import { applyAction } from './action-effects.js';
import { completeFactor, isBrowserRemembered } from './factor-answer.js';
import { claimsRefusal, refusalOf, refuse, warn } from './login-end.js';
import { LoginPauses, type PauseParts } from './login-pauses.js';
import { handlerWarnings } from './login-warnings.js';
import type { RedirectingTrigger } from './redirecting-trigger.js';
import { tenantIdOf, type EventSources } from './event-parts.js';
import { samlSummary } from './saml-response.js';

export interface LoginPipelineParts extends EventSources, PauseParts {
  readonly trigger: RedirectingTrigger;
  readonly actions: readonly ActionDefinition[];
  readonly steps: ActionSteps;
  readonly users: UserDirectory;
  readonly roles: NamedDirectory<NamedDefinition>;
  readonly groups: NamedDirectory<NamedDefinition>;
  readonly refreshTokens: RefreshTokens;
  /** Languages, the default first. */
  readonly languages: readonly string[];
  readonly sessions: Sessions;
  readonly now: Clock;
}

interface Login {
  readonly transaction: LoginTransaction;
  /** The user at the start; `transaction.user` after a change of the primary user. */
  readonly user: SandboxUser;
  readonly request: RequestFacts;
  readonly time: ExecutionTime;
}

/** An Action that redirects pauses the pipeline. When the browser returns, the same Action continues. */
export class LoginPipeline {
  private readonly pauses: LoginPauses;

  constructor(private readonly parts: LoginPipelineParts) {
    this.pauses = new LoginPauses(parts);
  }

  async start(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts): Promise<ActionsOutcome> {
    const { organization } = transaction;
    if (organization && !isMember(user, organization)) {
      const reason = `user ${user.user_id} is not part of the ${organization.id} organization`;
      return refuse(this.parts, transaction, 'denied', reason);
    }
    transaction.record.status = 'running actions';
    transaction.locale = localeOf(transaction.parameters['ui_locales'], request.language, this.parts.languages);
    return this.runFrom(0, { transaction, user, request, time: new ExecutionTime() });
  }

  /** Continues the Action that redirected, with a new time limit. */
  async resume(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts): Promise<ActionsOutcome> {
    const { index, login } = this.wake(transaction, user, request);
    const ended = await this.runOne(index, this.parts.trigger.resume, login);
    delete transaction.prompt;
    return ended ?? this.runFrom(index + 1, login);
  }

  /** An incomplete factor ends the login. */
  async answerFactor(
    transaction: LoginTransaction,
    user: SandboxUser,
    answer: FactorAnswer,
    request: RequestFacts,
  ): Promise<ActionsOutcome> {
    const { page, record } = transaction;
    if (page?.kind !== 'factor') throw new Error('The login does not wait for a factor.');
    const { type, isApproved } = answer;
    this.parts.log.add(record, { kind: 'factor answer', type, isApproved });
    const { index, login } = this.wake(transaction, user, request);
    if (!isApproved) return refuse(this.parts, transaction, 'denied', 'The user failed multifactor authentication.');
    completeFactor(answer, page, transaction, user, this.parts);
    return this.pauses.next(transaction, user, index) ?? this.runFrom(index + 1, login);
  }

  /** @param fields Undefined if the user canceled. */
  async answerForm(
    transaction: LoginTransaction,
    user: SandboxUser,
    fields: JsonObject | undefined,
    request: RequestFacts,
  ): Promise<ActionsOutcome> {
    const { log, masker } = this.parts;
    const { page, record } = transaction;
    if (page?.kind !== 'form') throw new Error('The login does not wait for a form.');
    const shown = masker.json(fields ?? {});
    log.add(record, { kind: 'form answer', id: page.id, fields: shown, isCanceled: fields === undefined });
    if (fields === undefined)
      return refuse(this.parts, transaction, 'denied', `The user canceled the form ${page.id}.`);
    transaction.prompt = { id: page.id, fields, vars: page.vars };
    return this.resume(transaction, user, request);
  }

  private wake(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts) {
    const index = transaction.pausedAt ?? 0;
    delete transaction.pausedAt;
    delete transaction.page;
    transaction.record.status = 'running actions';
    const login: Login = { transaction, user, request, time: new ExecutionTime() };
    return { index, login };
  }

  private async runFrom(first: number, login: Login): Promise<ActionsOutcome> {
    for (let index = first; index < this.parts.actions.length; index += 1) {
      const ended = await this.runOne(index, this.parts.trigger.execute, login);
      if (ended) return ended;
    }
    return this.complete(login);
  }

  private async runOne(index: number, handler: string, login: Login): Promise<ActionsOutcome | undefined> {
    const { groups, roles, steps, trigger } = this.parts;
    const { transaction, request, time } = login;
    const user = transaction.user ?? login.user;
    const action = this.parts.actions[index];
    if (!action) return undefined;
    const event = trigger.event(transaction, user, request, action, this.parts);
    const facts = {
      canRedirect: transaction.canRedirect,
      isPrimaryUserChanged: transaction.isPrimaryUserChanged ?? false,
      roles: roles.named(user.roles),
      groups: groups.named(user.groups),
    };
    const { record } = transaction;
    const result = await steps.run({ record, trigger: trigger.name, handler, action, event, time, facts });
    const problem = applyAction(result.calls, transaction, user, this.parts);
    record.metadata = this.parts.masker.json(structuredClone(transaction.metadata));
    const isForm = transaction.prompt !== undefined;
    for (const message of handlerWarnings(trigger, action.name, { ...result, handler, isForm })) {
      warn(this.parts, record, message);
    }
    const refusal = refusalOf(result, problem);
    if (refusal) return refuse(this.parts, transaction, ...refusal);
    this.pauses.add(transaction, result.calls);
    return this.pauses.next(transaction, transaction.user ?? user, index);
  }

  private complete(login: Login): ActionsOutcome {
    const { log, masker, now, trigger, users } = this.parts;
    const { transaction } = login;
    const user = transaction.user ?? login.user;
    if (!users.find(user.user_id)) {
      const reason = 'The user of this login no longer exists. After linking it, call setPrimaryUser.';
      return refuse(this.parts, transaction, 'failed', reason);
    }
    const tooMuch = claimsRefusal(transaction);
    if (tooMuch) return refuse(this.parts, transaction, ...tooMuch);
    this.pauses.addDeferred(transaction, user, isBrowserRemembered(transaction.session, now));
    const pause = this.pauses.next(transaction, user, this.parts.actions.length);
    if (pause) return pause;
    const saml = samlSummary(transaction.saml, tenantIdOf(this.parts));
    if (saml) {
      const { attributes, settings } = saml;
      const shown = { attributes: masker.json(attributes), settings: masker.json(settings) };
      log.add(transaction.record, { kind: 'saml', ...shown });
    }
    transaction.record.status = 'completed';
    log.add(transaction.record, { kind: 'completed', ...(trigger.next === undefined ? {} : { next: trigger.next }) });
    return { kind: 'completed' };
  }
}

import type { ContinueStates } from '../redirect/continue-states.js';
import { parseRedirectTarget, redirectUrl } from '../redirect/redirect-url.js';
import { localeOf } from '../tenant/locale.js';
import type { ActionsOutcome, LoginTransaction, RequestFacts } from '../tenant/login-transaction.js';
import type { ActionDefinition, NamedDefinition, TriggerName } from '../tenant/tenant-definition.js';
import type { SandboxUser } from '../tenant/user.js';
import type { UserDirectory } from '../tenant/users.js';
import type { Masker } from '../transactions/mask.js';
import { tokensIn } from '../transactions/token-view.js';
import type { TransactionLog } from '../transactions/transaction-log.js';
import type { CallEntry } from '../transactions/transaction.js';
import { ExecutionTime, type ActionSteps, type HandlerResult } from './action-steps.js';
import { handlerWarnings, NO_PAGE_POSSIBLE, WARNINGS } from './login-warnings.js';
import { applyCalls, lastCall } from './post-login-effects.js';
import { postLoginEvent, type EventSources } from './post-login-event.js';

/** A trigger whose Actions can send the user to another page, and its two handlers. */
export interface RedirectingTrigger {
  readonly name: TriggerName;
  readonly execute: string;
  readonly resume: string;
}

/** The trigger of a login. */
export const POST_LOGIN: RedirectingTrigger = {
  name: 'post-login',
  execute: 'onExecutePostLogin',
  resume: 'onContinuePostLogin',
};

/** What the pipeline is made of. */
export interface LoginPipelineParts extends EventSources {
  readonly trigger: RedirectingTrigger;
  readonly actions: readonly ActionDefinition[];
  readonly steps: ActionSteps;
  readonly users: UserDirectory;
  /** The tenant's languages, its default first. */
  readonly languages: readonly string[];
  readonly masker: Masker;
  readonly states: ContinueStates;
  readonly log: TransactionLog;
}

interface Login {
  readonly transaction: LoginTransaction;
  readonly user: SandboxUser;
  readonly request: RequestFacts;
  readonly time: ExecutionTime;
}

/**
 * Runs the Actions of a login one after the other. One that redirects pauses the pipeline; when the browser is back, the
 * same Action continues and the others follow.
 */
export class LoginPipeline {
  constructor(private readonly parts: LoginPipelineParts) {}

  /** Runs the Actions from the first one. */
  start(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts): Promise<ActionsOutcome> {
    transaction.record.status = 'running actions';
    transaction.locale = localeOf(transaction.parameters['ui_locales'], request.language, this.parts.languages);
    return this.runFrom(0, { transaction, user, request, time: new ExecutionTime() });
  }

  /** Continues with the Action that redirected, then runs those behind it. The time limit begins anew. */
  async resume(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts): Promise<ActionsOutcome> {
    const index = transaction.pausedAt ?? 0;
    delete transaction.pausedAt;
    transaction.record.status = 'running actions';
    const login = { transaction, user, request, time: new ExecutionTime() };
    const ended = await this.runOne(index, this.parts.trigger.resume, login);
    return ended ?? this.runFrom(index + 1, login);
  }

  private async runFrom(first: number, login: Login): Promise<ActionsOutcome> {
    for (let index = first; index < this.parts.actions.length; index += 1) {
      const ended = await this.runOne(index, this.parts.trigger.execute, login);
      if (ended) return ended;
    }
    return this.complete(login.transaction);
  }

  private async runOne(index: number, handler: string, login: Login): Promise<ActionsOutcome | undefined> {
    const { definition, steps, trigger, users } = this.parts;
    const { transaction, user, request, time } = login;
    const action = this.parts.actions[index];
    if (!action) return undefined;
    const event = postLoginEvent(transaction, user, request, action, this.parts);
    const facts = {
      canRedirect: transaction.canRedirect,
      roles: namedOnes(user.roles, definition.roles),
      groups: namedOnes(user.groups, definition.groups),
    };
    const result = await steps.run({
      record: transaction.record,
      trigger: trigger.name,
      handler,
      action,
      event,
      time,
      facts,
    });
    applyCalls(result.calls, { transaction, user, users });
    transaction.record.metadata = this.parts.masker.json(structuredClone(transaction.metadata));
    for (const warning of handlerWarnings(trigger, action.name, handler, result)) this.addWarning(transaction, warning);
    return this.conclude(transaction, index, result);
  }

  /** What a handler means for the login; undefined is "go on". */
  private conclude(transaction: LoginTransaction, index: number, result: HandlerResult): ActionsOutcome | undefined {
    if (result.error) return this.refuse(transaction, 'failed', result.error.message);
    const denial = lastCall(result.calls, 'api.access.deny');
    if (denial) return this.refuse(transaction, 'denied', textOr(denial.args[0], 'Access denied'));
    const redirect = lastCall(result.calls, 'api.redirect.sendUserTo');
    return redirect && this.pause(transaction, index, redirect);
  }

  private complete({ record }: LoginTransaction): ActionsOutcome {
    record.status = 'completed';
    this.parts.log.add(record, { kind: 'completed' });
    return { kind: 'completed' };
  }

  private refuse(
    { record }: LoginTransaction,
    status: 'failed' | 'denied' | 'interaction required',
    description: string,
    error = 'access_denied',
  ): ActionsOutcome {
    record.status = status;
    this.parts.log.add(record, { kind: 'denied', error, description: this.parts.masker.text(description) });
    return { kind: 'denied', error, description };
  }

  private pause(transaction: LoginTransaction, index: number, { args }: CallEntry): ActionsOutcome {
    if (!transaction.canRedirect) {
      return this.refuse(transaction, 'interaction required', NO_PAGE_POSSIBLE, 'interaction_required');
    }
    const { log, masker, states } = this.parts;
    const target = parseRedirectTarget(args[0], args[1]);
    const state = states.issue(transaction.record.id, transaction.browserId);
    const url = redirectUrl(target.url, target.query, state);
    transaction.pausedAt = index;
    transaction.redirected.add(index);
    transaction.record.status = 'redirected';
    const tokens = tokensIn(Object.fromEntries(new URL(url).searchParams), masker);
    log.add(transaction.record, { kind: 'redirect', url: masker.address(url), state, tokens });
    if (masker.isExposedBy(url)) this.addWarning(transaction, WARNINGS.exposedSecret);
    return { kind: 'redirect', url };
  }

  private addWarning({ record }: LoginTransaction, message: string): void {
    this.parts.log.add(record, { kind: 'warning', message });
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

/** The definitions of a user's roles or groups; one that nobody defined has its name for an id. */
export function namedOnes(names: readonly string[], defined: readonly NamedDefinition[] = []): NamedDefinition[] {
  return names.map((name) => defined.find((one) => one.name === name || one.id === name) ?? { id: name, name });
}

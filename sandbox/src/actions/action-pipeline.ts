import { basename } from 'node:path';
import type { ContinueStates } from '../redirect/continue-states.js';
import { redirectUrl } from '../redirect/redirect-url.js';
import type { ActionsOutcome, LoginTransaction, RequestFacts } from '../tenant/login-transaction.js';
import { localeOf } from '../tenant/locale.js';
import type { SandboxUser } from '../tenant/users.js';
import type { Masker } from '../transactions/mask.js';
import { tokensIn } from '../transactions/token-view.js';
import type { TransactionLog } from '../transactions/transaction-log.js';
import type { ApiSurroundings } from './action-api.js';
import { actionEvent } from './action-event.js';
import { ActionPhase } from './action-phase.js';
import { runPhase, type HandlerName, type PhaseResult } from './action-runner.js';

/** What the pipeline is made of. */
export interface PipelineOptions extends ApiSurroundings {
  /** Absolute paths, in the order in which the Actions run. */
  readonly files: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly clientName: (clientId: string) => string;
  /** The tenant's languages, its default first. */
  readonly languages: readonly string[];
  readonly masker: Masker;
  readonly states: ContinueStates;
  readonly log: TransactionLog;
}

/**
 * Runs the Actions of a login one after the other. One that redirects pauses the pipeline; when the browser is back, the
 * same Action continues and the others follow.
 */
export class ActionPipeline {
  constructor(private readonly options: PipelineOptions) {}

  /** Runs the Actions from the first one. */
  start(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts): Promise<ActionsOutcome> {
    transaction.record.status = 'running actions';
    transaction.locale = localeOf(transaction.parameters['ui_locales'], request.language, this.options.languages);
    return this.runFrom(0, transaction, user, request);
  }

  /** Continues with the Action that redirected, then runs those behind it. */
  async resume(transaction: LoginTransaction, user: SandboxUser, request: RequestFacts): Promise<ActionsOutcome> {
    const index = transaction.pausedAt ?? 0;
    delete transaction.pausedAt;
    transaction.record.status = 'running actions';
    const ended = await this.runOne(index, 'onContinuePostLogin', transaction, user, request);
    return ended ?? this.runFrom(index + 1, transaction, user, request);
  }

  private async runFrom(
    first: number,
    transaction: LoginTransaction,
    user: SandboxUser,
    request: RequestFacts,
  ): Promise<ActionsOutcome> {
    for (let index = first; index < this.options.files.length; index += 1) {
      const ended = await this.runOne(index, 'onExecutePostLogin', transaction, user, request);
      if (ended) return ended;
    }
    return this.complete(transaction);
  }

  private async runOne(
    index: number,
    handler: HandlerName,
    transaction: LoginTransaction,
    user: SandboxUser,
    request: RequestFacts,
  ): Promise<ActionsOutcome | undefined> {
    const file = this.options.files[index] ?? '';
    const phase = new ActionPhase({ transaction, user, request, index, masker: this.options.masker });
    const event = actionEvent(transaction, user, request, {
      hostname: this.options.issuer,
      secrets: this.options.secrets,
      clientName: this.options.clientName(transaction.clientId),
      nowIso: new Date(this.options.now()).toISOString(),
    });
    const result = await runPhase(file, handler, event, phase, this.options);
    this.options.log.add(transaction.record, result.step);
    this.warn(transaction, basename(file), handler, phase, result);
    return this.conclude(transaction, phase, result);
  }

  /** What a phase means for the login; undefined is "go on". */
  private conclude(
    transaction: LoginTransaction,
    phase: ActionPhase,
    { error }: PhaseResult,
  ): ActionsOutcome | undefined {
    if (error !== undefined) return this.refuse(transaction, 'failed', error);
    if (phase.effects.denied !== undefined) return this.refuse(transaction, 'denied', phase.effects.denied);
    return phase.effects.redirect ? this.pause(transaction, phase, phase.effects.redirect) : undefined;
  }

  private complete({ record }: LoginTransaction): ActionsOutcome {
    record.status = 'completed';
    this.options.log.add(record, { kind: 'completed' });
    return { kind: 'completed' };
  }

  private refuse({ record }: LoginTransaction, status: 'failed' | 'denied', description: string): ActionsOutcome {
    const { log, masker } = this.options;
    record.status = status;
    log.add(record, { kind: 'denied', error: 'access_denied', description: masker.text(description) });
    return { kind: 'denied', description };
  }

  private pause(
    transaction: LoginTransaction,
    phase: ActionPhase,
    target: { url: string; query: Record<string, string> },
  ): ActionsOutcome {
    const { log, masker, states } = this.options;
    const state = states.issue(transaction.record.id, transaction.browserId);
    const url = redirectUrl(target.url, target.query, state);
    transaction.pausedAt = phase.index;
    transaction.redirected.add(phase.index);
    transaction.record.status = 'redirected';
    const tokens = tokensIn(Object.fromEntries(new URL(url).searchParams), masker);
    log.add(transaction.record, { kind: 'redirect', url: masker.address(url), state, tokens });
    if (masker.isExposedBy(url)) this.addWarning(transaction, WARNINGS.exposedSecret);
    return { kind: 'redirect', url };
  }

  private warn(
    transaction: LoginTransaction,
    file: string,
    handler: HandlerName,
    phase: ActionPhase,
    { error, exportsContinue }: PhaseResult,
  ): void {
    const { effects } = phase;
    phase.warnings.forEach((message) => this.addWarning(transaction, message));
    if (handler === 'onExecutePostLogin') {
      if (effects.redirect && !exportsContinue) this.addWarning(transaction, WARNINGS.noContinue(file));
      return;
    }
    if (error !== undefined || effects.denied !== undefined || !exportsContinue) return;
    if (!effects.validation) this.addWarning(transaction, WARNINGS.notValidated(file));
    if (effects.validation === 'failed') this.addWarning(transaction, WARNINGS.ignoredFailure(file));
  }

  private addWarning({ record }: LoginTransaction, message: string): void {
    this.options.log.add(record, { kind: 'warning', message });
  }
}

const WARNINGS = {
  noContinue: (file: string) =>
    `${file} redirects but does not export onContinuePostLogin. Nothing checks what comes back: anyone can skip the step by opening /continue with the state.`,
  notValidated: (file: string) =>
    `onContinuePostLogin of ${file} let the login go on without a call of api.redirect.validateToken. Unless it proves by other means that the step was done, anyone can skip it by opening /continue with the state.`,
  ignoredFailure: (file: string) =>
    `api.redirect.validateToken failed, and onContinuePostLogin of ${file} let the login go on all the same.`,
  exposedSecret:
    'The address of the redirect contains a value from the secrets file. Everyone who sees the address knows it.',
};

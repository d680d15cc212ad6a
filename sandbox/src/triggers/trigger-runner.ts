import type { JsonObject } from '../json.js';
import type { ActionDefinition, TenantDefinition, TriggerName } from '../definition/tenant-definition.js';
import type { TransactionLog } from '../transactions/transaction-log.js';
import type { CallEntry, Failure, TransactionRecord } from '../transactions/transaction.js';
import { ExecutionTime, type ActionSteps } from './action-steps.js';
import { WARNINGS } from './login-warnings.js';
import { TRIGGER_HANDLERS } from '../definition/trigger-handlers.js';

/** An execution of a trigger that cannot redirect. */
export interface TriggerRun {
  readonly trigger: TriggerName;
  readonly record: TransactionRecord;
  /** Default: all Actions of the trigger. */
  readonly only?: ActionDefinition;
  /** The event contains changes of earlier Actions. */
  readonly event: (action: ActionDefinition) => JsonObject;
  readonly apply?: (calls: readonly CallEntry[]) => void;
}

export type TriggerOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'denied'; readonly call: CallEntry }
  | { readonly kind: 'failed'; readonly error: Failure };

interface TriggerRunnerParts {
  readonly steps: ActionSteps;
  readonly log: TransactionLog;
  readonly actions: TenantDefinition['actions'];
}

const DENIALS = ['api.access.deny', 'api.access.rejectInvalidSubjectToken', 'api.validation.error'];

/** Stops at an Action that fails or denies. */
export class TriggerRunner {
  constructor(private readonly parts: TriggerRunnerParts) {}

  has(trigger: TriggerName): boolean {
    return this.actionsOf(trigger).length > 0;
  }

  /** Does not reject. */
  async run({ trigger, record, only, event, apply }: TriggerRun): Promise<TriggerOutcome> {
    const { log, steps } = this.parts;
    const { execute: handler } = TRIGGER_HANDLERS[trigger];
    const rest = { record, trigger, handler, time: new ExecutionTime(), facts: NO_FACTS };
    for (const action of only ? [only] : this.actionsOf(trigger)) {
      const { calls, error, exports } = await steps.run({ ...rest, action, event: event(action) });
      if (error) return { kind: 'failed', error };
      if (!exports.includes(handler)) {
        log.add(record, { kind: 'warning', message: WARNINGS.noHandler(action.name, [handler], exports) });
      }
      apply?.(calls);
      const call = calls.findLast(({ name }) => DENIALS.includes(name));
      if (call) return { kind: 'denied', call };
    }
    return { kind: 'completed' };
  }

  actionsOf(trigger: TriggerName): readonly ActionDefinition[] {
    return this.parts.actions?.[trigger] ?? [];
  }
}

const NO_FACTS = { canRedirect: false, roles: [], groups: [] };

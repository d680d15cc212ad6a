import type { JsonObject } from '../json.js';
import type { ActionDefinition, TenantDefinition, TriggerName } from '../definition/tenant-definition.js';
import type { TransactionLog } from '../transactions/transaction-log.js';
import type { CallEntry, Failure, TransactionRecord } from '../transactions/transaction.js';
import { ExecutionTime, type ActionSteps } from './action-steps.js';
import { WARNINGS } from './login-warnings.js';
import { TRIGGER_HANDLERS } from '../definition/trigger-handlers.js';

/** One execution of a trigger that cannot send the user to another page. */
export interface TriggerRun {
  readonly trigger: TriggerName;
  readonly record: TransactionRecord;
  /** The one Action that runs. Default: all of the trigger. */
  readonly only?: ActionDefinition;
  /** Builds the event of an Action. It sees what the Actions before it have changed. */
  readonly event: (action: ActionDefinition) => JsonObject;
  /** Applies the calls of an Action. */
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

/** Runs the Actions of a trigger one after the other. One that fails or denies is the last. */
export class TriggerRunner {
  constructor(private readonly parts: TriggerRunnerParts) {}

  /** Returns true if an Action is bound to the trigger. */
  has(trigger: TriggerName): boolean {
    return this.actionsOf(trigger).length > 0;
  }

  /** Runs an execution. It does not reject. */
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

  /** Returns the Actions of a trigger, in their order. */
  actionsOf(trigger: TriggerName): readonly ActionDefinition[] {
    return this.parts.actions?.[trigger] ?? [];
  }
}

const NO_FACTS = { canRedirect: false, roles: [], groups: [] };

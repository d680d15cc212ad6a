import { basename } from 'node:path';
import type { ApiFacts, NetworkSettings } from '../execution/execution.js';
import { EXECUTION_LIMIT_MS, type ActionRunner } from '../execution/action-runner.js';
import type { Clock } from '../clock.js';
import type { Json, JsonObject } from '../json.js';
import { eventView } from '../transactions/event-view.js';
import type { LoginObserver } from '../transactions/login-observer.js';
import { MASK, withoutSecret, type Masker } from '../transactions/mask.js';
import { similarName, MAX_MISSPELLED } from '../similar-name.js';
import { handlerNames } from '../definition/trigger-handlers.js';
import { TRIGGERS, type ActionDefinition, type TriggerName } from '../definition/tenant-definition.js';
import type { TransactionLog } from '../transactions/transaction-log.js';
import type {
  ActionEntry,
  ActionStepDetails,
  CallEntry,
  Failure,
  TransactionRecord,
} from '../transactions/transaction.js';
import { ShownEntries } from './shown-entries.js';
import type { TriggerCaches } from './trigger-caches.js';

/** All Actions of one execution share the time. */
export class ExecutionTime {
  leftMs = EXECUTION_LIMIT_MS;
}

export interface HandlerCall {
  readonly record: TransactionRecord;
  readonly trigger: TriggerName;
  readonly handler: string;
  readonly action: ActionDefinition;
  readonly event: JsonObject;
  readonly time: ExecutionTime;
  readonly facts: Pick<ApiFacts, 'canRedirect' | 'roles' | 'groups' | 'isPrimaryUserChanged'>;
}

export interface HandlerResult {
  /** Calls with an effect, in order and unmasked. None if the Action failed. */
  readonly calls: readonly CallEntry[];
  /** Includes calls without effect and calls that threw. */
  readonly attempts: readonly CallEntry[];
  readonly error?: Failure;
  readonly exports: readonly string[];
}

interface ActionStepsParts {
  readonly runner: ActionRunner;
  readonly log: TransactionLog;
  readonly masker: Masker;
  readonly caches: TriggerCaches;
  /** A bare host name. */
  readonly issuer: string;
  readonly now: Clock;
  readonly network?: NetworkSettings;
  readonly observer?: LoginObserver;
}

/** Shows handlers in the record while they run. */
export class ActionSteps {
  constructor(private readonly parts: ActionStepsParts) {}

  /** Does not reject: a failure is part of the result. */
  async run({ record, trigger, handler, action, event, time, facts }: HandlerCall): Promise<HandlerResult> {
    const { caches, issuer, log, masker, network, now, observer, runner } = this.parts;
    const attempts: CallEntry[] = [];
    const step: ActionStepDetails = {
      ...{ kind: 'action', trigger, action: action.name, file: basename(action.file), handler },
      ...{ event: eventView(event, masker), entries: [] },
    };
    log.add(record, step);
    const started = once(() => observer?.onHandler?.(step));
    const shownEntries = new ShownEntries(step.entries);
    const input = {
      ...{ trigger, handler, action, event },
      facts: { ...facts, issuer, nowMs: now(), cache: caches.of(trigger) },
      ...(network ? { network } : {}),
    };
    const end = await runner.run(input, time.leftMs, (entry) => {
      if (entry.type === 'call') attempts.push(entry);
      const shown = this.masked(entry);
      started();
      if (shownEntries.add(shown)) observer?.onEntry?.(action.name, shown);
    });
    observer?.onLoaded?.([action.file, ...(end.files ?? [])]);
    time.leftMs -= end.durationMs;
    step.durationMs = end.durationMs;
    if (end.error) {
      step.error = this.maskedFailure(end.error);
      started();
      observer?.onEntry?.(action.name, { type: 'failure', late: false, ...step.error });
    } else if (!end.exports.includes(handler)) Object.assign(step, skipped(handler, end.exports));
    started();
    const calls = end.error ? [] : attempts.filter(hasEffect);
    caches.apply(trigger, calls);
    return { calls, attempts, exports: end.exports, ...(end.error ? { error: end.error } : {}) };
  }

  private masked(entry: ActionEntry): ActionEntry {
    const { masker } = this.parts;
    switch (entry.type) {
      case 'log':
        return { ...entry, text: masker.text(entry.text) };
      case 'failure':
        return { ...entry, ...this.maskedFailure(entry) };
      case 'call': {
        const result = entry.result === undefined ? {} : { result: masker.json(entry.result) };
        const error = entry.error === undefined ? {} : { error: masker.text(entry.error) };
        return { ...entry, args: entry.args.map((argument) => this.shown(entry.name, argument)), ...result, ...error };
      }
      default:
        return entry satisfies never;
    }
  }

  private maskedFailure({ message, cause, stack, at }: Failure): Failure {
    const { masker } = this.parts;
    return {
      ...{ message: masker.text(message), stack: masker.text(stack) },
      ...(cause === undefined ? {} : { cause: masker.text(cause) }),
      ...(at ? { at: { ...at, statement: masker.text(at.statement) } } : {}),
    };
  }

  private shown(name: string, argument: Json): Json {
    const { masker } = this.parts;
    const safe = withoutSecret(argument);
    if (name === 'api.samlResponse.setKey') return MASK;
    if (name === 'api.redirect.sendUserTo' && typeof safe === 'string') return masker.address(safe);
    return masker.json(safe);
  }
}

/** An export may be a misspelled handler. */
function skipped(handler: string, exports: readonly string[]): Pick<ActionStepDetails, 'skipped' | 'misspelled'> {
  const strange = exports.filter((name) => !HANDLERS.includes(name));
  const misspelled = similarName(handler, strange, MAX_MISSPELLED);
  return { skipped: 'not exported', ...(misspelled === undefined ? {} : { misspelled }) };
}

const HANDLERS = TRIGGERS.flatMap(handlerNames);

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}

/** Returns true for a call that changes something, if its Action does not fail. */
export function hasEffect({ error, ignored }: CallEntry): boolean {
  return error === undefined && ignored === undefined;
}

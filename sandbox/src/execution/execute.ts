import { performance } from 'node:perf_hooks';
import { format } from 'node:util';
import { actionApi } from './api/action-api.js';
import { loadActionModule } from './action-module.js';
import type { ExecutionEnd, ExecutionInput, Report } from './execution.js';
import { describeFailure } from './failure.js';
import { Recorder } from './recorder.js';
import { TRIGGERS } from '../definition/tenant-definition.js';
import { handlerNames } from '../definition/trigger-handlers.js';
import type { Failure, LogEntry } from '../transactions/transaction.js';

type Handler = (event: unknown, api: unknown) => unknown;

/**
 * Runs a handler. Never rejects.
 *
 * @param report Receives each console line and call as it happens.
 * @returns The exports, and the failure if there is one.
 */
export async function execute(input: ExecutionInput, report: (entry: Report) => void): Promise<ExecutionEnd> {
  const { action } = input;
  try {
    const loaded = loadActionModule(action, { console: consoleTo(report), modules: action.modules ?? {} });
    const error = await runHandler(loaded, input, report);
    return { exports: functionsOf(loaded), ...(error ? { error } : {}) };
  } catch (error) {
    return { exports: [], error: describeFailure(error, action) };
  }
}

export async function runHandler(
  loaded: Readonly<Record<string, unknown>>,
  { action, event, facts, handler, trigger }: ExecutionInput,
  report: (entry: Report) => void,
): Promise<Failure | undefined> {
  const recorder = new Recorder(report);
  const started = performance.now();
  const now = (): number => facts.nowMs + Math.floor(performance.now() - started);
  const run = loaded[handler];
  try {
    if (isHandler(run)) await run(event, actionApi(trigger, recorder, { event, facts, handler, now }));
    return undefined;
  } catch (error) {
    return describeFailure(error, action);
  } finally {
    recorder.end();
  }
}

/** Also looks up handlers by name, because `Object.keys` omits methods of a class. */
export function functionsOf(loaded: Readonly<Record<string, unknown>>): string[] {
  const names = new Set([...Object.keys(loaded), ...TRIGGERS.flatMap(handlerNames)]);
  return [...names].filter((name) => typeof loaded[name] === 'function');
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

export function consoleTo(report: (entry: LogEntry) => void): Console {
  const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
  const writers = levels.map((level) => {
    const write = (...values: unknown[]): void => report({ type: 'log', level, text: format(...values) });
    return [level, write] as const;
  });
  const own = Object.fromEntries(writers);
  // Node's own `table`, `time`, `group` and others write to the thread's standard output.
  return Object.assign(Object.create(console), own, { trace: own['debug'], dir: own['log'] });
}

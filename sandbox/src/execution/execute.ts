import { performance } from 'node:perf_hooks';
import { format } from 'node:util';
import { actionApi } from './api/action-api.js';
import { loadActionModule } from './action-module.js';
import type { ExecutionEnd, ExecutionInput, Report } from './execution.js';
import { describeFailure } from './failure.js';
import { Recorder } from './recorder.js';
import type { LogEntry } from '../transactions/transaction.js';

type Handler = (event: unknown, api: unknown) => unknown;

/**
 * Runs one handler of an Action in this very thread.
 *
 * @param report Gets each console line and each call as it happens.
 * @returns What the file exports, and why it failed if it did. It does not reject.
 */
export async function execute(input: ExecutionInput, report: (entry: Report) => void): Promise<ExecutionEnd> {
  const { action, event, facts, handler, trigger } = input;
  const recorder = new Recorder(report);
  let exports: readonly string[] = [];
  try {
    const loaded = loadActionModule(action, { console: consoleTo(report), modules: action.modules ?? {} });
    exports = Object.keys(loaded).filter((name) => typeof loaded[name] === 'function');
    const run = loaded[handler];
    const started = performance.now();
    const now = (): number => facts.nowMs + Math.floor(performance.now() - started);
    if (isHandler(run)) await run(event, actionApi(trigger, recorder, { event, facts, handler, now }));
    return { exports };
  } catch (error) {
    return { exports, error: describeFailure(error, action) };
  } finally {
    recorder.end();
  }
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** A console whose lines go into the record. */
export function consoleTo(report: (entry: LogEntry) => void): Console {
  const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
  const writers = levels.map((level) => {
    const write = (...values: unknown[]): void => report({ type: 'log', level, text: format(...values) });
    return [level, write] as const;
  });
  const own = Object.fromEntries(writers);
  // The rest (table, time, group, …) is Node's own and goes to the standard output of the thread.
  return Object.assign(Object.create(console), own, { trace: own['debug'], dir: own['log'] });
}

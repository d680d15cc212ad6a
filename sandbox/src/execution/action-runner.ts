import inspector from 'node:inspector';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type { ExecutionEnd, ExecutionInput, Report } from './execution.js';
import type { WorkerMessage } from './worker.js';

/** How long the Actions of a trigger may take together, in milliseconds (Auth0: Actions Limitations, "Executions"). */
export const EXECUTION_LIMIT_MS = 20_000;

/** Memory of one Action, in megabytes. */
const HEAP_MEGABYTES = 256;

/** How one handler ended. */
export interface RunResult extends ExecutionEnd {
  readonly durationMs: number;
}

/** Runs each handler in a thread of its own, so that nothing an Action does ends the sandbox. */
export class ActionRunner {
  private readonly workers = new Set<Worker>();

  /**
   * @param report Gets what happens, also after the handler has ended: the thread lives until it has nothing left to do, or until the time limit.
   * @param limitMs Time that is left of the execution. It does not count while a debugger is attached.
   */
  async run(input: ExecutionInput, limitMs: number, report: (entry: Report) => void): Promise<RunResult> {
    const started = performance.now();
    const end = await this.inWorker(input, limitMs, report);
    return { ...end, durationMs: Math.round(performance.now() - started) };
  }

  /** Ends what Actions have left running. */
  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.terminate()));
  }

  private inWorker(input: ExecutionInput, limitMs: number, report: (entry: Report) => void): Promise<ExecutionEnd> {
    const worker = new Worker(join(__dirname, 'worker.js'), {
      ...{ workerData: input, env: {}, argv: [], execArgv: [], stdout: true, stderr: true },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    this.workers.add(worker);
    worker.stdout.on('data', (chunk) => report({ type: 'log', level: 'log', text: String(chunk).trimEnd() }));
    worker.stderr.on('data', (chunk) => report({ type: 'log', level: 'error', text: String(chunk).trimEnd() }));
    return new Promise((resolve) => {
      const fail = (message: string): void => resolve({ exports: [], error: { message, stack: '' } });
      const timer = inspector.url() === undefined ? setTimeout(() => stop(), Math.max(limitMs, 0)) : undefined;
      const stop = (): void => {
        fail(`The Actions took longer than the ${EXECUTION_LIMIT_MS / 1000} seconds that an execution may take.`);
        void worker.terminate();
      };
      worker.on('message', (message: WorkerMessage) => {
        if (message.type !== 'end') {
          report(message);
          return;
        }
        worker.unref();
        resolve(message.end);
      });
      // A thread that runs out of memory, or is handed what cannot be cloned.
      worker.on('error', (error) => fail(error.message));
      worker.on('exit', () => {
        clearTimeout(timer);
        this.workers.delete(worker);
        fail('The Action gave no answer: it waits for something that never comes, or has called process.exit.');
      });
    });
  }
}

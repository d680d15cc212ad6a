import inspector from 'node:inspector';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../error-message.js';
import { ChildProcesses } from './child-processes.js';
import type { ExecutionEnd, ExecutionInput, Report } from './execution.js';
import type { WorkerInput, WorkerMessage } from './worker.js';

/** The limit for all Actions of a trigger together (Auth0: Actions Limitations, "Executions"). */
export const EXECUTION_LIMIT_MS = 20_000;

/** The memory of one Action. */
const HEAP_MEGABYTES = 256;

/** Bytes by which the process may grow while an Action runs. Buffers are not part of the heap. */
const GROWTH_LIMIT = 1_500_000_000;
const GROWTH_CHECK_MS = 200;

/** Threads that may continue after their handlers end. The runner stops the oldest one first. */
const LEFTOVER_THREADS = 10;

export interface RunResult extends ExecutionEnd {
  readonly durationMs: number;
}

/** Uses a thread per handler, so that no Action can end the sandbox. */
export class ActionRunner {
  private readonly workers = new Set<Worker>();
  private readonly leftovers = new Set<Worker>();

  /**
   * @param report Receives entries until the thread is idle or out of time, also after the handler's end.
   * @param limitMs The remaining time of the execution. Ignored while a debugger is attached.
   */
  async run(input: ExecutionInput, limitMs: number, report: (entry: Report) => void): Promise<RunResult> {
    const started = performance.now();
    const end = await this.inWorker(input, limitMs, report);
    return { ...end, durationMs: Math.round(performance.now() - started) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.terminate()));
  }

  private inWorker(input: ExecutionInput, limitMs: number, report: (entry: Report) => void): Promise<ExecutionEnd> {
    const { worker, port } = this.startWorker(input);
    worker.stdout.on('data', (chunk) => report({ type: 'log', level: 'log', text: String(chunk).trimEnd() }));
    worker.stderr.on('data', (chunk) => report({ type: 'log', level: 'error', text: String(chunk).trimEnd() }));
    return new Promise((resolve) => {
      const fail = (message: string): void => resolve({ exports: [], error: { message, stack: '' } });
      const stop = (message: string): void => {
        fail(message);
        void worker.terminate();
      };
      const guard = guardOf(limitMs, stop);
      const children = new ChildProcesses();
      const receive = (message: WorkerMessage): void => {
        if (message.type === 'child') children.note(message);
        else if (message.type === 'end') {
          this.leave(worker);
          resolve(message.end);
        } else report(message);
      };
      port.on('message', receive);
      port.unref();
      // The thread ran out of memory, or threw an unhandled error.
      worker.on('error', (error) => fail(messageOf(error)));
      worker.on('exit', () => {
        guard.end();
        this.workers.delete(worker);
        this.leftovers.delete(worker);
        for (const message of messagesLeft(port)) receive(message);
        children.end();
        port.close();
        fail('The Action did not finish: it awaits a promise that never settles, or has called process.exit.');
      });
    });
  }

  private startWorker(input: ExecutionInput): { worker: Worker; port: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    const workerData: WorkerInput = { input, port: port2 };
    const worker = new Worker(join(__dirname, 'worker.js'), {
      ...{ workerData, transferList: [port2], env: {}, argv: [], execArgv: [], stdout: true, stderr: true },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    this.workers.add(worker);
    return { worker, port: port1 };
  }

  private leave(worker: Worker): void {
    worker.unref();
    this.leftovers.add(worker);
    const [oldest] = this.leftovers;
    if (oldest && this.leftovers.size > LEFTOVER_THREADS) {
      this.leftovers.delete(oldest);
      void oldest.terminate();
    }
  }
}

function guardOf(limitMs: number, stop: (message: string) => void): { end(): void } {
  const before = process.memoryUsage.rss();
  const growth = setInterval(() => {
    if (process.memoryUsage.rss() - before > GROWTH_LIMIT) stop('The Action used too much memory.');
  }, GROWTH_CHECK_MS).unref();
  const seconds = EXECUTION_LIMIT_MS / 1000;
  const tooLong = `The Actions took longer than the ${seconds} seconds that an execution may take.`;
  const time = inspector.url() === undefined ? setTimeout(() => stop(tooLong), Math.max(limitMs, 0)) : undefined;
  return {
    end: () => {
      clearInterval(growth);
      clearTimeout(time);
    },
  };
}

/** Returns the unread messages of an ended thread. */
function messagesLeft(port: MessagePort): WorkerMessage[] {
  const left: WorkerMessage[] = [];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) left.push(next.message);
  return left;
}

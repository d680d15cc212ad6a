import { parentPort, workerData } from 'node:worker_threads';
import { consoleTo, execute } from './execute.js';
import type { ExecutionEnd, ExecutionInput, Report } from './execution.js';
import { describeFailure } from './failure.js';

/** What a thread tells its parent. */
export type WorkerMessage = Report | { readonly type: 'end'; readonly end: ExecutionEnd };

const input: ExecutionInput = workerData;
let ended = false;

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

// A timer that throws and a rejection that nobody awaits are told, and end neither this thread nor the sandbox.
for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(kind, (thrown: unknown) =>
    tell({ type: 'failure', late: ended, ...describeFailure(thrown, input.action) }),
  );
}

// For packages, which do not get the console of the Action.
globalThis.console = consoleTo(tell);

async function main(): Promise<void> {
  if (input.network) {
    // Loaded only if it is needed, since it takes a while.
    const { installNetwork } = await import('./thread-network.js');
    installNetwork(input.network);
  }
  const end = await execute(input, tell);
  ended = true;
  tell({ type: 'end', end });
}

void main();

import { syncBuiltinESMExports } from 'node:module';
import { dirname, sep } from 'node:path';
import threads, { type MessagePort } from 'node:worker_threads';
import { reportChildProcesses, type ChildMessage } from './child-processes.js';
import { EntryBudget } from './entry-budget.js';
import { consoleTo, execute } from './execute.js';
import type { ExecutionEnd, ExecutionInput, Report } from './execution.js';
import { describeFailure } from './failure.js';
import { protectProcess } from './own-process.js';

/** Messages use a separate port, because packages may post to the usual one. */
export interface WorkerInput {
  readonly input: ExecutionInput;
  readonly port: MessagePort;
}

export type WorkerMessage = Report | ChildMessage | { readonly type: 'end'; readonly end: ExecutionEnd };

/** Longer than the record's limit, so that secrets are masked before the record cuts the line. */
const LONGEST_LINE = 100_000;

/** Limits console lines and failures of one Action, to bound the sandbox's memory. */
const budget = new EntryBudget(3000, 3_000_000);

const { input, port }: WorkerInput = threads.workerData;
const post = port.postMessage.bind(port);
let ended = false;

function tell(message: Report): void {
  if (message.type === 'call') {
    post(message);
    return;
  }
  const told = message.type === 'log' ? { ...message, text: message.text.slice(0, LONGEST_LINE) } : message;
  if (budget.spend(told.type === 'log' ? told.text.length : told.message.length + told.stack.length)) post(told);
}

// Errors of timers and unhandled rejections must not end the thread.
for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(kind, (thrown: unknown) =>
    tell({ type: 'failure', late: ended, ...describeFailure(thrown, input.action) }),
  );
}

// Packages use the global console instead of the Action's.
globalThis.console = consoleTo(tell);

async function main(): Promise<void> {
  // Hides the port from the Action.
  Object.assign(threads, { workerData: null });
  syncBuiltinESMExports();
  protectProcess();
  reportChildProcesses(post);
  if (input.network) {
    // Loaded only if needed, because loading is slow.
    const { installNetwork } = await import('./thread-network.js');
    installNetwork(input.network);
  }
  const end = await execute(input, tell);
  ended = true;
  post({ type: 'end', end: { ...end, files: requiredFiles() } });
}

/** Omits packages and the sandbox's own files. */
function requiredFiles(): string[] {
  const own = dirname(__dirname) + sep;
  return Object.keys(require.cache).filter(
    (file) => !file.startsWith(own) && !file.includes(`${sep}node_modules${sep}`),
  );
}

void main();

import { subscribe } from 'node:diagnostics_channel';
import { ChildProcess } from 'node:child_process';
import { isRecord } from '../json.js';

export interface ChildMessage {
  readonly type: 'child';
  readonly pid: number;
  readonly isRunning: boolean;
}

/** Processes do not end with the thread that started them. */
export function reportChildProcesses(report: (message: ChildMessage) => void): void {
  // Node publishes each process before it starts (Node.js: Diagnostics Channel, "Built-in Channels").
  subscribe('child_process', (message) => {
    const child = isRecord(message) ? message['process'] : undefined;
    if (!(child instanceof ChildProcess)) return;
    const send = (isRunning: boolean): void => {
      if (child.pid !== undefined) report({ type: 'child', pid: child.pid, isRunning });
    };
    child.once('spawn', () => send(true));
    child.once('exit', () => send(false));
  });
}

export class ChildProcesses {
  private readonly pids = new Set<number>();

  note({ pid, isRunning }: ChildMessage): void {
    if (isRunning) this.pids.add(pid);
    else this.pids.delete(pid);
  }

  end(): void {
    for (const pid of this.pids) endProcess(pid);
    this.pids.clear();
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { pino } from 'pino';

/** Lines are written together after this size or time. */
const WRITTEN_AT_ONCE_BYTES = 8192;
const WRITE_INTERVAL_MS = 100;

/** About 5,000 lines; further lines are dropped. */
const WAITING_MAX_BYTES = 1_048_576;

const LAST_LINES_MS = 500;

/**
 * Never waits for standard output. If the reader hangs or is gone, or the disk is full, lines wait in memory and writing is retried. Above
 * the limit, lines are dropped and counted. A crash or SIGKILL loses the last 100 ms.
 */
@Injectable()
export class LogOutput {
  /** Number of lines since startup. */
  droppedLines = 0;
  #isClosed = false;
  /** `process.stdout` sets a pipe to non-blocking. Otherwise, a full pipe would block a thread, and `process.exit` would wait for it. */
  readonly #destination = pino.destination({
    dest: process.stdout.fd,
    sync: false,
    minLength: WRITTEN_AT_ONCE_BYTES,
    maxLength: WAITING_MAX_BYTES,
    periodicFlush: WRITE_INTERVAL_MS,
  });

  constructor() {
    // Without a reader, pino's listener gives up permanently. A named pipe can have a new reader later.
    this.#destination.removeAllListeners('error').on('error', () => undefined);
    this.#destination.on('drop', () => (this.droppedLines += 1));
    // pino's flushSync() at exit hangs while standard output fails.
    process.prependOnceListener('exit', () => this.#close());
  }

  write(line: string): void {
    if (this.#isClosed) this.droppedLines += 1;
    else this.#destination.write(line);
  }

  /** Writes the waiting lines, unless standard output fails or takes too long. Drops later lines. */
  async end(): Promise<void> {
    if (this.#isClosed) return;
    this.#destination.end();
    await once(this.#destination, 'close', { signal: AbortSignal.timeout(LAST_LINES_MS) }).catch(() => undefined);
    this.#close();
  }

  #close(): void {
    this.#isClosed = true;
    this.#destination.destroy();
  }
}

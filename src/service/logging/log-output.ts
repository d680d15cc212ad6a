import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { pino } from 'pino';

/** Lines are written together once they have this many bytes, or after this many milliseconds. */
const WRITTEN_AT_ONCE_BYTES = 8192;
const WRITE_INTERVAL_MS = 100;

/** Most bytes of lines that wait for standard output, about 5,000 lines. More lines are dropped. */
const WAITING_MAX_BYTES = 1_048_576;

/** Most milliseconds to write the last lines, once the service ends. */
const LAST_LINES_MS = 500;

/**
 * Writes log lines to standard output and never waits for it. If its reader is gone or stuck, or the disk is full, lines wait in
 * memory and writing is tried again; lines beyond the limit are dropped and counted. A crash or SIGKILL loses the last 100 ms.
 */
@Injectable()
export class LogOutput {
  /** How many lines were dropped since the start. */
  droppedLines = 0;
  #isClosed = false;
  /** `process.stdout` sets a pipe to non-blocking. Otherwise a full one would hold a thread that `process.exit` waits for. */
  readonly #destination = pino.destination({
    dest: process.stdout.fd,
    sync: false,
    minLength: WRITTEN_AT_ONCE_BYTES,
    maxLength: WAITING_MAX_BYTES,
    periodicFlush: WRITE_INTERVAL_MS,
  });

  constructor() {
    // pino's own listener gives up for good when the reader of a pipe is gone; a named pipe may get another one.
    this.#destination.removeAllListeners('error').on('error', () => undefined);
    this.#destination.on('drop', () => (this.droppedLines += 1));
    // pino flushes at exit with flushSync(), which does not return while standard output fails.
    process.prependOnceListener('exit', () => this.#close());
  }

  /** Takes one line for standard output. */
  write(line: string): void {
    if (this.#isClosed) this.droppedLines += 1;
    else this.#destination.write(line);
  }

  /** Writes the lines that wait, unless standard output fails or takes too long. Later lines are dropped. */
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

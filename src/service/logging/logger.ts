import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

/** Bytes of lines that are kept for one write at most. */
const MAX_KEPT_BYTES = 8192;
/** How long a line is kept at most, in milliseconds. */
const MAX_KEPT_MS = 10;

/**
 * JSON lines on standard output, with the level by name and the time as ISO 8601. Lines of a few milliseconds
 * are written together; those of the last ones are lost where the process is killed, and written at every other end.
 */
export function createLogger(level: string): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: isoTime(),
    formatters: { level: (label) => ({ level: label }) },
  };
  return pino(options, writtenTogether(pino.destination({ sync: true, minLength: MAX_KEPT_BYTES })));
}

/** What `pino.stdTimeFunctions.isoTime` says, with the part up to the second kept for as long as it holds. */
function isoTime(): () => string {
  let second = NaN;
  let upToIt = '';
  return () => {
    const now = Date.now();
    const milliseconds = now % 1000;
    if (now - milliseconds !== second) {
      second = now - milliseconds;
      upToIt = `,"time":"${new Date(second).toISOString().slice(0, -'000Z'.length)}`;
    }
    return `${upToIt}${String(milliseconds).padStart(3, '0')}Z"`;
  };
}

function writtenTogether(destination: ReturnType<typeof pino.destination>): DestinationStream {
  let isScheduled = false;
  const flush = (): void => {
    isScheduled = false;
    destination.flushSync();
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      destination.write(line);
      if (!isScheduled) setTimeout(flush, MAX_KEPT_MS);
      isScheduled = true;
    },
  };
}

/** Nest's own messages as lines of the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = this.#lineAt('info');
  warn = this.#lineAt('warn');
  debug = this.#lineAt('debug');
  verbose = this.#lineAt('trace');
  fatal = this.#lineAt('fatal');

  /** Nest passes stacks along, whose first line is the error's message; they are left out. */
  error(message: unknown, ...details: unknown[]): void {
    this.#write('error', message, details.at(-1));
  }

  #lineAt(level: 'info' | 'warn' | 'debug' | 'trace' | 'fatal') {
    return (message: unknown, ...details: unknown[]): void => this.#write(level, message, details.at(-1));
  }

  #write(level: 'info' | 'warn' | 'debug' | 'trace' | 'fatal' | 'error', message: unknown, context: unknown): void {
    const fields = typeof context === 'string' && !context.includes('\n') ? { context } : {};
    if (typeof message === 'string') this.logger[level](fields, message);
    else this.logger[level]({ ...fields, ...(typeof message === 'object' ? message : {}) });
  }
}

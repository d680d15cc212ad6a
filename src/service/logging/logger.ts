import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** JSON lines on standard output, with the level by name and the time as ISO 8601. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
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

import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

/** Injection token of the pino logger. */
export const LOGGER = Symbol('logger');

type Level = 'info' | 'warn' | 'debug' | 'trace' | 'fatal' | 'error';

/** Makes a logger of JSON lines, with the level by name and the time as ISO 8601. */
export function createLogger(level: string, output: DestinationStream): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, output);
}

/** Writes Nest's own messages as lines of the same log. */
@Injectable()
export class NestLogger implements LoggerService {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  log = this.#lineAt('info');
  /** Nest passes stacks as well, whose first line is the error's message; they are left out. */
  error = this.#lineAt('error');
  warn = this.#lineAt('warn');
  debug = this.#lineAt('debug');
  verbose = this.#lineAt('trace');
  fatal = this.#lineAt('fatal');

  #lineAt(level: Level) {
    return (message: unknown, ...details: unknown[]): void => {
      const context = details.at(-1);
      const fields = typeof context === 'string' && !context.includes('\n') ? { context } : {};
      if (typeof message === 'string') this.logger[level](fields, message);
      else this.logger[level]({ ...fields, ...(typeof message === 'object' ? message : {}) });
    };
  }
}

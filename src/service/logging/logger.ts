import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

export const LOGGER = Symbol('logger');

/** Nest logs modules and routes in these contexts; the service logs one line instead. */
const NEST_AT_START = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

type Level = 'info' | 'warn' | 'debug' | 'trace' | 'fatal' | 'error';

export function createLogger(level: string, output: DestinationStream): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, output);
}

@Injectable()
export class NestLogger implements LoggerService {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  log = this.#lineAt('info');
  /** Omits Nest's stacks: their first line is the error's message. */
  error = this.#lineAt('error');
  warn = this.#lineAt('warn');
  debug = this.#lineAt('debug');
  verbose = this.#lineAt('trace');
  fatal = this.#lineAt('fatal');

  #lineAt(level: Level) {
    return (message: unknown, ...details: unknown[]): void => {
      const last = details.at(-1);
      // The bundler adds a `_` to a class that refers to itself. With `keepNames`, a login would take a quarter more time.
      const context = typeof last === 'string' && !last.includes('\n') ? last.replace(/^_/, '') : undefined;
      if (level === 'info' && context !== undefined && NEST_AT_START.includes(context)) return;
      const fields = context === undefined ? {} : { context };
      if (typeof message === 'string') this.logger[level](fields, message);
      else this.logger[level]({ ...fields, ...(typeof message === 'object' ? message : {}) });
    };
  }
}

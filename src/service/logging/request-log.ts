import type { Logger } from 'pino';
import type {
  CompletedEvent,
  DeniedEvent,
  KeysEvent,
  RefusedEvent,
  StepEvent,
} from '../../auth-redirect/options/events.js';

/** One line a request. A refusal is everyday business, and a fault of ours is not. */
export class RequestLog {
  constructor(private readonly logger: Logger) {}

  completed({ reference, traceId, spanId, tenant, status, durationMs, outcome }: CompletedEvent): void {
    this.logger.info({ reference, traceId, spanId, tenant, status, durationMs, code: outcome }, 'request');
  }

  denied({ outcome, ...event }: DeniedEvent): void {
    this.logger.info({ ...event, code: outcome }, 'request');
  }

  stepped(event: StepEvent): void {
    this.logger.info({ ...event, code: 'step' }, 'request');
  }

  refused({ cause, reference, traceId, spanId, tenant, code, status, durationMs, fault }: RefusedEvent): void {
    const level = cause === 'unavailable' ? 'error' : 'warn';
    this.logger[level]({ reference, traceId, spanId, tenant, code, status, durationMs, fault }, 'request');
  }

  keys({ outcome, ...event }: KeysEvent): void {
    if (outcome === 'changed') this.logger.info(event, 'keys changed');
    else this.logger.error(event, 'keys kept: the new ones cannot be used');
  }
}

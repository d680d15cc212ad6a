import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RefusalCode } from '../../auth-redirect/errors.js';
import type { RedisOperation } from '../../redis/redis-replay-store.options.js';
import type { KeysEvent } from '../../auth-redirect/options/events.js';

/** Buckets in seconds. The latency objective counts answers within 0.25 s. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Buckets in seconds. Token work takes microseconds; Redis answers within a millisecond, with a deadline of at most 10 s. */
const TOKEN_BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025];
const STORE_BUCKETS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 10];

/** Gauges with names that Prometheus reserves for counters. Each has a duplicate with a valid name. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const REFUSED_CONNECTIONS = ['total', 'address', 'pipelining'] as const;
export type RefusedConnection = (typeof REFUSED_CONNECTIONS)[number];

const OUTCOMES = ['completed', 'denied', 'step', 'refused'] as const;

/** Label of requests without a known tenant. Labels never come from a request. */
const NO_TENANT = 'none';

/** Labels are names of tenants and steps, and fixed words, so their number is limited. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = this.#counter(
    'auth_redirect_requests_total',
    'Requests by tenant, outcome (completed, denied, step, refused) and code of the refusal.',
    ['tenant', 'outcome', 'code'],
  );
  readonly #duration = this.#histogram(
    'auth_redirect_request_duration_seconds',
    'Time from the start of the handler to the written answer, by outcome.',
    ['outcome'],
    DURATION_BUCKETS,
  );
  readonly #steps = this.#counter(
    'auth_redirect_steps_total',
    'Steps by tenant, step and event: pages shown or shown again (invalid), and results (completed, skipped, denied).',
    ['tenant', 'step', 'event'],
  );
  readonly #messages = this.#counter(
    'auth_redirect_messages_total',
    'Text messages by tenant, step, country (an allowed one, or other) and outcome (sent, failed, limit_…, refused_…).',
    ['tenant', 'step', 'country', 'outcome'],
  );
  readonly #keyReloads = this.#counter(
    'auth_redirect_key_reloads_total',
    'Changes of mounted secrets: changed, or kept because the new secrets cannot be used.',
    ['tenant', 'outcome'],
  );
  readonly #tokenDuration = this.#histogram(
    'auth_redirect_token_duration_seconds',
    'Time to verify a session token, valid or not, and to sign a continue token.',
    ['operation'],
    TOKEN_BUCKETS,
  );
  readonly #tokenWork = { verify: this.#tokenDuration.labels('verify'), sign: this.#tokenDuration.labels('sign') };
  readonly #storeDuration = this.#histogram(
    'auth_redirect_store_duration_seconds',
    'Duration of calls to Redis by operation and outcome (ok, or failed: no answer, or not called during an outage).',
    ['operation', 'outcome'],
    STORE_BUCKETS,
  );
  readonly #storeDegraded = new Gauge({
    name: 'auth_redirect_store_degraded',
    help: '1 while the replay store does not answer, 0 while it does.',
    registers: [this.registry],
  });
  readonly #storeDegradations = this.#counter(
    'auth_redirect_store_degradations_total',
    'Number of times that the replay store stopped answering, by fault.',
    ['fault'],
  );

  readonly #connectionsRefused = this.#counter(
    'auth_redirect_connections_refused_total',
    'Connections that were refused (total, address), or closed because of too many pipelined requests (pipelining).',
    ['reason'],
  );

  constructor() {
    for (const reason of REFUSED_CONNECTIONS) this.#connectionsRefused.inc({ reason }, 0);
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    for (const outcome of OUTCOMES) this.#duration.zero({ outcome });
    for (const operation of Object.keys(this.#tokenWork)) this.#tokenDuration.zero({ operation });
  }

  /** Starts the series at 0, so that `increase()` sees the first event. */
  expectKeys(tenant: string): void {
    for (const outcome of ['changed', 'kept']) this.#keyReloads.inc({ tenant, outcome }, 0);
  }

  expectStore(faults: readonly string[]): void {
    for (const fault of faults) this.#storeDegradations.inc({ fault }, 0);
  }

  connectionRefused(reason: RefusedConnection): void {
    this.#connectionsRefused.inc({ reason });
  }

  requestEnded(
    tenant: string | undefined,
    outcome: (typeof OUTCOMES)[number],
    durationMs: number,
    code: RefusalCode | '' = '',
  ): void {
    this.#requests.inc({ tenant: tenant ?? NO_TENANT, outcome, code });
    this.#duration.observe({ outcome }, durationMs / 1000);
  }

  stepEvent(tenant: string, step: string, event: 'shown' | 'invalid' | 'completed' | 'skipped' | 'denied'): void {
    this.#steps.inc({ tenant, step, event });
  }

  messageEnded(tenant: string, step: string, country: string, outcome: string): void {
    this.#messages.inc({ tenant, step, country, outcome });
  }

  keysReloaded(tenant: string, outcome: KeysEvent['outcome']): void {
    this.#keyReloads.inc({ tenant, outcome });
  }

  tokenWork(operation: 'verify' | 'sign', milliseconds: number): void {
    this.#tokenWork[operation].observe(milliseconds / 1000);
  }

  storeCalled(operation: RedisOperation, outcome: 'ok' | 'failed', milliseconds: number): void {
    this.#storeDuration.observe({ operation, outcome }, milliseconds / 1000);
  }

  storeDegraded(fault: string): void {
    this.#storeDegraded.set(1);
    this.#storeDegradations.inc({ fault });
  }

  storeRecovered(): void {
    this.#storeDegraded.set(0);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[], buckets: number[]) {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}

import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CompletedEvent, KeysEvent, RefusedEvent, StepEvent } from '../../auth-redirect/events.js';

/** Seconds; 0.25 is what the objective for latency is measured by. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What stands for the tenant of a request that names none we know: labels never come from a request. */
const NO_TENANT = 'none';

/** What the service counts, for Prometheus. Labels are names of tenants and steps, and words of ours: their sets are bounded. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #requests;
  readonly #duration;
  readonly #steps;
  readonly #keyReloads;
  readonly #storeDegraded;
  readonly #storeDegradations;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: 'auth_redirect_requests_total',
      help: 'Requests by tenant, outcome (completed, denied, step, refused) and code of the refusal.',
      labelNames: ['tenant', 'outcome', 'code'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'auth_redirect_request_duration_seconds',
      help: 'Time from the start of the handler to the written answer, by outcome.',
      labelNames: ['outcome'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#steps = new Counter({
      name: 'auth_redirect_steps_total',
      help: 'Pages of steps by tenant, step and event (shown, invalid).',
      labelNames: ['tenant', 'step', 'event'],
      registers,
    });
    this.#keyReloads = new Counter({
      name: 'auth_redirect_key_reloads_total',
      help: 'Mounted secrets that were read again: changed, or kept because the new ones cannot be used.',
      labelNames: ['tenant', 'outcome'],
      registers,
    });
    this.#storeDegraded = new Gauge({
      name: 'auth_redirect_store_degraded',
      help: '1 while the replay store does not answer, 0 while it does.',
      registers,
    });
    this.#storeDegradations = new Counter({
      name: 'auth_redirect_store_degradations_total',
      help: 'Times that the replay store stopped answering, by fault.',
      labelNames: ['fault'],
      registers,
    });
  }

  /** @param tenants Names of all that there are, so that an increase from nothing is one. */
  begin(tenants: readonly string[]): void {
    for (const tenant of tenants)
      for (const outcome of ['changed', 'kept']) this.#keyReloads.inc({ tenant, outcome }, 0);
  }

  completed({ tenant, outcome, durationMs }: CompletedEvent): void {
    this.#count(tenant, outcome, '', durationMs);
  }

  stepped({ tenant, step, status, durationMs }: StepEvent): void {
    this.#count(tenant, 'step', '', durationMs);
    if (status !== 303) this.#steps.inc({ tenant, step, event: status === 422 ? 'invalid' : 'shown' });
  }

  refused({ tenant = NO_TENANT, code, durationMs }: RefusedEvent): void {
    this.#count(tenant, 'refused', code, durationMs);
  }

  keys({ tenant, outcome }: KeysEvent): void {
    this.#keyReloads.inc({ tenant, outcome });
  }

  storeDegraded(fault: string): void {
    this.#storeDegraded.set(1);
    this.#storeDegradations.inc({ fault });
  }

  storeRecovered(): void {
    this.#storeDegraded.set(0);
  }

  #count(tenant: string, outcome: string, code: string, durationMs: number): void {
    this.#requests.inc({ tenant, outcome, code });
    this.#duration.observe({ outcome }, durationMs / 1000);
  }
}

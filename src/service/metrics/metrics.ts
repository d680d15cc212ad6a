import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type {
  CompletedEvent,
  DeniedEvent,
  KeysEvent,
  RefusedEvent,
  StepEndedEvent,
  StepEvent,
} from '../../auth-redirect/options/events.js';
import type { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';
import { UnusableKeys } from './unusable-keys.js';
import { WorkHistogram } from './work-histogram.js';

/** Seconds; 0.25 is what the objective for latency is measured by. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Seconds: a token is worked on for microseconds, Redis answers within a millisecond as a rule and has a deadline of 10 s at most. */
const TOKEN_BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025];
const STORE_BUCKETS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 10];

/** What the service does with a token. */
const TOKEN_OPERATIONS = ['verify', 'sign'] as const;
export type TokenOperation = (typeof TOKEN_OPERATIONS)[number];

/** What Redis is asked. */
const STORE_OPERATIONS = ['remember', 'recall', 'count', 'lease', 'release'] as const;
export type StoreOperation = (typeof STORE_OPERATIONS)[number];

/** Gauges of prom-client that are named like counters, against the rules of Prometheus, with as many twins that say the same. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** How a request ends. */
const OUTCOMES = ['completed', 'denied', 'step', 'refused'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** What stands for the tenant of a request that names none we know: labels never come from a request. */
const NO_TENANT = 'none';

/** What the service counts, for Prometheus. Labels are names of tenants and steps, and words of ours: their sets are bounded. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #requests;
  /** By their labels: those since Prometheus asked last. It asks in seconds, and a counter takes microseconds. */
  readonly #uncounted = new Map<
    string,
    { readonly labels: Record<'tenant' | 'outcome' | 'code', string>; times: number }
  >();
  readonly #duration;
  readonly #steps;
  readonly #keyReloads;
  readonly #tokenDuration;
  readonly #storeDuration;
  readonly #storeDegraded;
  readonly #storeDegradations;
  #unusableKeys: UnusableKeys | undefined;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    this.#requests = new Counter({
      name: 'auth_redirect_requests_total',
      help: 'Requests by tenant, outcome (completed, denied, step, refused) and code of the refusal.',
      labelNames: ['tenant', 'outcome', 'code'],
      registers,
      collect: () => this.#countRequests(),
    });
    this.#duration = new WorkHistogram(
      {
        name: 'auth_redirect_request_duration_seconds',
        help: 'Time from the start of the handler to the written answer, by outcome.',
        label: 'outcome',
        values: OUTCOMES,
        buckets: DURATION_BUCKETS,
      },
      this.registry,
    );
    this.#steps = new Counter({
      name: 'auth_redirect_steps_total',
      help: 'Steps by tenant, step and event: pages shown or shown again (invalid), and results (completed, denied).',
      labelNames: ['tenant', 'step', 'event'],
      registers,
    });
    this.#keyReloads = new Counter({
      name: 'auth_redirect_key_reloads_total',
      help: 'Mounted secrets that were read again: changed, or kept because the new ones cannot be used.',
      labelNames: ['tenant', 'outcome'],
      registers,
    });
    this.#tokenDuration = new WorkHistogram(
      {
        name: 'auth_redirect_token_duration_seconds',
        help: 'Time to verify a session token, accepted or not, and to sign a continue token.',
        label: 'operation',
        values: TOKEN_OPERATIONS,
        buckets: TOKEN_BUCKETS,
      },
      this.registry,
    );
    this.#storeDuration = new Histogram({
      name: 'auth_redirect_store_duration_seconds',
      help: 'Time that Redis took by operation and outcome (ok, or failed: not answered).',
      labelNames: ['operation', 'outcome'],
      buckets: STORE_BUCKETS,
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

  /**
   * Series that are there from the beginning: an increase from nothing would be none.
   *
   * @param tenants All that there are.
   * @param faults What Redis can suffer from; none where there is no Redis.
   */
  begin(tenants: TenantsService, faults: readonly string[]): void {
    for (const tenant of tenants.names())
      for (const outcome of ['changed', 'kept']) this.#keyReloads.inc({ tenant, outcome }, 0);
    for (const fault of faults) this.#storeDegradations.inc({ fault }, 0);
    this.#unusableKeys = this.#watchKeys(new UnusableKeys(tenants));
  }

  completed({ tenant, outcome, durationMs }: CompletedEvent): void {
    this.#count(tenant, outcome, '', durationMs);
  }

  denied({ tenant, outcome, durationMs }: DeniedEvent): void {
    this.#count(tenant, outcome, '', durationMs);
  }

  stepped({ tenant, step, status, durationMs }: StepEvent): void {
    this.#count(tenant, 'step', '', durationMs);
    if (status !== 303) this.#steps.inc({ tenant, step, event: status === 422 ? 'invalid' : 'shown' });
  }

  stepEnded({ tenant, step, outcome }: StepEndedEvent): void {
    this.#steps.inc({ tenant, step, event: outcome });
  }

  refused({ tenant = NO_TENANT, code, durationMs }: RefusedEvent): void {
    this.#count(tenant, 'refused', code, durationMs);
  }

  keys(event: KeysEvent): void {
    const { tenant, outcome } = event;
    this.#keyReloads.inc({ tenant, outcome });
    this.#unusableKeys?.reloaded(event);
  }

  tokenWork(operation: TokenOperation, milliseconds: number): void {
    this.#tokenDuration.observe(operation, milliseconds / 1000);
  }

  storeAsked(operation: StoreOperation, outcome: 'ok' | 'failed', milliseconds: number): void {
    this.#storeDuration.observe({ operation, outcome }, milliseconds / 1000);
  }

  storeDegraded(fault: string): void {
    this.#storeDegraded.set(1);
    this.#storeDegradations.inc({ fault });
  }

  storeRecovered(): void {
    this.#storeDegraded.set(0);
  }

  #watchKeys(keys: UnusableKeys): UnusableKeys {
    const gauge: Gauge<'tenant'> = new Gauge({
      name: 'auth_redirect_key_files_unusable',
      help: '1 while the mounted secrets of a tenant cannot be used and those before them are kept.',
      labelNames: ['tenant'],
      registers: [this.registry],
      collect: () => keys.all().forEach(([tenant, isUnusable]) => gauge.set({ tenant }, isUnusable ? 1 : 0)),
    });
    return keys;
  }

  #count(tenant: string, outcome: Outcome, code: string, durationMs: number): void {
    const key = `${tenant} ${outcome} ${code}`;
    const series = this.#uncounted.get(key);
    if (series) series.times += 1;
    else this.#uncounted.set(key, { labels: { tenant, outcome, code }, times: 1 });
    this.#duration.observe(outcome, durationMs / 1000);
  }

  #countRequests(): void {
    for (const series of this.#uncounted.values()) {
      this.#requests.inc(series.labels, series.times);
      series.times = 0;
    }
  }
}

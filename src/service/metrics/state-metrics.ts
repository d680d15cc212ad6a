import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { ReplayStore } from '../../auth-redirect/replay/replay-store.js';
import { RefusalLimiter } from '../../auth-redirect/requests/refusal-limiter.js';
import { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';
import { LogOutput } from '../logging/log-output.js';
import { CountingRefusalLimiter } from '../rate-limits/counting-refusal-limiter.js';
import { Metrics } from './metrics.js';

type Samples = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

/** Reads the state when Prometheus scrapes. */
@Injectable()
export class StateMetrics {
  constructor(
    private readonly metrics: Metrics,
    tenants: TenantsService,
    store: ReplayStore,
    output: LogOutput,
    limiter: RefusalLimiter,
  ) {
    for (const { name } of tenants.all()) metrics.expectKeys(name);
    this.#gauge(
      'auth_redirect_key_files_unusable',
      '1 while the mounted secrets of a tenant cannot be used and the old ones stay in use.',
      ['tenant'],
      () => tenants.all().map(({ name, keyRing }) => [{ tenant: name }, keyRing.isOutdated ? 1 : 0]),
    );
    this.#counter(
      'auth_redirect_log_lines_dropped_total',
      'Log lines that were dropped because standard output did not accept them.',
      [],
      () => [[{}, output.droppedLines]],
    );
    this.#registerStores(new Map([...limiterStores(limiter), [store, 'replay']]));
  }

  #registerStores(stores: ReadonlyMap<ReplayStore, string>): void {
    const samplesOf = (member: 'entries' | 'bytes' | 'evictions') => (): Samples =>
      [...stores].flatMap(([store, name]) =>
        (store.usage?.() ?? []).map((part) => [{ store: name, kind: part.kind }, part[member]] as const),
      );
    const labels = ['store', 'kind'];
    this.#gauge(
      'auth_redirect_store_entries',
      'Entries in memory by store (replay, refusals) and kind (values, counters, leases).',
      labels,
      samplesOf('entries'),
    );
    this.#gauge(
      'auth_redirect_store_bytes',
      'Size of these entries with their keys, in bytes.',
      labels,
      samplesOf('bytes'),
    );
    this.#counter(
      'auth_redirect_store_evictions_total',
      'Entries that were evicted before they expired because the store was full.',
      labels,
      samplesOf('evictions'),
    );
  }

  #gauge(name: string, help: string, labelNames: string[], samples: () => Samples): void {
    const collect = (): void => samples().forEach(([labels, value]) => gauge.set(labels, value));
    const gauge: Gauge = new Gauge({ name, help, labelNames, registers: [this.metrics.registry], collect });
  }

  #counter(name: string, help: string, labelNames: string[], samples: () => Samples): void {
    const collect = (): void => {
      counter.reset();
      samples().forEach(([labels, value]) => counter.inc(labels, value));
    };
    const counter: Counter = new Counter({ name, help, labelNames, registers: [this.metrics.registry], collect });
  }
}

function limiterStores(limiter: RefusalLimiter): [ReplayStore, string][] {
  return limiter instanceof CountingRefusalLimiter ? [[limiter.store, 'refusals']] : [];
}

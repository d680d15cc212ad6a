import type { Registry } from 'prom-client';

interface Settings<Operation extends string> {
  readonly name: string;
  readonly help: string;
  readonly operations: readonly Operation[];
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
}

/**
 * A histogram with the label `operation`, for work that takes microseconds: prom-client's own spends one on each observation.
 * Registered, it is one of the registry's metrics like the others.
 */
export class WorkHistogram<Operation extends string> {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  readonly #buckets: readonly number[];
  readonly #operations: ReadonlyMap<Operation, { readonly counts: number[]; sum: number }>;

  constructor({ name, help, operations, buckets }: Settings<Operation>, registry: Registry) {
    this.name = name;
    this.help = help;
    this.#buckets = buckets;
    const nothing = (): { counts: number[]; sum: number } => ({ counts: [0, ...buckets.map(() => 0)], sum: 0 });
    this.#operations = new Map(operations.map((operation) => [operation, nothing()]));
    // What the registry asks of a metric is a name and `get`; its type lists prom-client's own classes alone.
    const metrics: { registerMetric(metric: object): unknown } = registry;
    metrics.registerMetric(this);
  }

  observe(operation: Operation, seconds: number): void {
    const work = this.#operations.get(operation);
    if (!work) return;
    let index = 0;
    while (seconds > (this.#buckets[index] ?? Infinity)) index += 1;
    work.counts[index] = (work.counts[index] ?? 0) + 1;
    work.sum += seconds;
  }

  /** What prom-client's registry makes its text of. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({
      name,
      help,
      type,
      aggregator,
      values: [...this.#operations.keys()].flatMap((key) => this.#valuesOf(key)),
    });
  }

  #valuesOf(operation: Operation): object[] {
    const { counts, sum } = this.#operations.get(operation) ?? { counts: [], sum: 0 };
    let count = 0;
    const buckets = counts.map((more, index) => ({
      metricName: `${this.name}_bucket`,
      labels: { operation, le: this.#buckets[index] ?? '+Inf' },
      value: (count += more),
    }));
    const total = { labels: { operation } };
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, ...total, value: sum },
      { metricName: `${this.name}_count`, ...total, value: count },
    ];
  }
}

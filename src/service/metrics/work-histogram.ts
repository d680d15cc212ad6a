import type { Registry } from 'prom-client';

interface Settings<Value extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** Of the label: each is there from the beginning. */
  readonly values: readonly Value[];
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
}

/**
 * A histogram with one label, for work that takes microseconds: prom-client's own spends some on each observation.
 * Registered, it is one of the registry's metrics like the others.
 */
export class WorkHistogram<Value extends string> {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  readonly #label: string;
  readonly #buckets: readonly number[];
  readonly #series: ReadonlyMap<Value, { readonly counts: number[]; sum: number }>;

  constructor({ name, help, label, values, buckets }: Settings<Value>, registry: Registry) {
    this.name = name;
    this.help = help;
    this.#label = label;
    this.#buckets = buckets;
    const nothing = (): { counts: number[]; sum: number } => ({ counts: [0, ...buckets.map(() => 0)], sum: 0 });
    this.#series = new Map(values.map((value) => [value, nothing()]));
    // What the registry asks of a metric is a name and `get`; its type lists prom-client's own classes alone.
    const metrics: { registerMetric(metric: object): unknown } = registry;
    metrics.registerMetric(this);
  }

  observe(value: Value, seconds: number): void {
    const work = this.#series.get(value);
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
      values: [...this.#series.keys()].flatMap((value) => this.#valuesOf(value)),
    });
  }

  #valuesOf(of: Value): object[] {
    const { counts, sum } = this.#series.get(of) ?? { counts: [], sum: 0 };
    const labels = { [this.#label]: of };
    let count = 0;
    const buckets = counts.map((more, index) => ({
      metricName: `${this.name}_bucket`,
      labels: { ...labels, le: this.#buckets[index] ?? '+Inf' },
      value: (count += more),
    }));
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}

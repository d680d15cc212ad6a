import { createHash } from 'node:crypto';

interface Definition {
  readonly id?: string;
  readonly name: string;
}

/** A definition with its id, which is made up if the definition has none. */
export type Named<T extends Definition> = T & { readonly id: string };

/** The roles or the organizations of a tenant. Users refer to them by name, the Management API by id. */
export class NamedDirectory<T extends Definition> {
  private readonly byName = new Map<string, Named<T>>();
  private changed: () => void = () => {};

  /** @param prefix What ids begin with: `rol` or `org`. */
  constructor(
    private readonly prefix: string,
    definitions: readonly T[] = [],
  ) {
    for (const definition of definitions) this.add(definition);
  }

  /** Returns all, in the order in which they were added. */
  list(): Named<T>[] {
    return [...this.byName.values()];
  }

  find(idOrName: string): Named<T> | undefined {
    return this.byName.get(idOrName) ?? this.list().find(({ id }) => id === idOrName);
  }

  /** Returns the entries with these names. Unknown ones are made up. */
  named(names: readonly string[]): Named<T | Definition>[] {
    return names.map((name) => this.find(name) ?? this.completed({ name }));
  }

  /** Stores an entry. A missing id is derived from the name, so it is the same in every run. */
  add(definition: T): Named<T> {
    const named = this.completed(definition);
    this.byName.set(named.name, named);
    this.changed();
    return named;
  }

  private completed<D extends Definition>(definition: D): Named<D> {
    const hash = createHash('sha256').update(definition.name).digest('hex');
    return { ...definition, id: definition.id ?? `${this.prefix}_${hash.slice(0, 16)}` };
  }

  /** Calls back after each change. */
  onChange(listener: () => void): void {
    this.changed = listener;
  }
}

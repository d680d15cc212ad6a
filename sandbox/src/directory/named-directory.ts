import { createHash } from 'node:crypto';

interface Definition {
  readonly id?: string;
  readonly name: string;
}

/** Something that a definition gave a name, with the id that it may have left out. */
export type Named<T extends Definition> = T & { readonly id: string };

/** The roles or the organizations of a tenant. Users name them; the Management API goes by their ids. */
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

  /** Returns all, in the order in which they came. */
  list(): Named<T>[] {
    return [...this.byName.values()];
  }

  /** Returns the one with an id or a name. */
  find(idOrName: string): Named<T> | undefined {
    return this.byName.get(idOrName) ?? this.list().find(({ id }) => id === idOrName);
  }

  /** Returns those of some names. One that nobody has defined is made up. */
  named(names: readonly string[]): Named<T | Definition>[] {
    return names.map((name) => this.find(name) ?? this.completed({ name }));
  }

  /** Stores one; an id that is left out is made of the name, alike in every run. */
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

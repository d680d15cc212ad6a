import { createHash } from 'node:crypto';

interface Definition {
  readonly id?: string;
  readonly name: string;
}

export type Named<T extends Definition> = T & { readonly id: string };

/** Roles or organizations. Users refer to their names; the Management API uses ids. */
export class NamedDirectory<T extends Definition> {
  private readonly byName = new Map<string, Named<T>>();
  private changed: () => void = () => {};

  /** @param prefix Prefix of ids: `rol` or `org`. */
  constructor(
    private readonly prefix: string,
    definitions: readonly T[] = [],
  ) {
    for (const definition of definitions) this.add(definition);
  }

  list(): Named<T>[] {
    return [...this.byName.values()];
  }

  find(idOrName: string): Named<T> | undefined {
    return this.byName.get(idOrName) ?? this.list().find(({ id }) => id === idOrName);
  }

  /** Returns new entries for unknown names. */
  named(names: readonly string[]): Named<T | Definition>[] {
    return names.map((name) => this.find(name) ?? this.completed({ name }));
  }

  /** Derives a missing id from the name, so it is the same in every run. */
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

  onChange(listener: () => void): void {
    this.changed = listener;
  }
}

import type { ShortTexts } from './short-texts.js';

/** Cells for each place at least: searches stay short. */
const CELLS_PER_PLACE = 2;

/** Finds the place that a text is in: a hash table with open addressing and linear probing, in one array of numbers. */
export class PlaceIndex {
  /** A place and one, or 0 where there is none. */
  readonly #cells: Int32Array;
  readonly #mask: number;

  /** @param places Most that there are in it at a time. */
  constructor(
    private readonly texts: ShortTexts,
    places: number,
  ) {
    const size = 2 ** Math.ceil(Math.log2(places * CELLS_PER_PLACE));
    this.#cells = new Int32Array(size);
    this.#mask = size - 1;
  }

  /** @returns The place in the index that has the same text as `sought`. */
  find(sought: number): number | undefined {
    for (let cell = this.#homeOf(sought); ; cell = this.#after(cell)) {
      const place = this.#placeIn(cell);
      if (place === undefined || this.texts.areSame(place, sought)) return place;
    }
  }

  /** @param place Its text is in no other place of the index. */
  add(place: number): void {
    let cell = this.#homeOf(place);
    while (this.#cells[cell] !== 0) cell = this.#after(cell);
    this.#cells[cell] = place + 1;
  }

  /** What follows without a gap moves up where it may, so that every search still comes by. */
  remove(place: number): void {
    let hole = this.#homeOf(place);
    while (this.#cells[hole] !== place + 1) hole = this.#after(hole);
    for (let cell = this.#after(hole); ; cell = this.#after(cell)) {
      const moved = this.#placeIn(cell);
      if (moved === undefined) break;
      if (this.#distance(this.#homeOf(moved), cell) < this.#distance(hole, cell)) continue;
      this.#cells[hole] = moved + 1;
      hole = cell;
    }
    this.#cells[hole] = 0;
  }

  #placeIn(cell: number): number | undefined {
    const content = this.#cells[cell] ?? 0;
    return content === 0 ? undefined : content - 1;
  }

  #homeOf(place: number): number {
    return this.texts.hash(place) & this.#mask;
  }

  #after(cell: number): number {
    return (cell + 1) & this.#mask;
  }

  #distance(from: number, to: number): number {
    return (to - from) & this.#mask;
  }
}

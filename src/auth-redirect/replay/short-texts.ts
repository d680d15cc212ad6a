import { DIGEST_LENGTH } from './digest.js';

/** Longest text that has a place of its own, in characters: a digest, and one more for places of whole words. */
export const SHORT_TEXT_LENGTH = DIGEST_LENGTH + 1;

/** One byte for the length, and the text. */
const PLACE_BYTES = SHORT_TEXT_LENGTH + 1;
const PLACE_WORDS = PLACE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** Whether a text is ASCII and short enough for {@link ShortTexts}. */
export function isShortText(text: string): boolean {
  return text.length <= SHORT_TEXT_LENGTH && Buffer.byteLength(text) === text.length;
}

/** Short texts in numbered places outside of the heap, where no collection of garbage has to visit or move them. */
export class ShortTexts {
  readonly #bytes: Buffer;
  /** The same bytes: texts are compared by words. */
  readonly #words: Int32Array;

  constructor(places: number) {
    const memory = new ArrayBuffer(places * PLACE_BYTES);
    this.#bytes = Buffer.from(memory);
    this.#words = new Int32Array(memory);
  }

  /** @param text One that {@link isShortText}. */
  write(place: number, text: string): void {
    const start = place * PLACE_BYTES;
    this.#bytes[start] = text.length;
    this.#bytes.write(text, start + 1, 'latin1');
    this.#bytes.fill(0, start + 1 + text.length, start + PLACE_BYTES);
  }

  read(place: number): string {
    const start = place * PLACE_BYTES;
    return this.#bytes.toString('latin1', start + 1, start + 1 + (this.#bytes[start] ?? 0));
  }

  copy(from: number, to: number): void {
    this.#words.copyWithin(to * PLACE_WORDS, from * PLACE_WORDS, (from + 1) * PLACE_WORDS);
  }

  areSame(one: number, other: number): boolean {
    for (let word = 0; word < PLACE_WORDS; word += 1) {
      if (this.#words[one * PLACE_WORDS + word] !== this.#words[other * PLACE_WORDS + word]) return false;
    }
    return true;
  }

  /** 32 bits that depend on the whole text. */
  hash(place: number): number {
    let hash = 0;
    for (let word = 0; word < PLACE_WORDS; word += 1) {
      hash = Math.imul(hash ^ (this.#words[place * PLACE_WORDS + word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }
}

import { randomBytes, randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

/**
 * Provides random values. Replace it to make a test repeatable.
 *
 * @publicApi
 */
export abstract class Randomness {
  /** Returns `count` bytes of a cryptographically secure source, valid until the next call. */
  abstract bytes(count: number): Buffer;
}

/** Reads {@link POOL_BYTES} bytes at a time: a call for each page would cost 10 % of a request. */
export class SystemRandomness extends Randomness {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  bytes(count: number): Buffer {
    if (count > POOL_BYTES) return randomBytes(count);
    if (this.#used + count > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += count;
    return this.#pool.subarray(start, this.#used);
  }
}

import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;

/**
 * Where random values come from. Provide another one to make a test repeatable.
 *
 * @publicApi
 */
export abstract class Randomness {
  /** @returns `count` bytes of a cryptographically secure source; valid until the next call. */
  abstract bytes(count: number): Buffer;
}

/** Node's random source, asked for {@link POOL_BYTES} bytes at a time: one system call for many pages. */
export class SystemRandomness extends Randomness {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  bytes(count: number): Buffer {
    if (this.#used + count > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += count;
    return this.#pool.subarray(start, this.#used);
  }
}

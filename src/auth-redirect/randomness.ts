import { randomBytes } from 'node:crypto';

/**
 * Provides random values. Replace this provider to make a test repeatable.
 *
 * @publicApi
 */
export abstract class Randomness {
  /** Returns `count` bytes from a cryptographically secure source. */
  abstract bytes(count: number): Buffer;
}

export class SystemRandomness extends Randomness {
  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}

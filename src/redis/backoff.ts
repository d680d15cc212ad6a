/** Pauses between attempts that grow to a limit: each twice the one before, and a little random. */
export class Backoff {
  #attempts = 0;

  /**
   * @param first Milliseconds.
   * @param limit Milliseconds.
   */
  constructor(
    private readonly first: number,
    private readonly limit: number,
  ) {}

  /** Milliseconds until the next attempt. */
  next(): number {
    const pause = Math.min(this.first * 2 ** this.#attempts, this.limit);
    this.#attempts += 1;
    // Replicas that lost the same server don't come back in step.
    return pause * (0.75 + Math.random() / 4);
  }

  reset(): void {
    this.#attempts = 0;
  }
}

/** A clock that changes only when a test moves it. */
export class FrozenClock {
  private milliseconds = Date.UTC(2030, 0, 2, 3, 4, 5);

  readonly now = (): number => this.milliseconds;

  get seconds(): number {
    return Math.floor(this.milliseconds / 1000);
  }

  advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}

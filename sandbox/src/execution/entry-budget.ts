export class EntryBudget {
  constructor(
    private entries: number,
    private characters: number,
  ) {}

  /** Returns false if the budget is exceeded. */
  spend(size: number): boolean {
    this.entries -= 1;
    this.characters -= size;
    return this.entries >= 0 && this.characters >= 0;
  }
}

export class EntryBudget {
  constructor(
    private entries: number,
    private characters: number,
  ) {}

  /** Returns false if too little is left. */
  spend(size: number): boolean {
    this.entries -= 1;
    this.characters -= size;
    return this.entries >= 0 && this.characters >= 0;
  }
}

/** How much of something is let through: a number of entries, and characters in all. */
export class EntryBudget {
  constructor(
    private entries: number,
    private characters: number,
  ) {}

  /** Takes one entry of a size. Returns false once too little is left. */
  spend(size: number): boolean {
    this.entries -= 1;
    this.characters -= size;
    return this.entries >= 0 && this.characters >= 0;
  }
}

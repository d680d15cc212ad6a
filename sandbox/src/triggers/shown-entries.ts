import { EntryBudget } from '../execution/entry-budget.js';
import type { ActionEntry } from '../transactions/transaction.js';

/** Limits of one Action, for calls and for other entries, so that the page stays fast. */
const LIMIT = { entries: 1000, characters: 250_000 };

const NOTE: ActionEntry = {
  ...{ type: 'log', level: 'warn' },
  text: 'This Action printed or called more than the sandbox shows. The rest is left out.',
};

export class ShownEntries {
  private readonly calls = new EntryBudget(LIMIT.entries, LIMIT.characters);
  private readonly others = new EntryBudget(LIMIT.entries, LIMIT.characters);
  private isCut = false;

  constructor(private readonly entries: ActionEntry[]) {}

  add(entry: ActionEntry): boolean {
    const budget = entry.type === 'call' ? this.calls : this.others;
    const isShown = budget.spend(JSON.stringify(entry).length);
    if (isShown) this.entries.push(entry);
    else if (!this.isCut) this.entries.push(NOTE);
    this.isCut ||= !isShown;
    return isShown;
  }
}

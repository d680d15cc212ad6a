import { textOf } from '../json.js';
import type { CallEntry, TransactionStep } from './transaction.js';

/** Names the Action of each changed claim or scope. */
export interface TokenChanges {
  readonly idToken: ReadonlyMap<string, string>;
  readonly accessToken: ReadonlyMap<string, string>;
  readonly addedScopes: ReadonlyMap<string, string>;
  readonly removedScopes: ReadonlyMap<string, string>;
}

export function tokenChangesOf(steps: readonly TransactionStep[]): TokenChanges {
  const by = (method: string): Map<string, string> => new Map(changesBy(steps, method));
  const [added, removed] = [by('api.accessToken.addScope'), by('api.accessToken.removeScope')];
  return {
    idToken: by('api.idToken.setCustomClaim'),
    accessToken: by('api.accessToken.setCustomClaim'),
    addedScopes: added,
    removedScopes: removed,
  };
}

function changesBy(steps: readonly TransactionStep[], method: string): [string, string][] {
  return steps.flatMap((step) => {
    if (step.kind !== 'action' || step.error) return [];
    const calls = step.entries.filter((entry): entry is CallEntry => entry.type === 'call' && entry.name === method);
    const counted = calls.filter(({ error, ignored }) => error === undefined && ignored === undefined);
    return counted.map(({ args }): [string, string] => [textOf(args[0]), step.action]);
  });
}

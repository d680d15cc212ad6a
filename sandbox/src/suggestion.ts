import { similarName } from './similar-name.js';

/** Returns the sentence ` Did you mean "name"?` for the most similar of the names, or nothing if none is similar. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = similarName(name, known, name.length < 4 ? 1 : 2);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

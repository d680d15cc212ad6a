import { similarName } from './similar-name.js';

/** Returns an empty string if no name is similar. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = similarName(name, known, name.length < 4 ? 1 : 2);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

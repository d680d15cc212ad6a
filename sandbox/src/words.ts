/** Returns the words of a parameter that is a list with spaces, as OAuth and OpenID Connect write theirs. */
export function words(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : [];
}

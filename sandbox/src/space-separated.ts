/** Splits a parameter of OAuth or OpenID Connect. */
export function spaceSeparated(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : [];
}

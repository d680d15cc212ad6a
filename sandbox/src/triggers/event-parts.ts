/** Returns the members of these names, those that are there. */
export function picked(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/** Returns `event.request` as a trigger shows it that has no query or no body. */
export function requestWithout(
  request: Readonly<Record<string, unknown>>,
  ...absent: readonly ('query' | 'body')[]
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !absent.some((one) => one === name)));
}

/** An application without this step never loads it. */
export async function loadJose(): Promise<typeof import('jose')> {
  return import('jose');
}

/** jose's stable word for what went wrong. */
export function joseCodeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

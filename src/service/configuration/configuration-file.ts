import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** @returns What a file in YAML or JSON holds, or what is wrong with it: the rest of a sentence that its name begins. */
export function readConfigurationFile(path: string): string | Record<string, unknown> {
  try {
    const content: unknown = parse(readFileSync(path, 'utf8'));
    return isRecord(content) ? content : 'does not hold a section for each name';
  } catch {
    return 'names a file that cannot be read as YAML or JSON';
  }
}

/**
 * What stands in the file that a variable names, without the line break that an editor leaves.
 *
 * @returns No text where the variable is not set.
 */
export function readTextFile(
  variable: string,
  variables: Readonly<Record<string, unknown>>,
): { readonly text?: string; readonly problems: readonly string[] } {
  const path = variables[variable];
  if (typeof path !== 'string') return { problems: [] };
  try {
    return { text: readFileSync(path, 'utf8').replace(/\r?\n$/, ''), problems: [] };
  } catch {
    return { problems: [`${variable} names a file that cannot be read`] };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

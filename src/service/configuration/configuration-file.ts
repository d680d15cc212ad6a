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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

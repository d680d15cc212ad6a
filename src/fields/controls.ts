import { datePartsOf, type DatePart } from './dates.js';
import type { Field } from './field-types.js';

/**
 * Returns one name, or three for a date.
 *
 * @param locale Decides the order of the parts.
 */
export function controlsOf({ name, type }: Pick<Field, 'name' | 'type'>, locale: string): readonly string[] {
  return type === 'date' ? datePartsOf(locale).map((part) => partName(name, part)) : [name];
}

/** A hyphen distinguishes the name from every field name. */
export function partName(name: string, part: DatePart): string {
  return `${name}-${part}`;
}

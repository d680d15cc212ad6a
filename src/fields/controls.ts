import { datePartsOf, type DatePart } from './dates.js';
import type { Field } from './field-types.js';

/**
 * Returns the names of a field's controls: one, or three for a date.
 *
 * @param locale Decides the order of the parts of a date.
 */
export function controlsOf({ name, type }: Pick<Field, 'name' | 'type'>, locale: string): readonly string[] {
  return type === 'date' ? datePartsOf(locale).map((part) => partName(name, part)) : [name];
}

/** Returns the name of a date part's control. It contains a hyphen, so it differs from every field name. */
export function partName(name: string, part: DatePart): string {
  return `${name}-${part}`;
}

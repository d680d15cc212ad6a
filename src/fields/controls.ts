import { datePartsOf, type DatePart } from './dates.js';
import type { Field } from './field-types.js';

/**
 * Returns the names under which the controls of a field post: one, except for a date.
 *
 * @param locale Decides the order of the parts of a date.
 */
export function controlsOf({ name, type }: Pick<Field, 'name' | 'type'>, locale: string): readonly string[] {
  return type === 'date' ? datePartsOf(locale).map((part) => partName(name, part)) : [name];
}

/** Returns the name of a part of a date. No field has it, because names of fields have no hyphen. */
export function partName(name: string, part: DatePart): string {
  return `${name}-${part}`;
}

import { getMetadataStorage } from 'class-validator';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import { ProfileFieldOptions, ProfileOptions } from './profile.options.js';

/**
 * Everything that is wrong with the options of the profile, and with each of its fields.
 *
 * @param given As it was written in a configuration; of any class, or none.
 * @returns One line each, with its path: `fields[1].options is missing: a select has a list of them`.
 * @publicApi
 */
export function profileProblems(given: object): string[] {
  const options = only(ProfileOptions, given);
  const fields: readonly unknown[] = Array.isArray(options.fields) ? options.fields : [];
  return [
    ...unknownNamesIn(ProfileOptions, given),
    ...problemsOf(options),
    ...fields.flatMap((field, index) => problemsOfField(field, fields.slice(0, index), `fields[${index}]`)),
  ];
}

function problemsOfField(field: unknown, before: readonly unknown[], path: string): string[] {
  if (!isRecord(field)) return [`${path} is not a section of options`];
  const problems = [...unknownNamesIn(ProfileFieldOptions, field), ...problemsOf(only(ProfileFieldOptions, field))];
  const isRepeated = before.some((other) => isRecord(other) && other.name === field.name);
  return [...problems, ...(isRepeated ? ['name is that of a field before'] : [])].map((line) => `${path}.${line}`);
}

/** An option that is misspelled would be one that has no effect. */
function unknownNamesIn(type: OptionsClass<object>, given: object): string[] {
  const known = namesOf(type);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${name} is not an option: there are ${known.join(', ')}`);
}

/** An instance with what the class knows, whatever else was given. */
function only<Options extends object>(type: OptionsClass<Options>, given: object): Options {
  const entries = Object.entries(given).filter(([name]) => namesOf(type).includes(name));
  return Object.assign(new type(), Object.fromEntries(entries));
}

function namesOf(type: OptionsClass<object>): readonly string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

type OptionsClass<Options> = new () => Options;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

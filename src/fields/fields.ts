import type { Type } from '@nestjs/common';
import { Allow } from 'class-validator';
import { AuthRedirectOptionsError } from '../auth-redirect/errors.js';
import { DEFAULT_LOCALE } from '../auth-redirect/locales/locales.js';
import { textIn } from '../auth-redirect/locales/localized-text.js';
import type { StepView } from '../auth-redirect/pages/step-view.js';
import type { FormValues } from '../auth-redirect/steps/step-form.js';
import { invalid, type Invalid, type StepContext } from '../auth-redirect/steps/step.js';
import { conditionsOf, isMet } from './conditions.js';
import { controlsOf } from './controls.js';
import { fieldOf, fieldsProblems, type FieldOptions } from './field.options.js';
import { FIELD_TYPES, type Field, type FieldTypeName, type FieldValue, type Reading } from './field-types.js';
import { styleOf, viewOf } from './fields.view.js';
import { isBlank, isNormalizable } from './text.js';

/**
 * Contains the posted texts by control name, for {@link Fields.read}.
 *
 * @publicApi
 */
export type FieldsForm = { readonly [control: string]: string | readonly string[] | undefined };

/**
 * Contains the values of fields by name.
 *
 * @publicApi
 */
export type FieldValues<List extends readonly FieldOptions[]> = {
  readonly [Options in List[number] as Options['name']]: ValueOf<Options['type']>;
};

type ValueOf<Name extends FieldTypeName> = Name extends 'number'
  ? number | null
  : Name extends 'checkbox'
    ? boolean
    : Name extends 'checkboxes'
      ? readonly string[]
      : string | null;

type TextContext = Pick<StepContext, 'locale' | 't'>;

/**
 * Renders the fields of a form and reads their values, with dates and numbers in the user's language. Shows invalid input again with a
 * message at its field.
 *
 * @example
 * ```ts
 * const FIELDS = new Fields([{ name: 'birthday', type: 'date', label: 'Birthday', required: true }]);
 *
 * class BirthdayStep extends Step<FieldsForm, { birthday: string | null }> {
 *   readonly id = 'birthday';
 *   readonly form = FIELDS.form;
 *   view(context: StepContext, posted?: FormValues) {
 *     return { template: 'fields', title: 'Your birthday', ...FIELDS.view(context, posted) };
 *   }
 *   async submit(context: StepContext, form: FieldsForm) {
 *     const result = await FIELDS.read(context, form);
 *     return result.type === 'invalid' ? result : completed({ birthday: result.values.birthday });
 *   }
 * }
 * ```
 *
 * @publicApi
 */
export class Fields<const List extends readonly FieldOptions[] = readonly FieldOptions[]> {
  /** Class for `form` of a step. It accepts everything that the controls can post. */
  readonly form: Type<FieldsForm>;
  readonly #fields: readonly Field[];

  /**
   * @param options The fields in their order, 1 to 20.
   * @throws AuthRedirectOptionsError with every problem.
   */
  constructor(options: List) {
    const problems = fieldsProblems(options);
    if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
    this.#fields = options.map((field) => fieldOf(field));
    this.form = formOf(this.#fields);
  }

  /**
   * Returns the part of a step's view for the templates `fields` and `profile`, or your own with `{{> fields}}`.
   *
   * @param posted Texts to show again. Default: none.
   * @param known Initial values by name, ignored if they do not fit. Default: none.
   */
  view(
    { locale, t }: TextContext,
    posted?: FormValues,
    known: Readonly<Record<string, unknown>> = {},
  ): Required<Pick<StepView, 'labels' | 'model'>> {
    const labels = this.#fields.map(({ name, label }) => [name, textIn(label, locale)]);
    const fields = this.#fields.map((field) => {
      const value = Object.hasOwn(known, field.name) ? known[field.name] : undefined;
      return viewOf(field, { locale, t, posted, known: value });
    });
    return { labels: Object.fromEntries(labels), model: { fields, fieldStyle: styleOf(this.#fields, locale) } };
  }

  /** Returns the values of a posted form, or messages for its invalid fields. */
  async read(
    { locale, t }: TextContext,
    form: FieldsForm,
  ): Promise<{ readonly type: 'valid'; readonly values: FieldValues<List> } | Invalid<FieldsForm>> {
    const values: Record<string, FieldValue> = {};
    const messages: Record<string, string> = {};
    for (const field of this.#fields) {
      const { empty = null } = FIELD_TYPES[field.type];
      const isAbsent = conditionsOf(field, this.#fields).some((condition) => !isMet(condition, values));
      const reading: Reading = isAbsent ? { value: empty } : await readField(field, form, locale);
      if ('message' in reading) messages[field.name] = t(reading.message, reading.places);
      values[field.name] = 'value' in reading ? reading.value : empty;
    }
    if (Object.keys(messages).length > 0) return invalid<FieldsForm>(messages);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each type of field reads its type of value
    return { type: 'valid', values: values as FieldValues<List> };
  }
}

/** Returns a new class, so that two forms do not share their rules. */
function formOf(fields: readonly Field[]): Type<FieldsForm> {
  class PostedFields {
    readonly [control: string]: string | readonly string[] | undefined;
  }
  for (const name of fields.flatMap((field) => controlsOf(field, DEFAULT_LOCALE)))
    Allow()(PostedFields.prototype, name);
  return PostedFields;
}

async function readField(field: Field, form: FieldsForm, locale: string): Promise<Reading> {
  const { read, missing = 'form.required', empty = null, isMultiple = false } = FIELD_TYPES[field.type];
  const posted = controlsOf(field, locale).map((name) => form[name] ?? '');
  // The service's pages post each control once.
  if (!isMultiple && posted.some((value) => typeof value === 'object')) return { message: 'form.pattern' };
  const texts = posted.flat();
  if (!texts.every(isNormalizable)) return { message: 'form.characters' };
  const written = texts.filter((text) => !isBlank(text));
  if (written.length === 0) return field.required ? { message: missing } : { value: empty };
  if (!isMultiple) return read(texts.join(' '), field, locale);
  const readings = await Promise.all(written.map(async (text) => read(text, field, locale)));
  const problem = readings.find((reading) => 'message' in reading);
  return problem ?? { value: field.choices.map(({ value }) => value).filter((value) => written.includes(value)) };
}

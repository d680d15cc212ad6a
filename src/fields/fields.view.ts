import { textIn } from '../auth-redirect/locales/localized-text.js';
import type { Translate } from '../auth-redirect/locales/locales.js';
import type { StepView } from '../auth-redirect/pages/step-view.js';
import type { FormValues } from '../auth-redirect/steps/step-form.js';
import { conditionsOf } from './conditions.js';
import { partName } from './controls.js';
import { datePartLabel, datePartsOf } from './dates.js';
import { choicesIn, FIELD_TYPES, type Condition, type Field } from './field-types.js';

interface FieldContext {
  readonly locale: string;
  readonly t: Translate;
  /** Posted values; undefined before the first post. */
  readonly posted: FormValues | undefined;
  readonly known: unknown;
}

const CONTROLS: Readonly<Partial<Record<Field['type'], object>>> = {
  email: { direction: 'ltr', inputmode: 'email', isPlain: true },
  tel: { direction: 'ltr', type: 'tel' },
  number: { direction: 'ltr', inputmode: 'decimal' },
};

/** The template needs a value for each variable: null if the field lacks it. */
export function viewOf(field: Field, context: FieldContext): StepView['model'] {
  const { locale, t } = context;
  const { name, type, hint, required } = field;
  const values = valuesOf(field, context);
  return {
    name,
    label: textIn(field.label, locale),
    hint: hint === undefined ? null : textIn(hint, locale),
    hintId: hint === undefined ? null : `${name}-hint`,
    required,
    optional: required || type === 'checkbox' ? null : t('profile.optional'),
    isCheckbox: type === 'checkbox',
    isChecked: values[0] === 'yes',
    isSelect: type === 'select' || type === 'country',
    isTextarea: type === 'textarea',
    isDate: type === 'date',
    isGroup: type === 'date' || type === 'radio' || type === 'checkboxes',
    type: 'text',
    direction: 'auto',
    inputmode: null,
    isPlain: false,
    ...CONTROLS[type],
    autocomplete: field.autocomplete ?? null,
    value: values[0] ?? '',
    parts: type === 'date' ? partsOf(field, locale, values) : [],
    choiceType: type === 'radio' ? 'radio' : 'checkbox',
    nothingChosen: t('profile.nothingChosen'),
    choices: choicesIn(field, locale).map(({ value, label }, index) => ({
      id: choiceId(name, index),
      value,
      label: textIn(label, locale),
      isChosen: values.includes(value),
    })),
  };
}

/**
 * Returns a stylesheet that hides fields whose condition is not met. Browsers without `:has()` show all fields. Field names have only
 * letters, digits and `_`: safe in selectors.
 */
export function styleOf(fields: readonly Field[], locale: string): string {
  return fields
    .flatMap((field) => conditionsOf(field, fields).map((condition) => ruleOf(field, condition, fields, locale)))
    .join('');
}

function ruleOf({ name }: Field, condition: Condition, fields: readonly Field[], locale: string): string {
  const other = fields.find((field) => field.name === condition.field);
  const chosen = other ? selectorsOf(other, condition, locale) : [];
  return `form:not(:has(${chosen.join()})) #${name}-field{display:none}`;
}

function selectorsOf(field: Field, { values }: Condition, locale: string): readonly string[] {
  const { name, type } = field;
  if (type === 'checkbox') return values.map((value) => `#${name}${value === true ? ':checked' : ':not(:checked)'}`);
  const chosen = choicesIn(field, locale).flatMap(({ value }, index) => (values.includes(value) ? [index] : []));
  const isList = type === 'select' || type === 'country';
  // `+ 2` skips the first option, “Choose an option”.
  return chosen.map((index) =>
    isList ? `#${name} option:nth-child(${index + 2}):checked` : `#${choiceId(name, index)}:checked`,
  );
}

function valuesOf(field: Field, { posted, known, locale }: FieldContext): readonly string[] {
  if (!posted) return known === undefined ? [] : [FIELD_TYPES[field.type].prefill(known, field, locale)].flat();
  if (field.type !== 'date') return [posted[field.name] ?? []].flat();
  return datePartsOf(locale).map((part) => [posted[partName(field.name, part)] ?? ''].flat().join(' '));
}

function partsOf({ name, autocomplete }: Field, locale: string, values: readonly string[]): readonly object[] {
  return datePartsOf(locale).map((part, index) => ({
    name: partName(name, part),
    // The list of problems links to the name of the field.
    id: index === 0 ? name : partName(name, part),
    label: datePartLabel(part, locale),
    value: values[index] ?? '',
    autocomplete: autocomplete === 'bday' ? `bday-${part}` : null,
    isYear: part === 'year',
    isFirst: index === 0,
  }));
}

/** The list of problems links to the name of the field. */
function choiceId(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`;
}

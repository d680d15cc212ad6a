import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { Translate } from '../../auth-redirect/locales/locales.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { FIELD_TYPES, type ProfileField } from './field-types.js';

/**
 * Returns a field for `views/steps/profile.hbs`; null stands for what the field does not have.
 *
 * @param prefill What the field holds before the user posts it; for a checkbox, whether it is ticked.
 */
export function modelOf(
  field: ProfileField,
  prefill: string | boolean | null,
  locale: string,
  t: Translate,
): StepView['model'] {
  const { name, type, hint, required, choices } = field;
  const isCheckbox = type === 'checkbox';
  return {
    name,
    label: textIn(field.label, locale),
    hint: hint === undefined ? null : textIn(hint, locale),
    hintId: hint === undefined ? null : `${name}-hint`,
    required,
    optional: required || isCheckbox ? null : t('profile.optional'),
    isCheckbox,
    isSelect: type === 'select',
    type,
    autocomplete: field.autocomplete ?? null,
    min: field.min ?? null,
    max: field.max ?? null,
    direction: null,
    inputmode: null,
    maxlength: null,
    step: null,
    ...FIELD_TYPES[type].control?.(field),
    prefill,
    nothingChosen: t('profile.nothingChosen'),
    choices: choices.map(({ value, label }) => ({
      value,
      label: textIn(label, locale),
      isPrefill: value === prefill,
      isChosenBy: lookupOf(value),
    })),
  };
}

/** Templates cannot compare, so they look up the posted value. Without a prototype, because anything may be posted. */
function lookupOf(key: string): Readonly<Record<string, true>> {
  const empty: object = Object.create(null);
  return Object.assign(empty, { [key]: true as const });
}

import { textIn } from '../../auth-redirect/locales/localized-text.js';
import type { Translate } from '../../auth-redirect/locales/locales.js';
import type { ProfileField } from './profile-field.js';

/** A field as `views/steps/profile.hbs` shows it; null is what it does not have. */
export interface FieldModel {
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  readonly hintId: string | null;
  readonly required: boolean;
  /** “(optional)”, in the language of the page. */
  readonly optional: string | null;
  readonly isCheckbox: boolean;
  readonly isSelect: boolean;
  /** `type` of the input. */
  readonly type: string;
  readonly direction: 'ltr' | 'auto' | null;
  readonly autocomplete: string | null;
  readonly inputmode: string | null;
  readonly maxlength: number | null;
  readonly min: number | string | null;
  readonly max: number | string | null;
  /** Any number is right for the browser, not whole ones only. */
  readonly step: 'any' | null;
  /** What the field holds before anything is posted; of a checkbox, whether it is ticked. */
  readonly prefill: string | boolean | null;
  readonly nothingChosen: string;
  readonly choices: readonly ChoiceModel[];
}

interface ChoiceModel {
  readonly value: string;
  readonly label: string;
  readonly isPrefill: boolean;
  /** To be looked up by what was posted: templates cannot compare. */
  readonly isChosenBy: Lookup;
}

/** Without a prototype, as the key to look up is what somebody posted. */
type Lookup = Readonly<Record<string, true>>;

interface Language {
  readonly locale: string;
  readonly t: Translate;
}

/** @param prefill What {@link prefillOf} gives. */
export function modelOf(field: ProfileField, prefill: string | boolean | null, { locale, t }: Language): FieldModel {
  const { name, type, hint, required, autocomplete } = field;
  return {
    name,
    label: textIn(field.label, locale),
    hint: hint === null ? null : textIn(hint, locale),
    hintId: hint === null ? null : `${name}-hint`,
    required,
    optional: required || type === 'checkbox' ? null : t('profile.optional'),
    isCheckbox: type === 'checkbox',
    isSelect: type === 'select',
    direction: directionOf(field),
    autocomplete,
    ...inputOf(field),
    prefill,
    nothingChosen: t('profile.nothingChosen'),
    choices: field.choices.map(({ value, label }) => ({
      value,
      label: textIn(label, locale),
      isPrefill: value === prefill,
      isChosenBy: lookupOf(value),
    })),
  };
}

function inputOf({
  type,
  maxLength,
  min,
  max,
}: ProfileField): Pick<FieldModel, 'type' | 'inputmode' | 'maxlength' | 'min' | 'max' | 'step'> {
  // Browsers count UTF-16 units, and cut off without a word: twice as many never stop what the server accepts.
  const maxlength = type === 'text' ? maxLength * 2 : null;
  return { type, inputmode: inputmodeOf(type, min), maxlength, min, max, step: type === 'number' ? 'any' : null };
}

/** The keyboard of a phone. The one for decimals lacks the minus sign. */
function inputmodeOf(type: ProfileField['type'], min: ProfileField['min']): string | null {
  if (type === 'email' || type === 'tel') return type;
  return type === 'number' && typeof min === 'number' && min >= 0 ? 'decimal' : null;
}

function directionOf({ type }: ProfileField): FieldModel['direction'] {
  if (type === 'email' || type === 'tel') return 'ltr';
  return type === 'text' ? 'auto' : null;
}

function lookupOf(key: string): Lookup {
  const empty: object = Object.create(null);
  return Object.assign(empty, { [key]: true as const });
}

import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { DEFAULT_AUTOCOMPLETE } from './autofill.js';
import { choicesOf, type ProfileChoice } from './choice.js';
import { wholePattern } from './pattern.js';
import { TEXT_MAX_LENGTH, type ProfileFieldOptions, type ProfileFieldType } from './profile.options.js';

/** A field with its defaults; null is what it does not have. */
export interface ProfileField {
  readonly name: string;
  readonly type: ProfileFieldType;
  readonly label: LocalizedText;
  readonly hint: LocalizedText | null;
  readonly required: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp | null;
  readonly min: number | string | null;
  readonly max: number | string | null;
  readonly choices: readonly ProfileChoice[];
  readonly autocomplete: string | null;
}

/** @param options Known to be sound. */
export function fieldOf(options: ProfileFieldOptions): ProfileField {
  const { name, type, label, hint, required, minLength, maxLength, pattern, min, max, autocomplete } = options;
  return {
    name,
    type,
    label,
    hint: hint ?? null,
    required: required ?? false,
    minLength: minLength ?? 1,
    maxLength: maxLength ?? TEXT_MAX_LENGTH,
    pattern: typeof pattern === 'string' ? wholePattern(pattern) : null,
    min: min ?? null,
    max: max ?? null,
    choices: choicesOf(options.options ?? []),
    autocomplete: autocomplete ?? DEFAULT_AUTOCOMPLETE[type] ?? null,
  };
}

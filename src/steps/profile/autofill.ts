import type { ProfileFieldType } from './profile.options.js';

/**
 * Autofill field names of the HTML standard (section 4.10.18.7.1). Not among them: passwords, one-time codes and cards, as what a
 * step gives travels in a token that is not encrypted; and `street-address`, which is for fields of several lines.
 */
const NAMES = [
  ...['name', 'honorific-prefix', 'given-name', 'additional-name', 'family-name', 'honorific-suffix', 'nickname'],
  ...['username', 'organization-title', 'organization', 'address-line1', 'address-line2', 'address-line3'],
  ...['address-level4', 'address-level3', 'address-level2', 'address-level1', 'country', 'country-name', 'postal-code'],
  ...['language', 'bday', 'bday-day', 'bday-month', 'bday-year', 'sex', 'url', 'photo'],
];

/** Those that may say which of several addresses or numbers is meant, like `work email`. */
const CONTACT_NAMES = [
  ...['tel', 'tel-country-code', 'tel-national', 'tel-area-code', 'tel-local', 'tel-local-prefix', 'tel-local-suffix'],
  ...['tel-extension', 'email', 'impp'],
];

const TOKENS = new RegExp(
  `^(?:on|off|(?:section-[\\w-]+ )?(?:(?:shipping|billing) )?(?:(?:${NAMES.join('|')})|(?:(?:home|work|mobile|fax|pager) )?(?:${CONTACT_NAMES.join('|')})))$`,
  'u',
);

/** A browser fills in only what a control of this type takes; the other types take everything. */
const NAMES_OF_TYPE: Partial<Record<ProfileFieldType, readonly string[]>> = {
  email: ['email', 'username'],
  tel: ['tel'],
  date: ['bday'],
  number: ['bday-day', 'bday-month', 'bday-year'],
};

/** What a browser fills in where the configuration does not say. */
export const DEFAULT_AUTOCOMPLETE: Partial<Record<ProfileFieldType, string>> = { email: 'email', tel: 'tel' };

/** What is wrong with a field's `autocomplete`. */
export function findAutocompleteProblem(value: unknown, type: ProfileFieldType): string | undefined {
  if (typeof value !== 'string' || !TOKENS.test(value)) {
    return 'is no autofill field name of the HTML standard that a profile may ask for, like given-name or work email';
  }
  const name = value.split(' ').at(-1) ?? '';
  const names = NAMES_OF_TYPE[type];
  if (!names || ['on', 'off', ...names].includes(name)) return undefined;
  return `is not for a field of type ${type}, which takes ${names.join(', ')}`;
}

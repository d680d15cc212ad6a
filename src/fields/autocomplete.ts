/**
 * Autofill field names of the HTML standard (section 4.10.18.7.1). Names for passwords, one-time codes and cards are left out, because the
 * data travels in a token that is not encrypted. So is `street-address`, which needs a multi-line field.
 */
const NAMES = [
  ...['name', 'honorific-prefix', 'given-name', 'additional-name', 'family-name', 'honorific-suffix', 'nickname'],
  ...['username', 'organization-title', 'organization', 'address-line1', 'address-line2', 'address-line3'],
  ...['address-level4', 'address-level3', 'address-level2', 'address-level1', 'country', 'country-name', 'postal-code'],
  ...['language', 'bday', 'bday-day', 'bday-month', 'bday-year', 'sex', 'url', 'photo'],
];

/** Names that can have a prefix, like `work email`. */
const CONTACT_NAMES = [
  ...['tel', 'tel-country-code', 'tel-national', 'tel-area-code', 'tel-local', 'tel-local-prefix', 'tel-local-suffix'],
  ...['tel-extension', 'email', 'impp'],
];

const TOKENS = new RegExp(
  `^(?:on|off|(?:section-[\\w-]+ )?(?:(?:shipping|billing) )?(?:(?:${NAMES.join('|')})|(?:(?:home|work|mobile|fax|pager) )?(?:${CONTACT_NAMES.join('|')})))$`,
  'u',
);

/**
 * Returns what is wrong with the `autocomplete` of a field.
 *
 * @param names The names that browsers fill into the field's control. Default: all.
 */
export function findAutocompleteProblem(value: unknown, names?: readonly string[]): string | undefined {
  if (typeof value !== 'string' || !TOKENS.test(value)) {
    return 'is not an autofill field name of the HTML standard that a profile may use, like given-name or work email';
  }
  const name = value.split(' ').at(-1) ?? '';
  if (!names || ['on', 'off', ...names].includes(name)) return undefined;
  return `does not fit the type of the field, which accepts ${names.join(', ')}`;
}

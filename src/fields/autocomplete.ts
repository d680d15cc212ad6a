/**
 * Autofill field names of the HTML standard (section 4.10.18.7.1). Omits passwords, one-time codes and cards, because the token with the
 * data is not encrypted; and `street-address`, which needs a multi-line field.
 */
const NAMES = [
  ...['name', 'honorific-prefix', 'given-name', 'additional-name', 'family-name', 'honorific-suffix', 'nickname'],
  ...['username', 'organization-title', 'organization', 'address-line1', 'address-line2', 'address-line3'],
  ...['address-level4', 'address-level3', 'address-level2', 'address-level1', 'country', 'country-name', 'postal-code'],
  ...['language', 'bday', 'bday-day', 'bday-month', 'bday-year', 'sex', 'url', 'photo'],
];

const CONTACT_NAMES = [
  ...['tel', 'tel-country-code', 'tel-national', 'tel-area-code', 'tel-local', 'tel-local-prefix', 'tel-local-suffix'],
  ...['tel-extension', 'email', 'impp'],
];

const TOKENS = new RegExp(
  `^(?:on|off|(?:section-[\\w-]+ )?(?:(?:shipping|billing) )?(?:(?:${NAMES.join('|')})|(?:(?:home|work|mobile|fax|pager) )?(?:${CONTACT_NAMES.join('|')})))$`,
  'u',
);

/** @param names Names whose values browsers fill into the control. Default: all. */
export function findAutocompleteProblem(value: unknown, names?: readonly string[]): string | undefined {
  if (typeof value !== 'string' || !TOKENS.test(value)) {
    return 'is not an autofill field name of the HTML standard that a profile may use, like given-name or work email';
  }
  const name = value.split(' ').at(-1) ?? '';
  if (!names || ['on', 'off', ...names].includes(name)) return undefined;
  return `does not fit the type of the field, which accepts ${names.join(', ')}`;
}

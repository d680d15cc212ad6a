/** Regions that write Portuguese as in Portugal (CLDR, parentLocales). */
const EUROPEAN_PORTUGUESE = ['AO', 'CH', 'CV', 'FR', 'GQ', 'GW', 'LU', 'MO', 'MZ', 'ST', 'TL'];

/** Languages that use the texts of another one (CLDR, parentLocales). */
const PARENTS: Readonly<Record<string, string>> = {
  nb: 'no',
  nn: 'no',
  ...Object.fromEntries(EUROPEAN_PORTUGUESE.map((region) => [`pt-${region}`, 'pt-PT'])),
};

/**
 * RFC 4647 section 3.4: `de-AT` finds `de`, `zh-TW` finds `zh-Hant`, `pt-AO` finds `pt-PT`, and the old code `iw` finds `he`. Operating
 * systems and many profiles write `de_AT` or `de_AT.UTF-8`.
 */
export function findLanguage(available: readonly string[], tag: string): string | undefined {
  const [plain = ''] = tag.replaceAll('_', '-').split(/[.@]/, 1);
  return rangesOf(plain).find((range) => available.includes(range));
}

/** Returns the tag and its shorter forms, most specific first. */
function rangesOf(tag: string): readonly string[] {
  try {
    const locale = new Intl.Locale(tag);
    const { language, script } = locale.maximize();
    const parts = locale.baseName.split('-');
    const narrow = parts.slice(1).map((_part, at) => parts.slice(0, parts.length - at).join('-'));
    return [...narrow, `${language}-${script}`, language].flatMap((range) => [range, PARENTS[range] ?? range]);
  } catch {
    return [];
  }
}

import { PLURAL, TAGS, texts } from '../harness/locale-texts.js';
import { textUses, type TextUse } from '../harness/text-uses.js';

/** Values of texts whose keys a function forwards to `t` with values. Other forwarded keys have no values. */
const PASSED_ON: Readonly<Record<string, readonly string[]>> = {
  'external.notValid': ['vendor'],
  'external.unavailable': ['vendor'],
};

/** Forms that may write the number as a word, like “one minute”, or omit the number, like “no options”. */
const MAY_BE_A_WORD = /_(?:zero|one|two)$/;

const nameOf = (key: string): string => key.replace(PLURAL, '');
const placesIn = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}/g)].map(([, name = '']) => name).toSorted();

describe('the values that the code has for a text', () => {
  const names = new Set(Object.keys(texts('en')).map(nameOf));
  let uses: readonly TextUse[];
  beforeAll(() => {
    uses = textUses();
  });

  /** A computed key matches the texts that no other place names. */
  const usesOf = (name: string): readonly TextUse[] => {
    const exact = uses.filter(({ key }) => key === name);
    if (exact.length > 0) return exact;
    return uses.filter(({ key, values }) => values !== undefined && key.includes('*') && matches(key, name));
  };
  /** A computed last part matches no `_`: `form.*` does not match `form.date_min`, but `*_min` does. */
  const matches = (pattern: string, name: string): boolean => {
    const source = pattern.replaceAll('.', '\\.').replace(/\*$/, '[a-zA-Z]+').replace('*', '.+');
    return new RegExp(`^${source}$`).test(name);
  };
  const valuesOf = (name: string): readonly string[] => {
    const [first, ...others] = usesOf(name).flatMap(({ values }) => (values ? [values.toSorted()] : []));
    for (const other of others) expect([name, other]).toEqual([name, first]);
    return first ?? PASSED_ON[name] ?? [];
  };

  it('are known: the code uses every text, with the same values everywhere', () => {
    const unused = [...names].filter((name) => usesOf(name).length === 0);
    expect(unused).toEqual([]);
    expect(valuesOf('step.progress')).toEqual(['position', 'total']);
    expect(valuesOf('form.date_min')).toEqual(['min']);
    expect(valuesOf('external.waitText')).toEqual(['vendor']);
  });

  it.each(TAGS)('are all in the text, and no others, in %s', (tag) => {
    const wrong = Object.entries(texts(tag)).filter(([key, text]) => {
      const values = valuesOf(nameOf(key));
      const places = placesIn(text);
      const needed =
        MAY_BE_A_WORD.test(key) && !places.includes('count') ? values.filter((each) => each !== 'count') : values;
      return places.join() !== needed.join();
    });
    expect(wrong).toEqual([]);
  });
});

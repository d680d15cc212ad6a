import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { TermsStep, type TermsOptions } from '../../src/steps/terms/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { StepTester, type TestedLogin } from '../../src/testing/step-tester.js';

const clock = new FrozenClock(Date.parse('2026-11-23T12:00:00Z'));
const stepWith = (options: object): TermsStep => new TermsStep(clock, options as TermsOptions);
const testerWith = (options: object, login?: TestedLogin) => new StepTester(stepWith(options), login);
function problemsWith(options: object): readonly string[] {
  try {
    stepWith(options);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}
const sha256Of = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
/** Handlebars escapes three of the characters by name, and the others as hexadecimal numbers. */
const unescaped = (html: string): string =>
  html.replaceAll(/&(?:amp|lt|gt|quot|#x([\dA-Fa-f]+));/g, (entity, hex?: string) =>
    hex === undefined
      ? ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }[entity] ?? '')
      : String.fromCodePoint(parseInt(hex, 16)),
  );

const TERMS = { id: 'terms', title: 'Terms of Service', version: '2026-11', text: 'You may use this.' };
const PRIVACY = { id: 'privacy', title: 'Privacy Policy', version: '3', url: 'https://example.com/privacy' };
const NEWS = { id: 'news', title: 'Send me news by email', version: '1', required: false };
const SEVERAL = { title: 'Before you continue', text: 'Read these.', documents: [TERMS, PRIVACY, NEWS] };

describe('the options of terms', () => {
  const WRONG: readonly [object, string][] = [
    [{ version: '1' }, 'terms.title is neither a text nor texts by language'],
    [{ title: 'Terms' }, 'terms.version is missing'],
    [{ title: 'Terms', version: '' }, 'terms.version is empty'],
    [{ title: 'Terms', version: 1.1 }, 'terms.version is not a text (quote it)'],
    [{ title: 'Terms', version: 2026 }, 'terms.version is not a text (quote it)'],
    [{ title: 'Terms', version: {} }, 'terms.version is not a text'],
    [{ title: 'Terms', version: 'x'.repeat(65) }, 'terms.version has 65 characters, more than 64'],
    [{ title: 'x'.repeat(50_000), version: '1' }, 'terms.title has 50000 characters, more than 200'],
    [{ title: 'Terms', version: '1', text: '' }, 'terms.text is empty'],
    [
      { title: 'Terms', version: '1', text: { en: 'x', de: 'x'.repeat(100_001) } },
      'terms.text de has 100001 characters, more than 100000',
    ],
    [{ title: 'Terms', version: '1', url: { de: 'x' } }, 'terms.url de is not an https URL'],
    [
      { title: 'Terms', version: '1', link: 'x' },
      'terms.link is not a known option (known: id, title, version, text, url, documents)',
    ],
    [{ ...SEVERAL, version: '1' }, 'terms.version is for a single document: move it into documents'],
    [{ ...SEVERAL, url: 'https://example.com' }, 'terms.url is for a single document: move it into documents'],
    [{ title: 'Terms', documents: TERMS }, 'terms.documents is not a list of documents'],
    [{ title: 'Terms', documents: [] }, 'terms.documents has 0 entries, not 1 to 10'],
    [{ title: 'Terms', documents: Array.from({ length: 11 }, () => TERMS) }, 'terms.documents has 11 entries'],
    [{ title: 'Terms', documents: [TERMS, 'privacy'] }, 'terms.documents entry 2 is not a section of options'],
    [{ title: 'Terms', documents: [TERMS, TERMS] }, 'terms.documents entry 2: id is already in use'],
    [{ title: 'Terms', documents: [{ ...TERMS, id: 'Terms!' }] }, 'terms.documents entry 1: id is not an id of a-z'],
    [
      { title: 'Terms', documents: [{ ...TERMS, version: 3 }] },
      'terms.documents entry 1: version is not a text (quote it)',
    ],
    [
      { title: 'Terms', documents: [{ ...TERMS, requird: true }] },
      'entry 1: requird is not a known option: did you mean required?',
    ],
    [{ title: 'Terms', documents: [{ ...TERMS, required: 'no' }] }, 'entry 1: required is neither true nor false'],
    [{ title: 'Terms', documents: [NEWS] }, 'terms.documents has no required document'],
  ];
  it.each(WRONG.map(([options, problem]) => ({ options, problem })))(
    'are refused: $problem',
    ({ options, problem }) => {
      expect(problemsWith(options)).toEqual([expect.stringContaining(problem)]);
    },
  );

  it('can be null, which YAML has for an empty option', async () => {
    const tester = testerWith({ title: 'Terms', version: '1', text: null, url: null, documents: null });
    expect((await tester.view()).model).toMatchObject({ documents: [{ title: 'Terms', text: null, url: null }] });
    const several = testerWith({ title: 'Terms', documents: [{ ...TERMS, required: null, url: null }], version: null });
    expect((await several.view()).model).toMatchObject({ documents: [{ url: null, isRequired: true }] });
  });
});

describe('the step terms', () => {
  const tester = testerWith({ title: { en: 'Terms', de: 'Bedingungen' }, version: '2' }, { locale: 'de' });

  it('shows the document in the language of the login', async () => {
    expect(await tester.view()).toMatchObject({ template: 'terms', title: 'Bedingungen' });
  });

  it('returns version, time and language', async () => {
    expect(await tester.submit({ accepted: 'yes' })).toEqual({
      type: 'completed',
      data: {
        version: '2',
        acceptedAt: '2026-11-23T12:00:00.000Z',
        locale: 'de',
        documents: { terms: { version: '2', accepted: true } },
      },
    });
  });

  it('returns the hash of the text in the language of the page', async () => {
    const text = { en: 'You may use this.', de: 'Sie dürfen das\nbenutzen.' };
    const data = { documents: { terms: { sha256: sha256Of(text.de) } } };
    const german = testerWith({ title: 'Terms', version: '2', text, url: 'https://example.com' }, { locale: 'de' });
    expect(await german.submit({ accepted: 'yes' })).toMatchObject({ data });
  });

  it('names its link after the document', async () => {
    const page = await testerWith({ title: 'Terms', version: '2', url: 'https://example.com/terms' }).render();
    expect(page).toContain('rel="noopener noreferrer">Read the full text: <bdi>Terms</bdi></a>');
  });

  it('requires the tick', async () => {
    expect(await tester.submit({})).toMatchObject({ type: 'invalid', messages: { accepted: expect.any(String) } });
  });
});

describe('several documents', () => {
  const tester = testerWith(SEVERAL);

  it('are each on the page, with a checkbox of their own', async () => {
    const page = await tester.render();
    expect(page).toContain('<h1><bdi>Before you continue</bdi></h1>');
    expect(page).toContain('<p dir="auto">Read these.</p>');
    for (const field of ['accepted-terms', 'accepted-privacy']) {
      expect(page).toContain(`<input type="checkbox" id="${field}" name="${field}" value="yes" required>`);
    }
    expect(page).toContain('<input type="checkbox" id="accepted-news" name="accepted-news" value="yes">');
    expect(page).toContain('<label for="accepted-privacy">I accept: <bdi>Privacy Policy</bdi></label>');
    expect(page).toContain('<label for="accepted-news"><bdi>Send me news by email</bdi> (optional)</label>');
  });

  it('name the boxes that are missing, and keep the ticked ones', async () => {
    const page = await tester.render({ 'accepted-terms': 'yes', 'accepted-news': 'yes' });
    expect(page).toContain('<a href="#accepted-privacy"><bdi>Privacy Policy</bdi>: Check the box to accept.</a>');
    expect(page).not.toContain('#accepted-terms');
    expect(page).toContain('name="accepted-terms" value="yes" required checked>');
    expect(page).toContain('name="accepted-news" value="yes" checked>');
  });

  it.each([
    ['without the optional one', {}, false],
    ['with the optional one', { 'accepted-news': 'yes' }, true],
    ['with another value for it', { 'accepted-news': 'no' }, false],
  ])('are accepted %s', async (_what, more, accepted) => {
    const result = await tester.submit({ 'accepted-terms': 'yes', 'accepted-privacy': 'yes', ...more });
    expect(result).toEqual({
      type: 'completed',
      data: {
        version: 'terms=2026-11,privacy=3',
        acceptedAt: '2026-11-23T12:00:00.000Z',
        locale: 'en',
        documents: {
          terms: { version: '2026-11', accepted: true, sha256: sha256Of('You may use this.') },
          privacy: { version: '3', accepted: true },
          news: { version: '1', accepted, optional: true },
        },
      },
    });
  });

  it('return data of less than 4 KB', async () => {
    const documents = Array.from({ length: 10 }, (_each, index) => ({
      ...{ id: `${'x'.repeat(38)}-${index}`, title: 'x'.repeat(200), version: 'x'.repeat(64), text: 'x' },
    }));
    const fields = documents.map(({ id }): [string, string] => [`accepted-${id}`, 'yes']);
    const result = await testerWith({ title: 'Terms', documents }).submit(Object.fromEntries(fields));
    expect(result).toMatchObject({ type: 'completed' });
    expect(JSON.stringify(result).length).toBeLessThan(4096);
  });
});

describe('a user who declines', () => {
  it.each([
    ['terms_declined', { declined: 'yes' }, 'You did not accept the terms. To accept them, sign in again.'],
    ['switch_account', { switchAccount: 'yes' }, 'You want to use another account. Sign in again with that account.'],
  ])('is denied with %s after the page that explains it', async (error, fields, description) => {
    const tester = testerWith(SEVERAL);
    const page = await tester.render({ decline: 'yes' });
    for (const button of ['name="declined"', 'name="switchAccount"']) expect(page).toContain(button);
    expect(page).toContain('You lose nothing');
    expect(page).not.toContain('accepted-terms');
    expect(await tester.submit(fields)).toEqual({ type: 'denied', error, description });
  });

  it('can go back to the documents', async () => {
    const tester = testerWith(SEVERAL);
    expect(await tester.render({ decline: 'yes' })).toMatch(/<a class="button" href="\/redirect\/steps\/terms\?/);
    expect(await tester.render()).toContain('accepted-terms');
  });

  it.each(['', 'no', 'YES'])('does not decline by a button with the value %j', async (value) => {
    for (const name of ['decline', 'declined', 'switchAccount'])
      expect(await testerWith(SEVERAL).submit({ [name]: value })).toMatchObject({ type: 'invalid', messages: {} });
    for (const name of ['decline', 'declined', 'switchAccount'])
      expect((await testerWith(SEVERAL).submit({ [name]: value })) as object).toHaveProperty([
        'messages',
        'accepted-terms',
      ]);
  });
});

describe('any title and text', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '"><img src=x>',
    '&amp;',
    '\u202e\u2066',
    '\u0000',
    '{{title}}',
    '$&',
    'شروط',
    '\n',
  ];
  const words = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', minLength: 1 })), {
    minLength: 1,
  });

  it('are shown as text, isolated from the direction around them, and hashed exactly', async () => {
    const property = fc.asyncProperty(words, words, fc.constantFrom('en', 'ar', 'ja'), async (some, others, locale) => {
      const [title, text] = [`T${some.join('').slice(0, 199)}`, others.join('')];
      const document = { ...TERMS, title, text };
      const tester = testerWith({ title, documents: [document, PRIVACY] }, { locale });
      const page = await tester.render();
      const regions = [...page.matchAll(/<div class="document"[^>]*>([^<]*)<\/div>/g)].map(([, html = '']) => html);
      expect(regions.map(unescaped)).toEqual([text]);
      expect(page).not.toContain('<img');
      expect(page.match(/<script/g)).toBeNull();
      const shown = [...page.matchAll(/<bdi>([^<]*)<\/bdi>/g)].map(([, html = '']) => unescaped(html));
      expect(shown.filter((each) => each === title)).toHaveLength(3);
      const result = await tester.submit({ 'accepted-terms': 'yes', 'accepted-privacy': 'yes' });
      expect(result).toMatchObject({ data: { documents: { terms: { sha256: sha256Of(text) } } } });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('may have 100,000 characters', async () => {
    const text = '<&"\u202e'.repeat(25_000);
    const tester = testerWith({ title: 'Terms', version: '1', text });
    expect((await tester.render()).length).toBeGreaterThan(text.length);
    expect(await tester.submit({ accepted: 'yes' })).toMatchObject({
      data: { documents: { terms: { sha256: sha256Of(text) } } },
    });
  });
});

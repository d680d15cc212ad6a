import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseLocale } from '../../src/auth-redirect/locales/choose-locale.js';
import { textIn } from '../../src/auth-redirect/locales/localized-text.js';
import { IsLocalizedText } from '../../src/auth-redirect/validation/validators.js';
import { loadLocales, Locales } from '../../src/auth-redirect/locales/locales.js';
import { problemsOf } from '../../src/auth-redirect/validation/validate.js';
import { TermsStep, TERMS_OPTIONS } from '../../src/steps/terms/index.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { thrownBy } from '../harness/continue-tokens.js';
import { StepBrowser } from '../harness/step-browser.js';
import { PLURAL, TAGS, texts } from '../harness/locale-texts.js';
import { jws, tokenWith } from '../harness/tokens.js';

const namesOf = (of: Record<string, string>): string[] =>
  [...new Set(Object.keys(of).map((key) => key.replace(PLURAL, '')))].toSorted();
const placesOf = (text = ''): string[] => (text.match(/\{\{[^}]+\}\}/g) ?? []).toSorted();

describe('the languages', () => {
  it('are those of the files', () => {
    const files = readdirSync('locales').filter((file) => file.endsWith('.json'));
    expect(files.toSorted()).toEqual(TAGS.map((tag) => `${tag}.json`).toSorted());
    expect(new Locales().tags.toSorted()).toEqual(TAGS.toSorted());
  });

  it.each(TAGS)('%s has every text, in every plural form, with the same places', (tag) => {
    const [english, translated] = [texts('en'), texts(tag)];
    expect(namesOf(translated)).toEqual(namesOf(english));
    const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const text of Object.values(translated)) {
      expect(text.trim()).toBe(text);
      expect(text).not.toBe('');
    }
    const plain = Object.keys(translated).filter((key) => !PLURAL.test(key));
    const places = (of: Record<string, string>): unknown => plain.map((key) => [key, placesOf(of[key])]);
    expect(places(translated)).toEqual(places(english));
    for (const name of Object.keys(english).filter((key) => key.endsWith('_other'))) {
      const base = name.replace(PLURAL, '');
      const forms = Object.keys(translated).filter((key) => PLURAL.test(key) && key.replace(PLURAL, '') === base);
      expect(forms.toSorted()).toEqual(categories.map((category) => `${base}_${category}`).toSorted());
      // A language may write zero, one and two as words.
      for (const form of forms.filter((key) => !/_(?:zero|one|two)$/.test(key)))
        expect([form, placesOf(translated[form])]).toEqual([form, placesOf(english[name])]);
    }
  });

  it.each(TAGS)('%s uses the same words for the same thing', (tag) => {
    const [english, translated] = [texts('en'), texts(tag)];
    const plain = Object.keys(english).filter((key) => !PLURAL.test(key));
    const differing = plain.filter((key) =>
      plain.some((other) => english[other] === english[key] && translated[other] !== translated[key]),
    );
    expect(differing).toEqual([]);
  });

  it('use the plural rules of each language', () => {
    const minutes = (tag: string, count: number): string => new Locales().translate(tag)('step.deadline', { count });
    expect(minutes('en', 1)).toBe('Finish this sign-in within 1 minute.');
    const forms = [0, 1, 2, 3, 11, 100].map((count) => minutes('ar', count).replace(/\d+/, ''));
    expect(new Set(forms).size).toBe(4);
  });

  it('keep the Portuguese of Brazil and of Portugal apart', () => {
    const [brazilian, european] = ['pt', 'pt-PT'].map((tag) => Object.values(texts(tag)).join('\n'));
    expect(brazilian).toMatch(/login[^]*senha/);
    expect(brazilian).not.toMatch(/início de sessão|palavra-passe|telemóvel|demasiad|noutr|introduz|utiliz/i);
    expect(european).toMatch(/início de sessão[^]*palavra-passe/);
    expect(european).not.toMatch(/\b(?:você|login|senha|celular|apps?|digite|e-mail)\b/i);
  });

  it('have French spaces before high punctuation, and Spanish marks before a question', () => {
    const french = Object.values(texts('fr')).filter((text) =>
      /(?<![\u00A0\u202F])[;?!»]|[^\u00A0\u202F\w]:|«(?![\u00A0\u202F])/.test(text.replaceAll(/\{\{[^}]+\}\}/g, '')),
    );
    expect(french).toEqual([]);
    const spanish = Object.values(texts('es')).filter((text) => text.includes('?') !== text.includes('¿'));
    expect(spanish).toEqual([]);
  });

  it('return an unknown key unchanged', () => {
    const t = new Locales().translate('de');
    for (const text of ['Please tick: here. {{now}}', 'Not $t(step.cancel)', '$t(step.cancel, {"lng":"en"})'])
      expect(t(text, { now: 'x' })).toBe(text);
  });
});

describe('the language of a request', () => {
  const choose = (claims: Record<string, unknown>, query = '', acceptLanguage?: string): string =>
    chooseLocale(new Locales(), {
      claims,
      request: {
        url: `/redirect?state=x${query}`,
        headers: acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage },
      },
    });

  it.each<[string, Record<string, unknown>, string, string | undefined]>([
    ['de', { locale: 'de' }, '&ui_locales=fr', 'es'],
    ['de', { locale: 'de-AT' }, '', undefined],
    ['pt', { locale: 'PT-br' }, '', undefined],
    ['fr', { locale: 'xx', ui_locales: 'yy fr-CA de' }, '&ui_locales=es', 'ja'],
    ['fr', { ui_locales: ['yy', 'fr'] }, '', undefined],
    ['de', { locale: 'de_AT' }, '', undefined],
    ['pt', { locale: 'PT_br.UTF-8' }, '', undefined],
    ['pt', { locale: 'pt' }, '', undefined],
    ['pt-PT', { locale: 'pt_PT@euro' }, '', undefined],
    ['en', { locale: 'en_US' }, '', undefined],
    ['de', { locale: 'de-de' }, '', undefined],
    ['zh', { locale: 'zh-CN' }, '', undefined],
    ['zh', { locale: 'zh-Hans-SG' }, '', undefined],
    ['zh-Hant', { locale: 'zh-TW' }, '', undefined],
    ['zh-Hant', { locale: 'zh_HK' }, '', undefined],
    ['zh-Hant', { locale: 'zh-Hant-TW' }, '', undefined],
    ['he', { locale: 'iw' }, '', undefined],
    ['he', { locale: 'iw_IL' }, '', undefined],
    ['no', { locale: 'no' }, '', undefined],
    ['no', { locale: 'nb-NO' }, '', undefined],
    ['no', {}, '', 'nn-NO,nn;q=0.9,en;q=0.8'],
    ['zh-Hant', {}, '', 'zh-TW,zh;q=0.9,en-US;q=0.8'],
    ['pt-PT', {}, '', 'pt-PT,pt;q=0.9,en;q=0.8'],
    ['pt-PT', {}, '', 'pt-AO,pt;q=0.9,en;q=0.8'],
    ['pt', {}, '', 'pt-BR,pt;q=0.9,en;q=0.8'],
    ['pt', {}, '', 'pt,pt-PT;q=0.9'],
    ['pt-PT', {}, '&ui_locales=pt-PT', 'pt-BR'],
    ['pt-PT', {}, '&ui_locales=pt-MZ+pt', undefined],
    ['pt', {}, '&ui_locales=pt-BR', 'pt-PT'],
    ['pt', {}, '&ui_locales=pt', 'pt-PT'],
    ['fr', { ui_locales: 'yy_ZZ  fr_CA' }, '', undefined],
    ['es', {}, '&ui_locales=xx_XX+es_419', undefined],
    ['de', {}, '&ui_locales=de%5fAT', undefined],
    ['en', {}, '&ui_locales=de,fr', undefined],
    ['de', {}, '', 'de_AT'],
    ['de', {}, '', ' xx_YY ;q=0.9 , DE_at ; q=0.8'],
    ['ja', {}, '', 'JA-jp;Q=0.8, de;q=0.3'],
    ['es', {}, '&ui_locales=xx%20es-419', 'ja'],
    ['ja', {}, '', 'xx, ja;q=0.8, de;q=0.3'],
    ['ar', {}, '', 'ar-EG'],
    ['en', {}, '', undefined],
    ['en', {}, '', '*'],
    ['en', {}, '', 'xx'],
    ['en', { locale: { de: true }, ui_locales: 7 }, '&ui_locales=', 'garbage;;;q=,'],
    ['en', { locale: '../../etc/passwd', ui_locales: ['__proto__', null, 'd'.repeat(10_000)] }, '', undefined],
  ])('is %s for %j, %j and %j', (expected, claims, query, acceptLanguage) => {
    expect(choose(claims, query, acceptLanguage)).toBe(expected);
  });
});

describe.each(ADAPTERS)('the pages on %s', (adapter) => {
  let host: HostApplication;
  const terms = {
    provide: TERMS_OPTIONS,
    useValue: { title: { en: 'Terms', de: 'Bedingungen' }, version: '1', text: 'Text' },
  };
  beforeAll(async () => {
    host = await HostApplication.start(adapter, {}, 'recorded', [TermsStep], [terms]);
  });
  afterAll(async () => host.stop());

  it('are in the language of the token, in all steps', async () => {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ locale: 'de-CH' }));
    const page = await browser.get();
    expect(page.body).toContain('<html lang="de" dir="ltr">');
    expect(page.body).toContain('Bedingungen');
    const again = await browser.post({});
    expect(again.body).toContain(texts('de')['terms.tick']);
    const last = await browser.post({ accepted: 'yes' });
    expect(last.body).toContain(texts('de')['continue.title']);
  });

  it('are written from right to left if the language is', async () => {
    const { body } = await host.redirect(tokenWith({ steps: [] }), 'state', { headers: { 'accept-language': 'ar' } });
    expect(body).toContain('<html lang="ar" dir="rtl">');
    expect(body).toContain(texts('ar')['continue.button']);
  });

  it('show a refusal in the language of the browser', async () => {
    const reply = await host.redirect('no-token', 'state', { headers: { 'accept-language': 'fr' } });
    expect(reply.body).toContain('<html lang="fr" dir="ltr">');
    expect(reply.headers.vary).toBe('Accept, Accept-Language');
  });

  it('send the Action the denial in the language of the login', async () => {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ locale: 'es' }));
    const { body } = await browser.post({ _cancel: 'yes' });
    expect(body).toContain('lang="es"');
  });

  it('are English for a token without a language', async () => {
    expect((await host.redirect(jws(), 'state')).status).toBe(303);
  });
});

describe('a directory of languages', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'locales-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const write = (name: string, content: string): void => writeFileSync(join(directory, name), content);

  it('adds a language, changes a text, and falls back to English for missing texts', async () => {
    write('fi.json', '{"continue":{"title":"Hetkinen"}}');
    write('pt-br.json', '{"continue":{"title":"Um momento"}}');
    write('de.json', '{"continue":{"title":"Moment!"}}');
    const locales = loadLocales(directory);
    expect(locales.tags).toEqual(expect.arrayContaining(['fi', 'pt-BR']));
    expect(locales.translate('fi')('continue.title')).toBe('Hetkinen');
    expect(locales.translate('fi')('continue.button')).toBe('Continue');
    expect(locales.translate('de')('continue.title')).toBe('Moment!');
    expect(locales.translate('de')('continue.button')).toBe(texts('de')['continue.button']);
  });

  it.each([
    ['de.json', '{', 'localesDirectory has de.json, which is not JSON that can be read, line 1, column 2: '],
    [
      'de.json',
      '{"a": "b",\n  c: "d"}',
      'localesDirectory has de.json, which is not JSON that can be read, line 2, column 3: ',
    ],
    [
      'de.json',
      '{"a": "b"\n"c": "d"}',
      'localesDirectory has de.json, which is not JSON that can be read, line 2, column 1: ',
    ],
    [
      'de.json',
      '{"a": {\n"b": oops}}',
      'localesDirectory has de.json, which is not JSON that can be read: "Unexpected token',
    ],
    ['de.json', '{"a":1}', 'localesDirectory has de.json, which is not JSON with texts by their keys'],
    [
      'not a tag.json',
      '{}',
      'localesDirectory has not a tag.json, which is not named after a language, like nl.json or pt-BR.json',
    ],
    [
      'pt_BR.json',
      '{}',
      'localesDirectory has pt_BR.json, which is not named after a language, like nl.json or pt-BR.json',
    ],
  ])('is refused if %s contains %s', (name, content, problem) => {
    write(name, content);
    expect(thrownBy(() => loadLocales(directory))).toMatchObject({
      code: 'options_invalid',
      problems: [expect.stringContaining(problem)],
    });
  });

  it('fails startup if it does not exist', () => {
    expect(thrownBy(() => loadLocales(join(directory, 'none')))).toMatchObject({
      problems: ['localesDirectory names a directory that does not exist (ENOENT)'],
    });
  });
});

describe('a text by language', () => {
  it.each<[string, string | Record<string, string>, string]>([
    ['de', 'same', 'same'],
    ['pt-BR', { en: 'e', pt: 'p' }, 'p'],
    ['pt-BR', { 'pt-BR': 'b', pt: 'p' }, 'b'],
    ['ja', { en: 'e', de: 'd' }, 'e'],
    ['ja', { de: 'd' }, 'd'],
  ])('in %s is taken from %j', (locale, text, expected) => {
    expect(textIn(text, locale)).toBe(expected);
  });

  it.each<[unknown, string]>([
    ['', 'title is empty'],
    [{ de: '' }, 'title de is empty'],
    [{ en_US: 'Terms' }, 'title en_US is not a language, like en or en-US'],
    [{ de: 1 }, 'title de is not a text (quote it)'],
    [{}, 'title is neither a text nor texts by language'],
    [[], 'title is neither a text nor texts by language'],
    [7, 'title is not a text (quote it)'],
    [true, 'title is not a text (quote it)'],
  ])('is refused as %j', (title, problem) => {
    class Options {
      @IsLocalizedText()
      title: unknown = title;
    }
    expect(problemsOf(new Options())).toEqual([expect.stringContaining(problem)]);
  });
});

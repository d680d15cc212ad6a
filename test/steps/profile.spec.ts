import { AuthRedirectOptionsError } from '../../src/auth-redirect/errors.js';
import { problemsOf } from '../../src/auth-redirect/validation/validate.js';
import { completed } from '../../src/auth-redirect/steps/step.js';
import {
  PROFILE_OPTIONS,
  profileProblems,
  ProfileOptions,
  ProfileStep,
  type ProfileData,
} from '../../src/steps/profile/index.js';
import type { FieldOptions, FieldsForm } from '../../src/fields/index.js';
import { StepTester, type TestedLogin } from '../../src/testing/step-tester.js';
import { ADAPTERS, HostApplication, type AdapterName } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith, type Members } from '../harness/tokens.js';

const NAME = { name: 'name', type: 'text', label: 'Name' } as const;

const stepWith = (...fields: object[]): ProfileStep => new ProfileStep({ fields: fields as FieldOptions[] });
const testerOf = (field: object, login: TestedLogin = {}): StepTester<FieldsForm, ProfileData> =>
  new StepTester(stepWith({ label: 'Field', name: 'field', ...field }), login);
const problems = (...fields: unknown[]): string[] => profileProblems({ fields });

/** Returns the value of a field after a post, or its message. */
async function given(field: object, posted?: string | string[], login: TestedLogin = {}): Promise<unknown> {
  // Each input for a part of a date also accepts the whole date.
  const control = 'type' in field && field.type === 'date' ? 'field-day' : 'field';
  const result = await testerOf(field, login).submit(posted === undefined ? {} : { [control]: posted });
  if (result.type === 'completed') return result.data.field;
  return result.type === 'invalid' ? { message: result.messages.field } : result;
}
const message = (text: string): object => ({ message: text });

interface ShownField {
  readonly value: string;
  readonly isChecked: boolean;
  readonly isCheckbox: boolean;
  readonly parts: readonly { readonly value: string }[];
  readonly choices: readonly { readonly value: string; readonly isChosen: boolean }[];
}

/** Returns the initial value of a field, given its value in the session token. */
async function prefill(field: object, known: unknown): Promise<unknown> {
  const { model } = await testerOf(field, { claims: { profile: { field: known } } }).view();
  const [{ value, isChecked, isCheckbox, parts, choices }] = model.fields as [ShownField];
  if (isCheckbox) return isChecked;
  if (parts.length > 0) return parts.map((part) => part.value).join('/');
  return choices.length > 0 ? choices.flatMap((choice) => (choice.isChosen ? [choice.value] : [])).join() : value;
}

describe('the options of the profile', () => {
  it('accept a field of every type', () => {
    const label = { en: 'E', de: 'D' };
    const fields = [
      {
        name: 'given_name',
        type: 'text',
        label,
        hint: label,
        required: true,
        minLength: 2,
        maxLength: 1000,
        pattern: '\\p{L}+',
      },
      { name: 'email', type: 'email', label, autocomplete: 'section-a shipping work email' },
      { name: 'phone', type: 'tel', label, pattern: '\\+49.*' },
      { name: 'birthdate', type: 'date', label, min: '1900-01-01', max: '2026-12-31', autocomplete: 'bday' },
      { name: 'country', type: 'select', label, options: { de: label, fr: 'France' }, autocomplete: 'country' },
      { name: 'size', type: 'select', label, options: ['S', 'M', { value: 'L', label }] },
      { name: 'news', type: 'checkbox', label, hint: undefined },
      { name: 'children', type: 'number', label, min: 0, max: 0.5, options: undefined },
    ];
    expect(profileProblems({ title: label, text: 'Text', fields })).toEqual([]);
    expect(() => stepWith(...fields)).not.toThrow();
  });

  it.each<[object, string]>([
    [{}, 'fields is not a list of fields'],
    [{ fields: {} }, 'fields is not a list of fields'],
    [{ fields: [] }, 'fields has 0 entries, not 1 to 20'],
    [
      { fields: Array.from({ length: 21 }, (_field, index) => ({ ...NAME, name: `n${index}` })) },
      'fields has 21 entries, not 1 to 20',
    ],
    [{ fields: [NAME], title: '' }, 'title is empty'],
    [{ fields: [NAME], text: { de: 7 } }, 'text de is not a text'],
    [{ fields: [NAME], heading: 'x' }, 'heading is not a known option (known: id, title, text, fields, notNow)'],
    [
      JSON.parse('{"fields":[{"name":"a","type":"text","label":"A"}],"__proto__":{}}') as object,
      '__proto__ is not a known option',
    ],
  ])('%j: %s', (options, problem) => {
    expect(profileProblems(options)).toEqual([expect.stringContaining(problem)]);
  });

  it.each<[unknown, string]>([
    [null, ' is not a section of options'],
    ['name', ' is not a section of options'],
    [[], ' is not a section of options'],
    [
      JSON.parse('{"name":"a","type":"text","label":"A","__proto__":{"x":1}}'),
      '.__proto__ is not a known option (known: name,',
    ],
    [{ ...NAME, requierd: true }, '.requierd is not a known option: did you mean required?'],
    [{ ...NAME, name: undefined }, '.name is not a name of a-z'],
    [{ ...NAME, name: 'Name' }, '.name is not a name of a-z'],
    [{ ...NAME, name: '_cancel' }, '.name is not a name of a-z'],
    [{ ...NAME, name: '__proto__' }, '.name is not a name of a-z'],
    [{ ...NAME, name: '1st' }, '.name is not a name of a-z'],
    [{ ...NAME, name: 'a'.repeat(41) }, '.name is not a name of a-z'],
    [{ ...NAME, name: 'constructor' }, '.name is a reserved name of JavaScript objects: choose another'],
    [{ ...NAME, name: 'prototype' }, '.name is a reserved name of JavaScript objects: choose another'],
    [
      { ...NAME, type: 'password' },
      '.type is none of text, textarea, email, tel, date, number, select, radio, checkboxes, checkbox, country',
    ],
    [{ ...NAME, type: undefined }, '.type is none of text'],
    [{ ...NAME, label: undefined }, '.label is neither a text nor texts by language'],
    [{ ...NAME, label: { en: '' } }, '.label en is empty'],
    [{ ...NAME, hint: 7 }, '.hint is not a text (quote it)'],
    [{ ...NAME, required: 'yes' }, '.required is neither true nor false'],
    [{ ...NAME, minLength: 0 }, '.minLength is not a whole number from 1 to 1000'],
    [{ ...NAME, maxLength: 1001 }, '.maxLength is not a whole number from 1 to 1000'],
    [{ ...NAME, maxLength: '20', pattern: 'a' }, '.maxLength is not a whole number from 1 to 1000'],
    [{ ...NAME, maxLength: 1e12, pattern: 'a' }, '.maxLength is not a whole number from 1 to 1000'],
    [{ ...NAME, minLength: 3, maxLength: 2 }, '.minLength is more than maxLength'],
    [{ ...NAME, minLength: 201 }, '.minLength is more than maxLength'],
    [
      { ...NAME, type: 'email', maxLength: 10 },
      '.maxLength is not an option of the type email, only of text, textarea',
    ],
    [{ ...NAME, pattern: '(' }, '.pattern is not a regular expression (ECMAScript, flag u)'],
    [{ ...NAME, pattern: 'a)|(?:b' }, '.pattern is not a regular expression (ECMAScript, flag u)'],
    [{ ...NAME, pattern: '\\-' }, '.pattern is not a regular expression (ECMAScript, flag u)'],
    [{ ...NAME, pattern: /a/ }, '.pattern is not a regular expression'],
    [{ ...NAME, pattern: 'a'.repeat(501) }, '.pattern has over 500 characters'],
    [{ ...NAME, type: 'date', pattern: 'a' }, '.pattern is not an option of the type date, only of text, tel'],
    [{ ...NAME, min: 1 }, '.min is not an option of the type text, only of date, number'],
    [{ ...NAME, type: 'number', min: '1' }, '.min is not a number'],
    [{ ...NAME, type: 'number', max: Number.NaN }, '.max is not a number'],
    [{ ...NAME, type: 'number', min: 2, max: 1 }, '.min is more than max'],
    [{ ...NAME, type: 'date', min: 19_900_101 }, '.min is not a date like 1990-12-31 (quote it)'],
    [{ ...NAME, type: 'date', max: '2026-02-30' }, '.max is not a date like 1990-12-31 (quote it)'],
    [{ ...NAME, type: 'date', min: '2026-02-02', max: '2026-02-01' }, '.min is more than max'],
    [{ ...NAME, type: 'select' }, '.options is missing: the field needs a list of choices'],
    [{ ...NAME, type: 'select', options: null }, '.options is missing: the field needs a list of choices'],
    [{ ...NAME, type: 'select', options: 'a' }, '.options is a text, neither a list nor a map of labels by value'],
    [{ ...NAME, type: 'select', options: [] }, '.options has 0 entries, not 1 to 300'],
    [
      { ...NAME, type: 'select', options: Array.from({ length: 301 }, String) },
      '.options has 301 entries, not 1 to 300',
    ],
    [{ ...NAME, type: 'select', options: ['a', 'a'] }, '.options entry 2 repeats a value'],
    [{ ...NAME, type: 'select', options: ['a', 2] }, '.options entry 2 is neither a text (quote it) nor'],
    [{ ...NAME, type: 'select', options: [''] }, '.options entry 1 value is not 1 to 100 characters long'],
    [
      { ...NAME, type: 'select', options: [{ value: 1, label: 'x' }] },
      '.options entry 1 value is not a text (quote it)',
    ],
    [{ ...NAME, type: 'select', options: [{ value: 'a' }] }, '.options entry 1 label is neither a text nor'],
    [
      { ...NAME, type: 'select', options: [{ value: 'a', text: 'x' }] },
      '.options entry 1 text is not a known option (known: value, label)',
    ],
    [{ ...NAME, type: 'select', options: { a: '' } }, '.options entry 1 label is empty'],
    [{ ...NAME, type: 'select', options: [' '] }, '.options entry 1 value has only spaces'],
    [{ ...NAME, type: 'select', options: ['a\nb'] }, '.options entry 1 value contains control characters'],
    [{ ...NAME, options: ['a'] }, '.options is not an option of the type text, only of select, radio, checkboxes'],
    [{ ...NAME, autocomplete: 'firstname' }, '.autocomplete is not an autofill field name of the HTML standard'],
    [{ ...NAME, autocomplete: 'new-password' }, '.autocomplete is not an autofill field name of the HTML standard'],
    [{ ...NAME, autocomplete: 'cc-number' }, '.autocomplete is not an autofill field name of the HTML standard'],
    [{ ...NAME, autocomplete: 'home given-name' }, '.autocomplete is not an autofill field name of the HTML standard'],
    [{ ...NAME, autocomplete: 'given-name" onfocus="x' }, '.autocomplete is not an autofill field name'],
    [
      { ...NAME, type: 'email', autocomplete: 'tel' },
      '.autocomplete does not fit the type of the field, which accepts email, username',
    ],
    [
      { ...NAME, type: 'checkbox', autocomplete: 'name' },
      '.autocomplete is not an option of the type checkbox, only of',
    ],
  ])('%j among the fields: %s', (field, problem) => {
    expect(problems({ ...NAME, name: 'first' }, field)).toEqual([expect.stringContaining(`fields[1]${problem}`)]);
  });

  it('name every problem, each by its path', () => {
    expect(problems({ ...NAME, label: '' }, NAME, { ...NAME, type: 'select', maxLength: 2 })).toEqual([
      'fields[0].label is empty',
      'fields[1].name is already in use',
      'fields[2].maxLength is not an option of the type select, only of text, textarea',
      'fields[2].options is missing: the field needs a list of choices',
      'fields[2].name is already in use',
    ]);
  });

  it('fail startup with every problem', () => {
    const construct = (): ProfileStep => stepWith({ ...NAME, type: 'select' }, { ...NAME, name: 'b', min: 3 });
    expect(construct).toThrow(AuthRedirectOptionsError);
    expect(construct).toThrow(
      'profile.fields[0].options is missing: the field needs a list of choices\n' +
        'profile.fields[1].min is not an option of the type text, only of date, number',
    );
  });

  it('can be validated like those of any step', () => {
    expect(problemsOf(Object.assign(new ProfileOptions(), { title: 7 }))).toEqual([
      expect.stringContaining('title is not a text (quote it)'),
    ]);
  });

  it.each(['(a+)+', '([a-z]+)*', '(\\d|\\d\\d)+', '(.*)*x', '(\\w+ ?)*', '\\d*\\d*\\d*\\d*\\d*\\d*x'])(
    'reject %s, which takes too long for some texts',
    (pattern) => {
      expect(problems({ ...NAME, pattern })).toEqual([
        'fields[0].pattern takes too long for some texts: avoid a repeated part inside a repeated part, as in (a+)+',
      ]);
    },
  );

  it.each(["\\p{L}+([ '-]\\p{L}+)*", '[A-Z]{2}\\d{9}', '^\\d{5}$', '.*'])('accept %s', (pattern) => {
    expect(problems({ ...NAME, pattern })).toEqual([]);
  });
});

describe('a text', () => {
  const text = { type: 'text' };

  it.each([
    ['Ada', 'Ada'],
    ['  Ada \u00a0Lovelace ', 'Ada  Lovelace'],
    ['a\u0000b', 'ab'],
    ['a\tb', 'a b'],
    ['a\nb', 'a b'],
    ['a\u007fb', 'ab'],
    ['a\u2028b', 'a b'],
    ['\u202aAda\u202c', 'Ada'],
    ['a\u2066b', 'ab'],
    ['\ufeffAda', 'Ada'],
    ['A\ufeffda', 'Ada'],
    ['Ame\u0301lie', 'Am\u00e9lie'],
    ['𠮷野家', '𠮷野家'],
    ['نازنین\u200cفاطمه', 'نازنین\u200cفاطمه'],
    ['<b>"&\'', '<b>"&\''],
    ['', null],
    [' \u3000\t ', null],
    ['\u200b\u2060', null],
    [undefined, null],
  ])('%j becomes %j', async (posted, value) => {
    expect(await given(text, posted)).toEqual(value);
  });

  it.each(['a\ud800b', 'a\ufffdb'])('%j is rejected for its characters', async (posted) => {
    expect(await given(text, posted)).toEqual(
      message('This has a character that we cannot store. Remove it, or write it differently.'),
    );
  });

  it.each([
    ['12345', '12345'],
    ['😀😀😀😀😀', '😀😀😀😀😀'],
    ['123456', message('Enter at most 5 characters.')],
    ['😀😀😀😀😀😀', message('Enter at most 5 characters.')],
    ['a\ufe0f\ufe0f\ufe0f\ufe0f\ufe0f', message('Enter at most 5 characters.')],
    [
      `a${'\u0301\u0316'.repeat(16)}`,
      message('This has a character that we cannot store. Remove it, or write it differently.'),
    ],
    ['1', message('Enter at least 2 characters.')],
    ['😀', message('Enter at least 2 characters.')],
    ['', null],
  ])('%j of 2 to 5 characters becomes %j', async (posted, value) => {
    expect(await given({ ...text, minLength: 2, maxLength: 5 }, posted)).toEqual(value);
  });

  it('has up to 200 characters by default', async () => {
    expect(await given(text, '€'.repeat(200))).toBe('€'.repeat(200));
    expect(await given(text, '€'.repeat(201))).toEqual(message('Enter at most 200 characters.'));
    expect(await given(text, 'x'.repeat(60_000))).toEqual(message('Enter at most 200 characters.'));
    expect(await given({ ...text, maxLength: 1 }, 'ab')).toEqual(message('Enter at most 1 character.'));
  });

  it.each([
    ['12345', '12345'],
    ['123456', message('This has the wrong format. Compare it with the hint or an example, and correct it.')],
    ['x\n12345', message('This has the wrong format. Compare it with the hint or an example, and correct it.')],
    ['', null],
  ])('%j matching a pattern as a whole becomes %j', async (posted, value) => {
    expect(await given({ ...text, pattern: '\\d{4}|\\d{5}' }, posted)).toEqual(value);
  });

  it('is rejected in time if its pattern would take years', async () => {
    const pattern = '(?:[xy]+z?)+'; // the check at startup tries no text that contains only x
    const started = performance.now();
    expect(await given({ ...text, pattern }, `${'x'.repeat(199)}!`)).toEqual(
      message('This has the wrong format. Compare it with the hint or an example, and correct it.'),
    );
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await given({ ...text, pattern }, 'xxzyx')).toBe('xxzyx');
  });

  it('cannot be empty if it is required', async () => {
    for (const posted of ['', '   ', undefined]) {
      expect(await given({ ...text, required: true, pattern: 'a' }, posted)).toEqual(message('Fill in this field.'));
    }
  });
});

describe('an email address', () => {
  const wrong = message('Enter an email address, like name@example.com.');
  it.each([
    [' Ada.Lovelace+x@example.com ', 'Ada.Lovelace+x@example.com'],
    ['ada@bücher.example', 'ada@bücher.example'],
    ['taro..yamada@docomo.example', 'taro..yamada@docomo.example'],
    ['用户@例え.example', '用户@例え.example'],
    ['"ada lovelace"@example.com', wrong],
    ['', null],
    ['ada', wrong],
    ['ada@localhost', wrong],
    ['Ada <ada@example.com>', wrong],
    ['a@example.com, b@example.com', wrong],
    [`${'a'.repeat(65)}@example.com`, wrong],
    [`a@${'b'.repeat(60_000)}.com`, wrong],
    ['\u202aada@example.com\u202c', 'ada@example.com'],
    ['ada@example\u200b.com\u00ad', 'ada@example.com'],
  ])('%.40j becomes %j', async (posted, value) => {
    expect(await given({ type: 'email' }, posted)).toEqual(value);
  });
});

describe('a phone number', () => {
  const wrong = message('Enter a phone number with its country code, like +1 201 555 0123.');
  it.each([
    ['+49 30 123456', '+4930123456'],
    ['0049 30 123456', '+4930123456'],
    ['+49 (0)30 / 1234-56', '+4930123456'],
    ['+1 (212) 555.0123', '+12125550123'],
    ['\u202a+1\u2011212\u2011555\u20110123\u202c', '+12125550123'],
    ['＋８１ ９０ １２３４ ５６７８', '+819012345678'],
    ['+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧', '+966501234567'],
    ['', null],
    ['030 123456', wrong],
    ['+049 30 123456', wrong],
    ['+49 30', wrong],
    ['+1234567890123456', wrong],
    ['+49 30 CALL ME', wrong],
    ['+49\n30 123456x', wrong],
    [`+${'1'.repeat(60_000)}`, wrong],
  ])('%.40j becomes %j', async (posted, value) => {
    expect(await given({ type: 'tel' }, posted)).toEqual(value);
  });

  it('is matched against its pattern in the form that the Action receives', async () => {
    const german = { type: 'tel', pattern: '\\+49\\d+' };
    expect(await given(german, '+49 30 123456')).toBe('+4930123456');
    expect(await given(german, '+33 1 23456789')).toMatchObject({ message: expect.stringContaining('wrong format') });
  });
});

describe('a date', () => {
  const wrong = message('Enter a valid date, like 12/31/1990.');
  it.each([
    ['1990-12-31', '1990-12-31'],
    ['2024-02-29', '2024-02-29'],
    ['', null],
    ['2026-02-29', wrong],
    ['1990-12-31T00:00:00Z', wrong],
    ['1990', wrong],
    ['1990-W01', wrong],
    ['31.12.1990', wrong],
    ['12/31/1990', '1990-12-31'],
    ['19901231', wrong],
  ])('%j becomes %j', async (posted, value) => {
    expect(await given({ type: 'date' }, posted)).toEqual(value);
  });

  it.each([
    ['1900-01-01', 'en', '1900-01-01'],
    ['1899-12-31', 'en', message('Enter a date on or after January 1, 1900.')],
    ['1899-12-31', 'de', message('Geben Sie ein Datum ab dem 1. Januar 1900 ein.')],
    ['1899-12-31', 'ja', message('1900年1月1日以降の日付を入力してください。')],
    ['2010-12-31', 'en', '2010-12-31'],
    ['2011-01-01', 'en', message('Enter a date on or before December 31, 2010.')],
  ])('%j within limits in %s becomes %j', async (posted, locale, value) => {
    const field = { type: 'date', min: '1900-01-01', max: '2010-12-31' };
    expect(await given(field, posted, { locale })).toEqual(value);
  });
});

describe('a number', () => {
  const wrong = message('Enter a number, like 12.5.');
  it.each([
    ['3', 3],
    ['-0', 0],
    [' +2.50 ', 2.5],
    ['٣', 3],
    ['', null],
    ['three', wrong],
    ['1e3', wrong],
    ['0x10', wrong],
    ['Infinity', wrong],
    ['NaN', wrong],
    ['1,5', 1.5],
    ['1'.repeat(16), wrong],
    ['1'.repeat(60_000), wrong],
  ])('%.40j becomes %j', async (posted, value) => {
    expect(await given({ type: 'number' }, posted)).toEqual(value);
  });

  it.each([
    ['0', 0],
    ['-1', message('Enter a number of at least 0.')],
    ['9.5', 9.5],
    ['9.6', message('Enter a number of at most 9.5.')],
    ['', message('Fill in this field.')],
  ])('%j within limits becomes %j', async (posted, value) => {
    expect(await given({ type: 'number', min: 0, max: 9.5, required: true }, posted)).toEqual(value);
  });
});

describe('a select', () => {
  const wrong = message('Choose an option.');
  const select = { type: 'select', options: { de: 'Germany', fr: { en: 'France', de: 'Frankreich' } } };
  it.each([
    ['de', false, 'de'],
    ['', false, null],
    [undefined, false, null],
    ['', true, wrong],
    [undefined, true, wrong],
    ['Germany', false, wrong],
    ['DE', false, wrong],
    ['constructor', false, wrong],
    ['x'.repeat(60_000), false, wrong],
  ])('%.40j, required: %j, becomes %j', async (posted, required, value) => {
    expect(await given({ ...select, required }, posted)).toEqual(value);
  });

  it('shows its labels in the language of the page, and values without labels', async () => {
    const labels = async (options: unknown): Promise<unknown> => {
      const { model } = await testerOf({ type: 'select', options }, { locale: 'de' }).view();
      return (model.fields as { choices: { value: string; label: string }[] }[])[0]?.choices.map(
        ({ value, label }) => `${value}: ${label}`,
      );
    };
    expect(await labels(select.options)).toEqual(['de: Germany', 'fr: Frankreich']);
    expect(await labels(['S', { value: 'M', label: { de: 'Mittel' } }])).toEqual(['S: S', 'M: Mittel']);
  });
});

describe('a checkbox', () => {
  const wrong = message('Check this box.');
  it.each([
    ['yes', false, true],
    [undefined, false, false],
    ['yes', true, true],
    [undefined, true, wrong],
    ['no', true, wrong],
    ['on', false, wrong],
  ])('%j, required: %j, becomes %j', async (posted, required, value) => {
    expect(await given({ type: 'checkbox', required }, posted)).toEqual(value);
  });
});

describe('any field', () => {
  const types = [
    { type: 'text', pattern: '.*' },
    { type: 'email' },
    { type: 'tel', pattern: '.*' },
    { type: 'date', min: '1990-01-01', max: '1990-12-31' },
    { type: 'select', options: ['a', 'b'] },
    { type: 'checkbox' },
    { type: 'number', min: 1, max: 2 },
  ];

  it.each(types)('is rejected if it is posted twice: %j', async (field) => {
    for (const required of [true, false]) {
      for (const posted of [['a', 'b'], ['yes', 'yes'], ['1', '1'], []]) {
        expect(await given({ ...field, required }, posted)).toEqual({
          message: expect.stringMatching(/^(?:Check|Choose|Fill in|This has) /),
        });
      }
    }
  });

  it.each(types)('may be missing in the post: %j', async (field) => {
    expect(await given(field)).toBe(field.type === 'checkbox' ? false : null);
  });

  it('has messages in the language of the login', async () => {
    const german = { locale: 'de' };
    expect(await given({ type: 'text', required: true }, '', german)).toEqual(message('Füllen Sie dieses Feld aus.'));
    expect(await given({ type: 'text', maxLength: 3 }, 'abcd', german)).toEqual(
      message('Geben Sie höchstens 3 Zeichen ein.'),
    );
    expect(await given({ type: 'checkbox', required: true }, undefined, german)).toEqual(
      message('Setzen Sie dieses Häkchen.'),
    );
  });
});

describe('the data', () => {
  it('has exactly the fields of the configuration', async () => {
    const tester = new StepTester(
      stepWith(
        { ...NAME, required: true },
        { name: 'phone', type: 'tel', label: 'Phone' },
        { name: 'news', type: 'checkbox', label: 'News' },
      ),
    );
    const posted = { name: 'Ada', admin: 'true', constructor: 'x', toString: 'y', then: 'z', outcome: 'completed' };
    expect(await tester.submit(posted)).toEqual(completed({ name: 'Ada', phone: null, news: false }));
    expect(await tester.submit(JSON.parse('{"name":"Ada","__proto__":"x"}') as Record<string, string>)).toEqual(
      completed({ name: 'Ada', phone: null, news: false }),
    );
    expect(({} as Members).x).toBeUndefined();
  });

  it('is limited to what the step session can hold', async () => {
    const fields = Array.from({ length: 20 }, (_field, index) => ({
      ...NAME,
      name: `field_${index}`,
      maxLength: 1000,
    }));
    const posting = (text: string): Record<string, string> =>
      Object.fromEntries(fields.map(({ name }) => [name, text]));
    const tester = new StepTester(stepWith(...fields));
    expect(await tester.submit(posting('日'.repeat(60)))).toMatchObject({ type: 'completed' });
    expect(await tester.submit(posting('日'.repeat(70)))).toEqual({
      type: 'invalid',
      messages: {},
      message: 'This is too much text in total. Shorten it.',
    });
  });

  it('follows its own configuration if there are two profiles', async () => {
    const [strict, lax] = [testerOf({ type: 'text', maxLength: 1 }), testerOf({ type: 'text' })];
    expect(await strict.submit({ field: 'ab' })).toMatchObject({ type: 'invalid' });
    expect(await lax.submit({ field: 'ab' })).toEqual(completed({ field: 'ab' }));
  });
});

describe('the page shows at first', () => {
  it.each<[object, unknown, unknown]>([
    [{ type: 'text' }, ' Ada ', 'Ada'],
    [{ type: 'text', maxLength: 2 }, 'Ada', ''],
    [{ type: 'text' }, 'x'.repeat(100_000), ''],
    [{ type: 'text' }, 'a\ud800', ''],
    [{ type: 'text' }, 7, ''],
    [{ type: 'text' }, ['Ada'], ''],
    [{ type: 'text' }, { toString: 'x' }, ''],
    [{ type: 'text', pattern: '\\d+' }, 'not yet right', 'not yet right'],
    [{ type: 'email' }, 'ada@example.com', 'ada@example.com'],
    [{ type: 'text' }, '12 Main St\nApt 4', '12 Main St Apt 4'],
    [{ type: 'email' }, `${'a'.repeat(250)}@example.com`, ''],
    [{ type: 'tel' }, '+49 30 123456', '+49 30 123456'],
    [{ type: 'date' }, '1990-12-31', '12/31/1990'],
    [{ type: 'date' }, '31.12.1990', '//'],
    [{ type: 'select', options: ['a'] }, 'a', 'a'],
    [{ type: 'select', options: ['a'] }, 'b', ''],
    [{ type: 'number' }, 7.5, '7.5'],
    [{ type: 'number' }, '7', ''],
    [{ type: 'number' }, 1e300, ''],
    [{ type: 'checkbox' }, true, true],
    [{ type: 'checkbox' }, 'yes', false],
    [{ type: 'checkbox' }, null, false],
  ])('%j and the claim %.40j: %j', async (field, known, shown) => {
    expect(await prefill(field, known)).toEqual(shown);
  });

  it.each([undefined, null, 'text', 7, [], { other: 'x' }, ['x']])('nothing for the claim %j', async (profile) => {
    const { model } = await testerOf({ type: 'text' }, { claims: { profile } }).view();
    expect((model.fields as ShownField[])[0]?.value).toBe('');
  });

  it('nothing that the claim inherits', async () => {
    const profile = Object.create({ field: 'inherited' }) as object;
    const { model } = await testerOf({ type: 'text' }, { claims: { profile } }).view();
    expect((model.fields as ShownField[])[0]?.value).toBe('');
  });

  it('the configured title and text, or those of the language', async () => {
    const own = new ProfileStep({ title: { en: 'You', de: 'Sie' }, text: 'Please.', fields: [NAME] });
    expect(await new StepTester(own, { locale: 'de' }).view()).toMatchObject({
      title: 'Sie',
      model: { text: 'Please.' },
    });
    expect(await testerOf({ type: 'text' }, { locale: 'de' }).view()).toMatchObject({
      title: 'Ihre Angaben',
      model: { text: 'Wir benötigen noch einige Angaben, bevor es weitergeht.' },
    });
  });
});

const FIELDS: readonly FieldOptions[] = [
  { name: 'given_name', type: 'text', label: 'Given name', required: true, autocomplete: 'given-name' },
  { name: 'email', type: 'email', label: 'E-mail', hint: 'We never show it.' },
  { name: 'phone', type: 'tel', label: { en: 'Phone', de: 'Telefon' } },
  { name: 'birthdate', type: 'date', label: 'Birthday', min: '1900-01-01', max: '2026-01-01', autocomplete: 'bday' },
  { name: 'country', type: 'select', label: 'Country', options: { de: 'Germany', fr: 'France' }, required: true },
  { name: 'children', type: 'number', label: 'Children', min: 0, max: 30 },
  { name: 'news', type: 'checkbox', label: 'News by e-mail', hint: 'Once a month.' },
];

const tagOf = (html: string, name: string): string =>
  new RegExp(`<(?:input|select|textarea)[^>]* id="${name}"[^>]*>`).exec(html)?.[0] ?? '';

describe.each(ADAPTERS)('the page of the profile on %s', (adapter) => {
  let host: HostApplication;
  const started = async (on: AdapterName, options: ProfileOptions): Promise<HostApplication> =>
    HostApplication.start(on, {}, 'recorded', [ProfileStep], [{ provide: PROFILE_OPTIONS, useValue: options }]);
  beforeAll(async () => {
    host = await started(adapter, { fields: FIELDS });
  });
  afterAll(async () => host.stop());

  async function arrived(claims: Members = {}, at = host): Promise<StepBrowser> {
    const browser = new StepBrowser(at);
    await browser.arrive(tokenWith(claims));
    return browser;
  }

  it('passes the values to the Action', async () => {
    const browser = await arrived();
    expect((await browser.get()).status).toBe(200);
    const posted = {
      given_name: ' Ada ',
      phone: '+49 30 123456',
      country: 'fr',
      children: '3',
      news: 'yes',
      email: '',
    };
    const birthdate = { 'birthdate-day': '31', 'birthdate-month': '12', 'birthdate-year': '1990' };
    expect(continueClaimsOf(await browser.post({ ...posted, ...birthdate, admin: 'yes' })).steps).toEqual({
      profile: {
        given_name: 'Ada',
        email: null,
        phone: '+4930123456',
        birthdate: '1990-12-31',
        country: 'fr',
        children: 3,
        news: true,
      },
    });
  });

  it('describes each field to browsers and screen readers', async () => {
    const { body } = await (await arrived()).get();
    expect(tagOf(body, 'given_name')).toBe(
      '<input type="text" id="given_name" name="given_name" dir="auto" autocomplete="given-name" value="" required>',
    );
    expect(tagOf(body, 'email')).toBe(
      '<input type="text" id="email" name="email" dir="ltr" inputmode="email" autocapitalize="none" spellcheck="false" autocomplete="email" value="" aria-describedby="email-hint">',
    );
    expect(tagOf(body, 'phone')).toBe(
      '<input type="tel" id="phone" name="phone" dir="ltr" autocomplete="tel" value="">',
    );
    expect(tagOf(body, 'birthdate')).toBe(
      '<input type="text" id="birthdate" name="birthdate-month" dir="ltr" inputmode="numeric" spellcheck="false" autocomplete="bday-month" value="">',
    );
    expect(tagOf(body, 'country')).toBe('<select id="country" name="country" required>');
    expect(body).toContain('<option value="">Choose an option</option>');
    expect(tagOf(body, 'children')).toBe(
      '<input type="text" id="children" name="children" dir="ltr" inputmode="decimal" value="">',
    );
    expect(tagOf(body, 'news')).toBe(
      '<input type="checkbox" id="news" name="news" value="yes" aria-describedby="news-hint">',
    );
    expect(body).toContain('<p class="hint" id="email-hint"><bdi>We never show it.</bdi></p>');
    expect(body.match(/<span class="optional">\(optional\)<\/span>/g)).toHaveLength(4);
  });

  it('has the values of the token at first, and posted values after that', async () => {
    const profile = { given_name: 'Ada', email: 'ada@example.com', country: 'fr', children: 0, news: true };
    const browser = await arrived({ profile });
    const first = await browser.get();
    expect(tagOf(first.body, 'given_name')).toContain('value="Ada"');
    expect(tagOf(first.body, 'children')).toContain('value="0"');
    expect(tagOf(first.body, 'news')).toContain(' checked');
    expect(first.body).toContain('<option value="fr" selected>France</option>');

    const again = await browser.post({ given_name: '', email: 'no address', country: 'de' });
    expect(again.status).toBe(422);
    expect(tagOf(again.body, 'given_name')).toMatch(
      / value="" required aria-invalid="true" aria-describedby="given_name-problem" autofocus>$/,
    );
    expect(tagOf(again.body, 'email')).toMatch(
      / value="no address" aria-invalid="true" aria-describedby="email-hint email-problem">$/,
    );
    expect(again.body).toContain('<p class="problem" id="given_name-problem">Fill in this field.</p>');
    expect(again.body).toContain('<option value="de" selected>Germany</option>');
    expect(again.body).toContain('<option value="fr">France</option>');
    expect(tagOf(again.body, 'news')).not.toContain('checked');
    expect(tagOf((await browser.post({ news: 'yes' })).body, 'news')).toContain(' checked');
  });

  it('is not broken by any posted value', async () => {
    const browser = await arrived();
    const script = '"><script>alert(1)</script>';
    const { body } = await browser.post({
      given_name: `${script}\u0000`,
      email: script,
      phone: script,
      country: script,
    });
    expect(body).not.toContain('<script>');
    expect(tagOf(body, 'email')).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(body).not.toContain(' selected');
    for (const country of ['constructor', '__proto__', 'toString']) {
      const again = await browser.post({ country });
      expect(again.status).toBe(422);
      expect(again.body).not.toContain(' selected');
    }
    const repeated = [
      ...FIELDS.flatMap(({ name }) => [
        [name, 'a'],
        [name, '"b'],
      ]),
    ];
    const { status, body: page } = await browser.post(repeated as unknown as Record<string, string>);
    expect(status).toBe(422);
    expect(tagOf(page, 'given_name')).toContain('value="a"');
    const huge = await browser.post({ given_name: 'x'.repeat(60_000) });
    expect(huge.body).toContain('Enter at most 200 characters.');
    expect((await browser.post({ given_name: 'x'.repeat(70_000) })).status).toBe(413);
    const polluted = { given_name: 'Ada', country: 'de', '__proto__[x]': '1', 'constructor[prototype][x]': '1' };
    expect(continueClaimsOf(await browser.post(polluted)).steps).toMatchObject({ profile: { given_name: 'Ada' } });
    expect(({} as Members).x).toBeUndefined();
  });

  it('is not broken by any value of token and configuration', async () => {
    const script = '"><script>alert(1)</script>';
    const fields: FieldOptions[] = [
      { name: 'a', type: 'text', label: script, hint: script },
      { name: 'b', type: 'select', label: script, options: [script] },
      { name: 'c', type: 'checkbox', label: script, hint: script },
    ];
    const other = await started(adapter, { title: script, text: script, fields });
    const { body } = await (await arrived({ profile: { a: script, b: script, c: true } }, other)).get();
    await other.stop();
    expect(body).not.toContain('<script>');
    expect(body).toContain('<bdi>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi>');
    expect(tagOf(body, 'a')).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  it('is in the language of the token', async () => {
    const browser = await arrived({ locale: 'de' });
    expect((await browser.get()).body).toContain('<bdi>Telefon</bdi> <span class="optional">(optional)</span>');
    const { body } = await browser.post({ 'birthdate-day': '1', 'birthdate-month': '1', 'birthdate-year': '1800' });
    expect(body).toContain('Füllen Sie dieses Feld aus.');
    expect(body).toContain('Geben Sie ein Datum ab dem 1. Januar 1900 ein.');
    expect(body).toContain('<option value="">Option auswählen</option>');
  });

  it('does not start with invalid options', async () => {
    const fields: FieldOptions[] = [{ name: 'a', type: 'select', label: 'A' }];
    await expect(started(adapter, { fields })).rejects.toMatchObject({
      code: 'options_invalid',
      problems: ['profile.fields[0].options is missing: the field needs a list of choices'],
    });
  });
});

describe('“Not now”', () => {
  const step = new ProfileStep({ notNow: 2, fields: [{ ...NAME, required: true }] });
  const submit = async (profile: unknown): Promise<unknown> =>
    new StepTester(step, { claims: { profile } }).submit({ notNow: 'yes' });

  it.each([
    [undefined, 1],
    [{ notNow: 1 }, 2],
    [{ notNow: -5 }, 1],
    [{ notNow: '2' }, 1],
  ])('is counted from the claim %j', async (profile, notNow) => {
    expect(await submit(profile)).toEqual(completed({ notNow }));
  });

  it.each([2, 2.5, 1000])('does not bypass the form after %d times, whatever is posted', async (notNow) => {
    expect(await submit({ notNow })).toMatchObject({ type: 'invalid', messages: { name: 'Fill in this field.' } });
  });
});

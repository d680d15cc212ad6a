import * as fc from 'fast-check';
import { completed, denied, invalid, pending } from '../../src/auth-redirect/steps/step.js';
import { ChooseStep } from '../../src/steps/choose/index.js';
import { StepTester, type TestedLogin } from '../../src/testing/step-tester.js';

const CLAIM = { claim: 'organizations' };
const ORGANIZATIONS = [
  { id: 'org_1', label: 'Acme', description: 'Berlin' },
  { id: 'org_2', label: 'Globex' },
  { id: 'org_3', label: 'Initech' },
];
const many = (count: number, label = (number: number) => `Workspace ${number}`): object[] =>
  Array.from({ length: count }, (_none, index) => ({ id: `ws-${index + 1}`, label: label(index + 1) }));

const testerFor = (organizations: unknown, options: object = {}, login: TestedLogin = {}) =>
  new StepTester(new ChooseStep({ ...CLAIM, ...options }), {
    ...login,
    claims: { ...(organizations !== undefined && { organizations }), ...login.claims },
  });
const unescaped = (html: string): string =>
  html
    .replaceAll(/&#x([0-9a-f]+);/gi, (_match, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
/** Returns the choices on a page, as pairs of id and label. */
const choicesOn = (page: string): [string, string][] =>
  [...page.matchAll(/name="choice" value="([^"]*)"[^>]*>\s*<label[^>]*><bdi>([^<]*)<\/bdi>/g)].map(
    ([, id = '', label = '']) => [unescaped(id), unescaped(label)],
  );
const chosenOn = (page: string): string[] =>
  [...page.matchAll(/name="choice" value="([^"]*)" checked/g)].map(([, id = '']) => id);
const statusOn = (page: string): string | undefined => /<p class="hint" role="status"[^>]*>([^<]*)</.exec(page)?.[1];

describe('a list', () => {
  it('of objects has labels and descriptions, and the Action receives the chosen id and label', async () => {
    const tester = testerFor(ORGANIZATIONS, { title: 'Organization', label: 'Your organizations', text: 'Pick one.' });
    const page = await tester.render();
    expect(choicesOn(page)).toEqual([
      ['org_1', 'Acme'],
      ['org_2', 'Globex'],
      ['org_3', 'Initech'],
    ]);
    for (const text of ['<h1><bdi>Organization</bdi></h1>', 'Your organizations</bdi></legend>', 'Pick one.', 'Berlin'])
      expect(page).toContain(text);
    expect(page).toContain('aria-describedby="choice-description"');
    expect(chosenOn(page)).toEqual([]);
    expect(page).not.toContain('name="filter"');
    expect(page).not.toContain('name="remember"');
    expect(await tester.submit({ choice: 'org_2' })).toEqual(completed({ id: 'org_2', label: 'Globex' }));
    expect([...tester.unknownTexts]).toEqual([]);
  });

  it('of texts has them as ids and labels', async () => {
    const tester = testerFor(['admin', 'Read only']);
    expect(choicesOn(await tester.render())).toEqual([
      ['admin', 'admin'],
      ['Read only', 'Read only'],
    ]);
    expect(await tester.submit({ choice: 'Read only' })).toEqual(completed({ id: 'Read only', label: 'Read only' }));
  });

  it('can have other names of members, also in members, and whole numbers as ids', async () => {
    const list = [
      { account: { number: 17 }, 'display name': 'Savings' },
      { account: { number: 18 }, iban: 'DE89' },
    ];
    const members = { id: 'account.number', label: 'display name', description: 'iban' };
    const tester = testerFor(list, { members });
    expect(choicesOn(await tester.render())).toEqual([
      ['17', 'Savings'],
      ['18', '18'],
    ]);
    expect(await tester.render()).toContain('DE89');
    expect(await tester.submit({ choice: '18' })).toEqual(completed({ id: '18', label: '18' }));
  });

  it.each<[string, unknown, string]>([
    ['absent', undefined, 'claim_missing'],
    ['null', null, 'not_a_list'],
    ['a text', 'org_1', 'not_a_list'],
    ['an object', { org_1: 'Acme' }, 'not_a_list'],
    ['of 501 entries', many(501), 'too_many_entries'],
    ['with a repeated id', ['a', 'b', 'a'], 'entry_repeated'],
    ['with a number and the same text as ids', [{ id: 1 }, { id: '1' }], 'entry_repeated'],
    ['with null', ['a', null], 'entry_invalid'],
    ['with a list', [['a']], 'entry_invalid'],
    ['with an object without id', [{ label: 'Acme' }], 'entry_invalid'],
    ['with an id of a prototype', [JSON.parse('{"__proto__":{"id":"a"}}')], 'entry_invalid'],
    ['with an empty id', [''], 'entry_invalid'],
    ['with a blank id', ['  '], 'entry_invalid'],
    ['with an id that is a fraction', [{ id: 1.5 }], 'entry_invalid'],
    ['with an id of 201 characters', ['x'.repeat(201)], 'entry_invalid'],
    ['with an id of two lines', ['a\nb'], 'entry_invalid'],
    ['with an id with half a character', ['a\ud800'], 'entry_invalid'],
    ['with a label of 201 characters', [{ id: 'a', label: 'x'.repeat(201) }], 'entry_invalid'],
    ['with a label that is an object', [{ id: 'a', label: { en: 'A' } }], 'entry_invalid'],
    ['with a description of 201 characters', [{ id: 'a', description: 'x'.repeat(201) }], 'entry_invalid'],
  ])('that is %s is not shown in part: the page offers to try again', async (_what, list, code) => {
    const tester = testerFor(list, { empty: 'skip' });
    expect(await tester.resume()).toEqual(pending());
    const page = await tester.render();
    expect(page).toContain('<p class="problem" role="alert">We could not load the list. Try again in a moment.</p>');
    expect(page).toContain('<button type="submit">Try again</button>');
    expect(choicesOn(page)).toEqual([]);
    expect(await tester.submit({ choice: 'a' })).toEqual(invalid({}));
    expect(new Set(tester.logged)).toEqual(new Set([`the list cannot be used: ${code}`]));
  });

  it('is loaded once for a request', async () => {
    const tester = testerFor(null);
    await tester.resume();
    await tester.view();
    expect(tester.logged).toHaveLength(1);
  });

  it('keeps the choice on the page that offers to try again', async () => {
    const tester = testerFor(null, { remember: true });
    const page = await tester.render({ choice: 'org_2', filter: 'glob', remember: 'yes' });
    expect([...page.matchAll(/<input type="hidden" name="(\w+)" value="(\w+)">/g)].map(([, ...pair]) => pair)).toEqual([
      ['filter', 'glob'],
      ['choice', 'org_2'],
      ['remember', 'yes'],
    ]);
  });

  it('shows the list after the retry, without a complaint', async () => {
    expect(await testerFor(ORGANIZATIONS).submit({ retry: 'yes' })).toEqual(invalid({}));
  });
});

describe('an empty list', () => {
  it('denies the login', async () => {
    const result = denied('choose_empty', 'There are no options for your account. Contact support.');
    expect(await testerFor([]).resume()).toEqual(result);
    expect(await testerFor([]).submit({ choice: 'org_1' })).toEqual(result);
  });

  it('completes the step without a choice if so configured', async () => {
    expect(await testerFor([], { empty: 'skip' }).resume()).toEqual(completed(null));
    expect(await testerFor([], { empty: 'skip' }).submit({ choice: 'org_1' })).toEqual(completed(null));
  });
});

describe('a single entry', () => {
  it('is chosen without a page', async () => {
    expect(await testerFor(['Acme']).resume()).toEqual(completed({ id: 'Acme', label: 'Acme' }));
  });

  it('is shown if so configured', async () => {
    const tester = testerFor(['Acme'], { single: 'show' });
    expect(await tester.resume()).toEqual(pending());
    expect(choicesOn(await tester.render())).toEqual([['Acme', 'Acme']]);
  });
});

describe('a user', () => {
  it.each<[string, string | string[]]>([
    ['was not offered', 'org_4'],
    ['is empty', ''],
    ['is a label', 'Acme'],
    ['is in another case', 'ORG_1'],
    ['has a space around it', ' org_1'],
    ['is a member of every object', 'constructor'],
    ['is a pattern', 'org_.'],
    ['is two ids with a separator', 'org_1,org_2'],
  ])('cannot choose an id that %s', async (_what, choice) => {
    const tester = testerFor(ORGANIZATIONS);
    const message = 'This option is no longer available. Choose another one.';
    expect(await tester.submit({ choice })).toEqual(invalid({ choice: message }));
    expect(tester.logged).toEqual(['the posted choice is not in the list']);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['without a choice', {}],
    ['with two choices', { choice: ['org_1', 'org_2'] }],
  ])('who continues %s reads what to do, at the list', async (_what, fields) => {
    const page = await testerFor(ORGANIZATIONS, { label: 'Organization' }).render(fields);
    expect(page).toContain('<a href="#choice"><bdi>Organization</bdi>: Choose an option.</a>');
    expect(page).toMatch(
      /id="choice" name="choice" value="org_1" aria-invalid="true" aria-describedby="choice-description choice-problem" autofocus/,
    );
    expect(chosenOn(page)).toEqual([]);
  });

  it('can choose an id of any characters', async () => {
    const ids = ['a,b', 'a b', 'a|b', 'a/../b', '"a"', '<a>', 'a&b=c', '%2e', '__proto__', 'é', '‮a', '{{a}}'];
    const tester = testerFor(ids);
    expect(choicesOn(await tester.render())).toEqual(ids.map((id) => [id, id]));
    for (const id of ids) expect(await tester.submit({ choice: id })).toEqual(completed({ id, label: id }));
  });
});

describe('labels and descriptions', () => {
  const HOSTILE = ['<script>alert(1)</script>', '"><img src=x>', '&amp;', '\u202e\u2066', '{{label}}', '$&', 'شركة'];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 6 })
    .map((words) => `T${words.join('').slice(0, 60)}`.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/gu, ''));

  it('are shown as text, isolated from the direction around them', async () => {
    const property = fc.asyncProperty(
      text,
      text,
      fc.constantFrom('en', 'ar', 'ja'),
      async (label, description, locale) => {
        const list = [
          { id: 'a', label, description },
          { id: 'b', label: 'B' },
        ];
        const page = await testerFor(list, {}, { locale }).render();
        expect(choicesOn(page)[0]).toEqual(['a', label]);
        const shown = [...page.matchAll(/<bdi>([^<]*)<\/bdi>/g)].map(([, html = '']) => unescaped(html));
        expect(shown.filter((each) => each === description).length).toBeGreaterThan(0);
        expect(page).not.toMatch(/<img|<script/);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it.each([
    ['Latin', 'x'],
    ['Arabic', 'ش'],
    ['Chinese', '語'],
  ])('of 200 %s characters, 500 times, make a page under 100 KB', async (_script, letter) => {
    const list = many(500, (number) => `${number} `.padEnd(200, letter));
    const page = await testerFor(list, {}, { locale: 'ar' }).render();
    expect(Buffer.byteLength(page)).toBeLessThan(100_000);
    expect(choicesOn(page)).toHaveLength(50);
  });
});

describe('a long list', () => {
  const LABELS = [
    'Zürich',
    'Łódź',
    'İzmir',
    'Iğdır',
    'Straße',
    'Ørsted',
    'Éclair & Söhne',
    'أحمد',
    'شَرِكَة',
    'שָׁלוֹם',
    '東京',
    '株式会社',
    '서울',
  ];
  const list = LABELS.map((label, index) => ({ id: `city-${index}`, label, description: index === 0 ? 'Limmat' : '' }));
  const withCities = [...list, ...many(20)];
  const found = async (filter: string, locale = 'en'): Promise<string[]> =>
    choicesOn(await testerFor(withCities, {}, { locale }).render({ filter, search: 'yes' })).map(([, label]) => label);

  it('of up to 20 entries has no search', async () => {
    expect(await testerFor(many(20)).render()).not.toContain('name="filter"');
    expect(await testerFor(many(21)).render()).toContain('name="filter"');
  });

  it.each([
    ['zurich', 'en', 'Zürich'],
    ['ZÜRICH', 'de', 'Zürich'],
    ['rich  ZÜ', 'en', 'Zürich'],
    ['limmat', 'en', 'Zürich'],
    ['lodz', 'pl', 'Łódź'],
    ['izmir', 'tr', 'İzmir'],
    ['İZMİR', 'tr', 'İzmir'],
    ['igdir', 'en', 'Iğdır'],
    ['IĞDIR', 'tr', 'Iğdır'],
    ['STRASSE', 'de', 'Straße'],
    ['orsted', 'no', 'Ørsted'],
    ['sohne eclair', 'fr', 'Éclair & Söhne'],
    ['احمد', 'ar', 'أحمد'],
    ['شركة', 'ar', 'شَرِكَة'],
    ['שלום', 'he', 'שָׁלוֹם'],
    ['東', 'ja', '東京'],
    ['㍿', 'ja', '株式会社'],
    ['서', 'ko', '서울'],
  ])('finds “%s” in %s', async (filter, locale, label) => {
    expect(await found(filter, locale)).toEqual([label]);
  });

  it('shows and focuses the number of matches, and keeps the text', async () => {
    const page = await testerFor(withCities).render({ filter: 'workspace 1', search: 'yes' });
    expect(statusOn(page)).toBe('11 options');
    expect(page).toContain('role="status" tabindex="-1" autofocus>');
    expect(page).toContain('value="workspace 1"');
    expect(page).not.toContain('class="problems"');
    expect(await testerFor(withCities).render()).toContain('role="status" tabindex="-1">');
  });

  it('reports that nothing matches, also if the user then continues', async () => {
    const tester = testerFor(withCities);
    const noMatch = 'Nothing matches. Change the text, and search again.';
    const page = await tester.render({ filter: 'nowhere', search: 'yes' });
    expect(statusOn(page)).toBe(noMatch);
    expect(page).not.toContain('<fieldset');
    expect(await tester.submit({ filter: 'nowhere' })).toEqual(invalid({ filter: noMatch }));
    expect(await tester.submit({ filter: 'zur' })).toEqual(invalid({ choice: 'Choose an option.' }));
  });

  it.each(['', '  ', '\u0301', '.*', '('])('treats the search “%s” as text', async (filter) => {
    expect((await found(filter)).length).toBe(/\w|[.(]/.test(filter) ? 0 : withCities.length);
  });

  it('accepts a search of any length', async () => {
    expect(await found('ﷺ'.repeat(20_000))).toEqual([]);
  });

  it('lists the choice first if the search does not find it', async () => {
    const page = await testerFor(withCities).render({ filter: 'zurich', search: 'yes', choice: 'ws-7' });
    expect(choicesOn(page)).toEqual([
      ['ws-7', 'Workspace 7'],
      ['city-0', 'Zürich'],
    ]);
    expect(chosenOn(page)).toEqual(['ws-7']);
    expect(statusOn(page)).toBe('1 option');
  });

  it('has pages of 50 with buttons', async () => {
    const tester = testerFor(many(120));
    const first = await tester.render();
    expect([statusOn(first), first.includes('Previous page')]).toEqual(['1 to 50 of 120 options', false]);
    expect(first).toContain('name="page" value="2">Next page<');
    const last = await tester.render({ page: '3', choice: 'ws-1' });
    expect(choicesOn(last).map(([id]) => id)).toEqual([
      'ws-1',
      ...many(120)
        .slice(100)
        .map((entry) => Object(entry).id),
    ]);
    expect(last).toContain('name="page" value="2">Previous page<');
    expect(last).not.toContain('Next page');
  });

  it.each(['0', '-1', '1e99', 'x', '99', '2.5', ''])('has no page %s', async (page) => {
    const ids = choicesOn(await testerFor(many(120)).render({ page })).map(([id]) => id);
    expect(ids[0]).toBe(page === '99' ? 'ws-101' : 'ws-1');
  });

  it('is complete when the choice is posted from any page', async () => {
    expect(await testerFor(many(500)).submit({ choice: 'ws-499', filter: 'zur' })).toEqual(
      completed({ id: 'ws-499', label: 'Workspace 499' }),
    );
  });
});

describe('a remembered choice', () => {
  const remember = { remember: true };
  const withLast = (choose: unknown, options: object = remember) =>
    testerFor(ORGANIZATIONS, options, { claims: { choose } });

  it('is the user’s decision, by a checkbox that is not ticked at first', async () => {
    const tester = testerFor(ORGANIZATIONS, remember);
    const page = await tester.render();
    expect(page).toContain('<input type="checkbox" id="remember" name="remember" value="yes">');
    expect(await tester.render({ remember: 'yes' })).toContain('name="remember" value="yes" checked>');
    expect(await tester.submit({ choice: 'org_1' })).toEqual(completed({ id: 'org_1', label: 'Acme' }));
    expect(await tester.submit({ choice: 'org_1', remember: 'yes' })).toEqual(
      completed({ id: 'org_1', label: 'Acme', remembered: true }),
    );
  });

  it('is not offered unless so configured', async () => {
    expect(await testerFor(ORGANIZATIONS).submit({ choice: 'org_1', remember: 'yes' })).toEqual(
      completed({ id: 'org_1', label: 'Acme' }),
    );
  });

  it('is chosen without a page, with its present label', async () => {
    const data = { id: 'org_2', label: 'Globex', remembered: true } as const;
    expect(await withLast({ id: 'org_2', label: 'Old name', remembered: true }).resume()).toEqual(completed(data));
  });

  it.each<[string, unknown, object]>([
    ['is no longer in the list', { id: 'org_4', remembered: true }, remember],
    ['is not marked as remembered', { id: 'org_2' }, remember],
    ['is marked by a text', { id: 'org_2', remembered: 'true' }, remember],
    ['is not an object', 'org_2', remember],
    ['has no id', { remembered: true }, remember],
    ['is not configured', { id: 'org_2', remembered: true }, {}],
  ])('is requested again if it %s', async (_when, last, options) => {
    expect(await withLast(last, options).resume()).toEqual(pending());
  });

  it('is chosen at first on the page to change it', async () => {
    expect(chosenOn(await withLast({ id: 'org_2' }).render())).toEqual(['org_2']);
    expect(chosenOn(await withLast({ id: 'org_4' }).render())).toEqual([]);
    expect(chosenOn(await withLast({ id: 'org_2' }).render({ choice: 'org_9' }))).toEqual([]);
  });

  it('does not stand in for a list that cannot be used', async () => {
    expect(await testerFor(null, remember, { claims: { choose: { id: 'a', remembered: true } } }).resume()).toEqual(
      pending(),
    );
  });
});

it('has its last choice under its own id, and its own texts, if there are several', async () => {
  const options = { ...CLAIM, id: 'role', remember: true, title: { en: 'Your role', de: 'Ihre Rolle' } };
  const tester = new StepTester(new ChooseStep(options), {
    locale: 'de',
    claims: { organizations: ['admin', 'reader'], role: { id: 'reader', remembered: true } },
  });
  expect(await tester.resume()).toEqual(completed({ id: 'reader', label: 'reader', remembered: true }));
  expect(await tester.render()).toContain('Ihre Rolle');
});

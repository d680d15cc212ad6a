import * as fc from 'fast-check';
import { PROFILE_OPTIONS, ProfileStep } from '../../src/steps/profile/index.js';
import { TERMS_OPTIONS, TermsStep } from '../../src/steps/terms/index.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { anyName, anyText, check } from '../harness/fuzz.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { NOW, tokenWith, type Members } from '../harness/tokens.js';

const FIELDS = [
  { name: 'name', type: 'text', label: 'Name' },
  { name: 'size', type: 'number', label: 'Size' },
  { name: 'color', type: 'select', label: 'Color', options: ['red', 'blue'] },
  { name: 'news', type: 'checkbox', label: 'News' },
];
const NAMES = FIELDS.map(({ name }) => name);

const fieldName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES, 'accepted') },
  fc
    .tuple(
      fc.constantFrom(...NAMES, '__proto__', 'constructor'),
      fc.constantFrom('[]', '[0]', '[a]', '[__proto__]', '.a', '[constructor][prototype][a]'),
    )
    .map((parts) => parts.join('')),
  anyName,
);
const fieldValue = fc.oneof(
  anyText,
  fc.constantFrom('yes', 'red', '7', '-0', '1e9', '٣', ' x '),
  fc.double().map(String),
);
const fields = fc
  .array(fc.tuple(fieldName, fieldValue), { maxLength: 6 })
  .filter((pairs) => pairs.every(([name]) => name !== '_cancel'));

const FORM = 'application/x-www-form-urlencoded';
const contentType = fc.constantFrom(
  FORM,
  `${FORM}; charset=utf-8`,
  `${FORM}; charset=utf-7`,
  `${FORM.toUpperCase()} ; x`,
  'application/json',
  'multipart/form-data; boundary=x',
  'text/plain',
  '',
  ';',
);
const body = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.webQueryParameters(),
  fields.map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&')),
  fc.constantFrom(
    '%',
    '%ff=%ff',
    '='.repeat(200),
    '&'.repeat(2000),
    'a=1&'.repeat(600),
    `name=${'x'.repeat(70_000)}`,
    `name${'[a]'.repeat(300)}=x`,
    '{"__proto__":{"a":1}}',
    '--x\r\ncontent-disposition: form-data; name="name"\r\n\r\nx\r\n--x--',
  ),
);

/** Returns the typed values, in the form in which a step may return them. */
function typed(pairs: readonly (readonly [string, string])[]): unknown[] {
  return pairs.flatMap(([, value]) => {
    const text = value.normalize('NFC').trim();
    return [text, Number(text.normalize('NFKC').replaceAll('٣', '3'))];
  });
}

describe.each(ADAPTERS)('any form on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    host = await HostApplication.start(
      adapter,
      {},
      'recorded',
      [ProfileStep, TermsStep],
      [
        { provide: PROFILE_OPTIONS, useValue: { fields: FIELDS } },
        { provide: TERMS_OPTIONS, useValue: { title: 'Terms', version: '1', text: 'Text' } },
      ],
    );
  });
  afterAll(async () => host.stop());

  let logins = 0;
  async function at(step: string): Promise<StepBrowser> {
    const browser = new StepBrowser(host);
    // Each login has a new user, because logins per user are limited.
    await browser.arrive(tokenWith({ sub: `auth0|${(logins += 1)}`, steps: [step] }));
    return browser;
  }

  function expectNothingPolluted(): void {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Reflect.get({}, 'a')).toBeUndefined();
  }

  /** Fastify's parser refuses `__proto__` and similar names; the module's parser drops them. */
  function isRefusedByFastify(pairs: readonly (readonly [string, string])[], status: number): boolean {
    return adapter === 'fastify' && status === 400 && pairs.some(([name]) => /__proto__|constructor/.test(name));
  }

  it('returns to the Action what the user typed, or nothing', async () => {
    let finished = 0;
    const property = fc.asyncProperty(fields, async (pairs) => {
      const browser = await at('profile');
      const reply = await host.request(browser.location, {
        method: 'POST',
        body: new URLSearchParams(pairs).toString(),
        headers: {
          'content-type': FORM,
          'sec-fetch-site': 'same-origin',
          cookie: [...browser.cookies].map((cookie) => cookie.join('=')).join('; '),
        },
      });
      expectNothingPolluted();
      if (isRefusedByFastify(pairs, reply.status)) return;
      if (reply.status === 422) {
        expect(reply.body).toContain('name="name"');
        expect(reply.body).not.toContain('name="session_token"');
        return;
      }
      expect(reply.status).toBe(200);
      finished += 1;
      const { outcome, steps } = continueClaimsOf(reply);
      const { profile, ...others } = steps as Record<string, Members>;
      expect({ outcome, others }).toEqual({ outcome: 'completed', others: {} });
      expect(Object.keys(profile ?? {})).toEqual(NAMES);
      const { name, size, color, news } = profile ?? {};
      expect([null, ...typed(pairs)]).toContain(name);
      expect([null, ...typed(pairs)]).toContain(size);
      expect([null, 'red', 'blue']).toContain(color);
      expect([false, pairs.some(([key, value]) => key.includes('news') && value === 'yes')]).toContain(news);
      const keys = pairs.map(([key]) => key);
      if (new Set(keys).size < keys.length || keys.some((key) => key.includes('['))) return;
      expect({ color, news }).toEqual({
        color: new Map(pairs).get('color') || null,
        news: new Map(pairs).get('news') === 'yes',
      });
    });
    await check(property, 150);
    expect(finished).toBeGreaterThan(20);
  });

  it('accepts the terms only if the box was ticked', async () => {
    const property = fc.asyncProperty(fields, async (pairs) => {
      const browser = await at('terms');
      const reply = await browser.post(Object.fromEntries(pairs));
      expectNothingPolluted();
      if (isRefusedByFastify(pairs, reply.status)) return;
      const isTicked = new Map(pairs).get('accepted') === 'yes';
      expect(reply.status).toBe(isTicked ? 200 : 422);
      expect(reply.body.includes('name="session_token"')).toBe(isTicked);
      if (!isTicked) return;
      const terms = { version: '1', acceptedAt: new Date(NOW * 1000).toISOString(), locale: 'en' };
      expect(continueClaimsOf(reply)).toMatchObject({ outcome: 'completed', steps: { terms } });
    });
    await check(property, 80);
  });

  it('of any type and content never causes an internal error', async () => {
    const step = fc.constantFrom('profile', 'terms');
    const property = fc.asyncProperty(step, contentType, body, async (id, type, content) => {
      const browser = await at(id);
      const { status } = await host.request(browser.location, {
        method: 'POST',
        body: content,
        headers: {
          'content-type': type,
          'sec-fetch-site': 'same-origin',
          cookie: [...browser.cookies].map((cookie) => cookie.join('=')).join('; '),
        },
      });
      expect(status).toBeLessThan(500);
      expectNothingPolluted();
    });
    await check(property, 150);
    expect(host.refused.filter(({ code }) => code === 'internal_error')).toEqual([]);
  });
});

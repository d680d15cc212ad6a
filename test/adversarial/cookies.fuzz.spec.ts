import * as fc from 'fast-check';
import { REFUSALS, type RefusalCode } from '../../src/auth-redirect/errors.js';
import { PROFILE_OPTIONS, ProfileStep } from '../../src/steps/profile/index.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { check, mutated } from '../harness/fuzz.js';
import { StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

interface Victim {
  /** A text on the page of the login's step. */
  readonly user: string;
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly sealed: string;
}

type Cookie = readonly [name: string, value: string];

/** Returns the text without characters that Node rejects in headers. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '');
const garbage = fc.string({ unit: 'binary', maxLength: 60 }).map(printable);
const anyHeader = fc
  .oneof(fc.jsonValue(), fc.constantFrom(null, [], 0, 'text'))
  .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
const sealHeader = fc
  .tuple(fc.jsonValue(), fc.jsonValue(), fc.jsonValue())
  .map(([alg, typ, kid]) => Buffer.from(JSON.stringify({ alg, enc: 'A256GCM', typ, kid })).toString('base64url'));

/** Generates wrong cookie values and names: from another login, changed, split or invented. */
function wrongCookies(victim: Victim, other: Victim): fc.Arbitrary<Cookie[]> {
  const parts = victim.sealed.split('.');
  const changed = fc.oneof(
    mutated(victim.sealed).map(printable),
    fc
      .tuple(fc.nat(4), fc.oneof(garbage, sealHeader, anyHeader, fc.constantFrom(...other.sealed.split('.'), '')))
      .map(([at, part]) => parts.map((text, index) => (index === at ? part : text)).join('.')),
    fc.constantFrom(other.sealed, `${victim.sealed}.`, victim.sealed.slice(0, 100), '', '....', tokenWith({})),
    garbage,
  );
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constant(victim.name) },
    fc.constantFrom(
      victim.name.replace('__Host-', ''),
      victim.name.toUpperCase(),
      victim.name.replace(/0$/, '1'),
      other.name,
      `__Host-auth-redirect.${'A'.repeat(16)}.0`,
      '__proto__',
      'constructor',
    ),
    garbage,
  );
  const cookie = fc.oneof(
    fc.tuple(name, changed),
    fc.tuple(
      name.filter((text) => text !== victim.name),
      fc.constant(victim.sealed),
    ),
    fc.constant<Cookie>([other.name, other.sealed]),
  );
  return fc
    .array(cookie, { maxLength: 6 })
    .filter((cookies) => !isGenuine(headerOf(cookies), victim))
    .filter((cookies) => headerOf(cookies).length < 12_000);
}

/** Returns whether a header has the bytes of the login's step session, in any spelling of base64url and any parts. */
function isGenuine(header: string, { name, sealed }: Victim): boolean {
  const values = header.split(';').map((pair) => /^\s*([^=]*?)\s*=\s*"?(.*?)"?\s*$/s.exec(pair) ?? []);
  const parts = [0, 1, 2].map((part) => values.find(([, key]) => key === name.replace(/0$/, `${part}`))?.[2] ?? '');
  return bytesOf(parts.join('')) === bytesOf(sealed);
}

function bytesOf(sealed: string): string {
  const parts = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('base64url'));
  return parts.join('.');
}

const headerOf = (cookies: readonly Cookie[]): string => cookies.map((cookie) => cookie.join('=')).join('; ');

describe.each(ADAPTERS)('any cookies on %s', (adapter) => {
  let host: HostApplication;
  let [alice, bob]: Victim[] = [];

  async function victim(user: string): Promise<Victim> {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ sub: user, profile: { name: user } }));
    const [[name, sealed] = ['', '']] = browser.cookies;
    const { searchParams } = new URL(browser.location, 'http://localhost');
    return { user, name, sealed, id: searchParams.get('login') ?? '', path: browser.location };
  }

  beforeAll(async () => {
    const options = { fields: [{ name: 'name', type: 'text', label: 'Name' }] };
    const providers = [{ provide: PROFILE_OPTIONS, useValue: options }];
    host = await HostApplication.start(adapter, {}, 'recorded', [ProfileStep], providers);
    [alice, bob] = [await victim('auth0|alice-of-the-login'), await victim('auth0|bob-of-the-login')];
  });
  afterAll(async () => host.stop());

  it('open only their own login', async () => {
    const cookies = wrongCookies(alice as Victim, bob as Victim);
    const call = fc.constantFrom({ method: 'GET' }, { method: 'POST' });
    const property = fc.asyncProperty(cookies, call, async (sent, { method }) => {
      host.refused.length = 0;
      const headers = {
        cookie: headerOf(sent),
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      };
      const { path = '', user = '' } = alice ?? {};
      const { status, body } = await host.request(path, {
        method,
        headers,
        ...(method === 'POST' && { body: 'name=x' }),
      });
      const { code } = host.refused[0] as { code: RefusalCode };
      expect({ status, code }).toEqual({ status: REFUSALS[code].status, code });
      expect(['step_session_missing', 'step_session_invalid']).toContain(code);
      expect(body).not.toContain(user);
    });
    await check(property, 300);
    expect(host.completed).toEqual([]);
  });

  it('in addition to those of a login do not stop it', async () => {
    const beside = fc
      .array(fc.tuple(garbage, garbage), { maxLength: 5 })
      .filter((cookies) => !headerOf(cookies).includes('auth-redirect'));
    const property = fc.asyncProperty(beside, beside, async (before, after) => {
      const { name, sealed, path, user } = bob as Victim;
      const cookie = headerOf([...before, [name, sealed], ...after]);
      const { status, body } = await host.request(path, { headers: { cookie } });
      expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining(user) });
      expect(body).not.toContain(alice?.user);
    });
    await check(property, 60);
  });
});

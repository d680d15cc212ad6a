import * as fc from 'fast-check';
import { REFUSALS, type RefusalCode } from '../../src/auth-redirect/errors.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { anyText, check } from '../harness/fuzz.js';
import { continueFormOf } from '../harness/page.js';
import { decode, jws, STATE } from '../harness/tokens.js';

const TOKEN = jws();
/** Part of every value, so that an echo is recognized. */
const MARKER = 'zqMarkerqz';

/** Encodes a text as a client might: all characters, only the required ones, or with unnecessary escapes. */
const encoded = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    encodeURIComponent(text),
    new URLSearchParams([[text, '']]).toString().slice(0, -1),
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
const raw = fc.constantFrom('%', '%zz', '%c0%80', '%ff', '%00', '%0a', '%ed%a0%80', '#', ';', '&', '=', '[]', '+');
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('state', 'session_token') },
  fc.constantFrom(
    'state[]',
    'state[0]',
    'session_token.a',
    ' state',
    'State',
    'sta%74e',
    'iss',
    '__proto__',
    '[state]',
  ),
  anyText,
);
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(TOKEN, STATE, `${MARKER} + ü/%`) },
  anyText.map((text) => MARKER + text),
);
const pair = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name.chain(encoded), value.chain(encoded)).map(([key, text]) => `${key}=${text}`) },
  fc.tuple(name.chain(encoded), raw, value.chain(encoded)).map((parts) => parts.join('')),
  raw,
);
const genuine = (key: string, text: string): fc.Arbitrary<string> => encoded(text).map((sent) => `${key}=${sent}`);
const query = fc
  .tuple(
    fc.option(genuine('session_token', TOKEN), { freq: 5 }),
    fc.option(
      value.chain((text) => genuine('state', text)),
      { freq: 5 },
    ),
    fc.array(pair, { maxLength: 3 }),
    fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
  )
  .map(([token, state, others, order]) =>
    [token, state, ...others]
      .flatMap((text, index) => (text === null ? [] : [{ text, place: order[index] ?? 0 }]))
      .sort((one, other) => one.place - other.place)
      .map(({ text }) => text)
      .join('&'),
  );

/** Parses strictly, independently of the product: decodes bytes, then UTF-8. */
function strictlyRead(text: string): Map<string, string> | undefined {
  const read = new Map<string, string>();
  if (/[^\x21-\x7e]|#/.test(text)) return undefined;
  for (const part of text.split('&')) {
    const [key = '', ...rest] = part.split('=');
    const [decodedKey, decodedValue] = [key, rest.join('=')].map(strictlyDecoded);
    if (decodedKey === undefined || decodedValue === undefined) return undefined;
    if (decodedKey !== 'state' && decodedKey !== 'session_token') {
      // Other parsers read a second value from `state[]`, `state.a` and ` state`.
      if (/^\s*(?:state|session_token)(?:$|[[.\s])/.test(decodedKey)) return undefined;
      continue;
    }
    if (read.has(decodedKey)) return undefined;
    read.set(decodedKey, decodedValue);
  }
  return read;
}

function strictlyDecoded(text: string): string | undefined {
  if (/%(?![\da-fA-F]{2})/.test(text)) return undefined;
  const bytes = text.replaceAll('+', ' ').match(/%..|[^%]/g) ?? [];
  const codes = bytes.map((byte) => (byte.length === 3 ? Number.parseInt(byte.slice(1), 16) : byte.charCodeAt(0)));
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(codes));
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

function acceptedState(text: string): string | undefined {
  const read = strictlyRead(text);
  const state = read?.get('state') ?? '';
  if (read?.get('session_token') !== TOKEN || state === '' || state.length > 2048) return undefined;
  return /\p{Cc}/u.test(state) ? undefined : state;
}

describe.each(ADAPTERS)('any query on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    host = await HostApplication.start(adapter);
  });
  afterAll(async () => host.stop());

  it('leads to a continue page with the state that every parser reads, or to a known refusal without an echo', async () => {
    let [answered, refused] = [0, 0];
    const accept = fc.constantFrom('text/html', 'application/json', '*/*');
    const property = fc.asyncProperty(query, accept, async (text, accepted) => {
      host.refused.length = 0;
      const { status, headers, body } = await host.request(`/redirect?${text}`, { headers: { accept: accepted } });
      const state = acceptedState(text);
      if (state !== undefined) {
        answered += 1;
        expect({ status, body }).toMatchObject({ status: 200 });
        const form = continueFormOf(body);
        expect(form.state).toBe(state);
        expect(decode(form.sessionToken).claims.state).toBe(state);
        expect(new URLSearchParams(text).getAll('state')).toEqual([state]);
        expect(new URL(form.action).searchParams.getAll('state')).toEqual([state]);
        return;
      }
      refused += 1;
      const { code } = host.refused[0] as { code: RefusalCode };
      expect(Object.keys(REFUSALS)).toContain(code);
      expect({ code, status }).toEqual({ code, status: REFUSALS[code].status });
      expect(status).toBeLessThan(500);
      expect(JSON.stringify(headers) + body).not.toContain(MARKER);
      expect(body).not.toContain(TOKEN.split('.')[1]);
    });
    await check(property, 350);
    // The cases cover both sides of the property.
    expect(answered).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });
});

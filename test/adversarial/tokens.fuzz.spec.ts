import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { REFUSALS, type RefusalCode } from '../../src/auth-redirect/errors.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { anyName, anyText, check, mutated } from '../harness/fuzz.js';
import { continueFormOf } from '../harness/page.js';
import { decode, ISSUER, jws, NOW, SECRET, sessionClaims, STATE, type Members } from '../harness/tokens.js';

const TOKEN = jws();
const SEGMENTS = TOKEN.split('.');
const HEADER = { alg: 'HS256', typ: 'JWT' };
const json = fc.jsonValue({ maxDepth: 3 });
const not =
  (...types: string[]) =>
  (value: unknown): boolean =>
    !types.includes(typeof value);
const seconds = fc.integer({ min: 1, max: 2 ** 40 });

/** Tokens that were not signed with the key. */
const forged = fc.oneof(
  mutated(TOKEN),
  fc
    .array(fc.constantFrom('', '.', 'e30', 'AAAA', ...SEGMENTS), { maxLength: 5 })
    .map((segments) => segments.join('.'))
    .filter((text) => text !== TOKEN && text !== ''),
  fc
    .tuple(fc.nat(2), fc.nat(), fc.nat(7))
    .map(([part, at, bit]) => SEGMENTS.map((segment, index) => (index === part ? flipped(segment, at, bit) : segment)))
    .map((segments) => segments.join('.')),
  // Wrong keys: a foreign key, the empty key, the issuer, the header.
  fc
    .constantFrom('another-secret-of-32-bytes-or-more', '', ISSUER, SEGMENTS[0])
    .map((secret) => jws(undefined, undefined, secret)),
  fc
    .tuple(json, fc.constantFrom('', 'AAAA', SEGMENTS[2]))
    .map(([claims, signature]) => `${SEGMENTS[0]}.${encode(claims)}.${signature}`),
);

/** Algorithms other than HS256, some with a correct signature. */
const confused = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('none', 'None', 'NONE', '', 'hs256', 'HS256 ', 'HS384', 'HS512', 'RS256', 'ES256', 'EdDSA'),
      json,
    ),
    fc.constantFrom('sha256', 'sha384', 'sha512'),
    fc.boolean(),
  )
  .filter(([alg]) => alg !== 'HS256')
  .map(([alg, hash, isSigned]) => {
    const signed = `${encode({ alg, typ: 'JWT' })}.${SEGMENTS[1]}`;
    return `${signed}.${isSigned ? createHmac(hash, SECRET).update(signed).digest('base64url') : ''}`;
  });

/** Header members that change how a verifier reads the token, signed with the right key. */
const withHeader = fc
  .oneof(
    fc.tuple(fc.constantFrom('crit', 'zip', 'cty', 'jwk', 'jku', 'x5u', 'x5c'), json),
    fc.tuple(
      fc.constant('b64'),
      json.filter((value) => value !== true),
    ),
    fc.tuple(
      fc.constant('typ'),
      json.filter((value) => typeof value !== 'string' || !/^(?:application\/)?jwt$/i.test(value)),
    ),
    fc.tuple(
      fc.constant('kid'),
      fc.oneof(
        json.filter(not('string')),
        anyText.map((text) => `../${text}`),
      ),
    ),
  )
  .map(([name, value]) => jws(undefined, { ...HEADER, [name]: value }));

/** Claims of a wrong type or value, signed with the right key. */
const wronglyTyped = fc
  .oneof(
    fc.tuple(fc.constantFrom('exp', 'iat', 'nbf'), json.filter(not('number'))),
    fc.tuple(fc.constantFrom('sub', 'nonce', 'jti'), fc.oneof(json.filter(not('string')), fc.constant(''))),
    fc.tuple(
      fc.constant('sub'),
      fc.tuple(anyText, fc.constantFrom('\0', '\n', '\u202E', '\u2028', '\x7f')).map((parts) => parts.join('')),
    ),
    fc.tuple(fc.constant('aud'), json),
    fc.tuple(
      fc.constant('iss'),
      json.filter((value) => value !== ISSUER),
    ),
    fc.tuple(
      fc.constant('steps'),
      json.filter((value) => !Array.isArray(value) || value.length > 0),
    ),
    fc.tuple(
      fc.constant('exp'),
      seconds.map((past) => NOW + 1 - past),
    ),
    fc.tuple(
      fc.constant('exp'),
      seconds.map((later) => NOW + 100_000 + later),
    ),
    fc.tuple(
      fc.constant('iat'),
      seconds.map((later) => NOW + 60 + later),
    ),
    fc.tuple(
      fc.constant('nbf'),
      seconds.map((later) => NOW + later),
    ),
  )
  .map(([name, value]) => jws(sessionClaims({ [name]: value })));
const missing = fc.constantFrom('exp', 'iat', 'sub', 'iss').map((name) => jws(sessionClaims({ [name]: undefined })));

/** JSON that parsers read differently, signed with the right key. */
const CLAIMS = JSON.stringify(sessionClaims());
const escaped = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(name, `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`);
const twice = fc
  .tuple(fc.constantFrom(...Object.keys(sessionClaims())).chain(escaped), json, fc.boolean())
  .map(([name, value, isFirst]) => {
    const member = `"${name}":${JSON.stringify(value)}`;
    return isFirst ? `{${member},${CLAIMS.slice(1)}` : `${CLAIMS.slice(0, -1)},${member}}`;
  });
const twiceDeep = fc.tuple(anyName, json, fc.nat(5)).map(([name, value, depth]) => {
  const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return `${CLAIMS.slice(0, -1)},"x":${'['.repeat(depth)}{${member},${member}}${']'.repeat(depth)}}`;
});
const noObject = fc.oneof(
  json
    .filter((value) => typeof value !== 'object' || value === null || Array.isArray(value))
    .map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '',
    `\uFEFF${CLAIMS}`,
    `${CLAIMS}}`,
    `${CLAIMS}\0`,
    `[${CLAIMS}]`,
    `${CLAIMS},${CLAIMS}`,
    `/**/${CLAIMS}`,
    "{'a':1}",
    '[',
    '{"a":01}',
  ),
  mutated(CLAIMS, "\0'\u00a0").filter((text) => !isJsonObject(text)),
);
const notUtf8 = fc
  .tuple(fc.nat(CLAIMS.length), fc.constantFrom([0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]))
  .map(([at, bytes]) =>
    Buffer.concat([Buffer.from(CLAIMS.slice(0, at)), Buffer.from(bytes), Buffer.from(CLAIMS.slice(at))]),
  );
const prototype = json.map((value) => `${CLAIMS.slice(0, -1)},"a":{"__proto__":${JSON.stringify(value)}}}`);
const malformed = fc.oneof(twice, twiceDeep, noObject, notUtf8, prototype).map((payload) => jws(payload));
const malformedHeader = fc
  .oneof(
    noObject,
    notUtf8,
    json.map((value) => `{"alg":"HS256","alg":${JSON.stringify(value)}}`),
  )
  .map((header) => jws(undefined, header));

const invalid = fc
  .oneof(forged, confused, withHeader, wronglyTyped, missing, malformed, malformedHeader)
  .filter((token) => token.length <= 8192 && token !== TOKEN);

/** Claims without a meaning for the service: `encodeToken` adds whatever the Action passes. */
const MEANINGFUL = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'steps', 'state', '__proto__']);
const extra = fc
  .dictionary(
    anyName.filter((name) => !MEANINGFUL.has(name)),
    json,
    { maxKeys: 5 },
  )
  .filter((claims) => JSON.stringify(claims).length < 4000 && !/"__proto__"/.test(JSON.stringify(claims)));

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function flipped(segment: string, at: number, bit: number): string {
  const bytes = Buffer.from(segment, 'base64url');
  const index = at % bytes.length;
  bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index);
  return bytes.toString('base64url');
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe.each(ADAPTERS)('any session token on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    host = await HostApplication.start(adapter);
  });
  afterAll(async () => host.stop());

  it('that was changed, or signed for another purpose, is refused with a known code', async () => {
    const codes = new Set<string>();
    const property = fc.asyncProperty(invalid, async (token) => {
      host.refused.length = 0;
      const { status, body } = await host.redirect(token, STATE);
      const { code } = host.refused[0] as { code: RefusalCode };
      expect({ status, code, known: REFUSALS[code].status }).toEqual({ status: 401, code, known: 401 });
      for (const part of token.split('.')) if (part.length > 15) expect(body).not.toContain(part);
      codes.add(code);
    });
    await check(property, 500);
    // The cases fail at each kind of check, not only at the first.
    for (const code of [
      'signature_invalid',
      'algorithm_not_allowed',
      'token_duplicate_member',
      'sub_invalid',
      'exp_invalid',
    ]) {
      expect(codes).toContain(code);
    }
  });

  it('with additional claims is accepted, and none of them is copied', async () => {
    const property = fc.asyncProperty(extra, async (claims: Members) => {
      const { status, body } = await host.redirect(jws({ ...sessionClaims(), ...claims }), STATE);
      expect(status).toBe(200);
      const { exp, iss, sub } = { ...sessionClaims(), ...claims };
      expect(decode(continueFormOf(body).sessionToken).claims).toEqual({ exp, iss, sub, iat: NOW, state: STATE });
    });
    await check(property, 100);
  });
});

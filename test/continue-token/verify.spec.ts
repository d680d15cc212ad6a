import { createHmac } from 'node:crypto';
import { REFUSALS } from '../../src/auth-redirect/errors.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { continueTokens, thrownBy } from '../harness/continue-tokens.js';
import {
  ISSUER,
  jws,
  NOW,
  PREVIOUS_SECRET,
  SECRET,
  sessionClaims,
  tokenWith,
  tokenWithHeader,
} from '../harness/tokens.js';

const service = continueTokens();

function refusalOf(compact: string, verifier = service): { code: string; message: string } {
  const error = thrownBy(() => verifier.verify(compact));
  expect(error).toMatchObject({ name: 'AuthRedirectError' });
  const { code, message } = error as { code: keyof typeof REFUSALS; message: string };
  expect(message).toBe(REFUSALS[code].message);
  return { code, message };
}

const claimsText = (members: string): string =>
  `{"iat":${NOW},"iss":"${ISSUER}","sub":"auth0|1","exp":${NOW + 900}${members}}`;
const without = (name: string): string => {
  const { [name]: _left, ...rest } = sessionClaims();
  return jws(rest);
};
/** Returns the longest token within this number of bytes. */
const paddedTo = (bytes: number): string => {
  let compact = '';
  for (let pad = '', next = jws(); next.length <= bytes; pad += 'x', next = tokenWith({ pad })) compact = next;
  return compact;
};

describe('a session token that is accepted', () => {
  it('returns its typed claims and its payload', () => {
    const claims = sessionClaims({ nonce: 'n-1', jti: 'j-1', 'https://example.com/plan': { tier: 3 } });
    expect(service.verify(jws(claims))).toEqual({
      tenant: ISSUER,
      issuer: ISSUER,
      subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
      issuedAt: NOW,
      expiresAt: NOW + 900,
      nonce: 'n-1',
      tokenId: 'j-1',
      claims,
    });
  });

  it('has no nonce and no tokenId if the token had none', () => {
    expect(service.verify(jws())).not.toHaveProperty('nonce');
    expect(service.verify(jws())).not.toHaveProperty('tokenId');
  });

  it.each<[string, string]>([
    ['no typ', jws(sessionClaims(), { alg: 'HS256' })],
    ['typ in lower case', tokenWithHeader({ typ: 'jwt' })],
    ['typ application/jwt', tokenWithHeader({ typ: 'application/JWT' })],
    ['a kid that is a plain name', tokenWithHeader({ kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037' })],
    ['a kid like an address', tokenWithHeader({ kid: 'bilbo.baggins@hobbiton.example' })],
    ['a thumbprint as kid, in base64', tokenWithHeader({ kid: 'NzbLsXh8uDCcd+6MNwXF4W_7noWXFZAfHkxZsRGC9Xs=' })],
    ['b64 spelled out', tokenWithHeader({ b64: true })],
    ['unknown header members', tokenWithHeader({ 'x-origin': 'action', n: null })],
    ['members in another order', jws(claimsText(',"ip":"::1"'), '{"typ":"JWT","alg":"HS256"}')],
    ['white space in the JSON', jws(` {\n\t"iat" : ${NOW}, "iss":"${ISSUER}" ,"sub":"a","exp":${NOW + 9} }\r\n`)],
    ['fractional dates', tokenWith({ iat: NOW - 0.5, exp: NOW + 0.25, nbf: NOW - 0.125 })],
    ['dates in exponent notation', jws(`{"iat":1.7954352e9,"iss":"${ISSUER}","sub":"a","exp":17954353e2}`)],
    ['exp one second ahead', tokenWith({ exp: NOW + 1 })],
    ['a lifetime of exactly an hour', tokenWith({ exp: NOW + 3600 })],
    ['iat exactly a minute ahead', tokenWith({ iat: NOW + 60 })],
    ['nbf now', tokenWith({ nbf: NOW })],
    ['nbf long ago', tokenWith({ nbf: -1 })],
    ['4 KB of other claims', tokenWith({ data: 'x'.repeat(4096) })],
    ['8,192 bytes', paddedTo(8192)],
    ['non-Latin text', tokenWith({ name: '山田 太郎 🙂', sub: 'auth0|ユーザー' })],
    ['escaped text', jws(claimsText(',"\\u006eame":"\\ud83d\\ude42 \\"quoted: {\\\\\\""'))],
    ['a quoted colon at the end of a string', jws(claimsText(',"a":":\\\\","b":"\\":"'))],
    ['an escaped member name', jws(claimsText(',"a\\"b":1,"a\\\\":2'))],
    ['equal names at different depths', jws(claimsText(',"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]'))],
    ['unknown claims of every JSON type', tokenWith({ a: null, b: [], c: {}, d: false, e: 1.5, scope: 'x' })],
    ['members named like those of Object', tokenWith({ constructor: 1, toString: 'a', hasOwnProperty: null })],
    ['deep nesting', jws(claimsText(`,"a":${'['.repeat(2000)}${']'.repeat(2000)}`))],
    ['a sub of 1 character', tokenWith({ sub: 'a' })],
    ['a sub of 1,024 characters', tokenWith({ sub: 'a'.repeat(1024) })],
    ['a sub of 1,024 characters outside of the basic plane', tokenWith({ sub: '🙂'.repeat(1024) })],
    ['a sub with blanks inside', tokenWith({ sub: 'samlp|My Company|a b' })],
    ['a sub in a right-to-left script', tokenWith({ sub: 'auth0|مستخدم' })],
  ])('%s', (_name, compact) => {
    expect(service.verify(compact).issuer).toBe(ISSUER);
  });

  it.each([ISSUER, `https://${ISSUER}/`])('the configured iss, and no other form of it: %s', (issuer) => {
    const other = issuer === ISSUER ? `https://${ISSUER}/` : ISSUER;
    const verifier = continueTokens({ issuer });
    expect(verifier.verify(tokenWith({ iss: issuer })).tenant).toBe(ISSUER);
    expect(refusalOf(tokenWith({ iss: other }), verifier).code).toBe('issuer_unknown');
  });

  it('with the previous secret, while one is configured', () => {
    const old = jws(sessionClaims(), undefined, PREVIOUS_SECRET);
    expect(continueTokens({ previousSecret: PREVIOUS_SECRET }).verify(old).issuer).toBe(ISSUER);
    expect(refusalOf(old).code).toBe('signature_invalid');
  });

  it.each([
    ['one', 'https://login.example.com'],
    ['one of several', ['x', 'https://login.example.com']],
  ])('for the configured audience, as %s', (_name, aud) => {
    const verifier = continueTokens({ audience: 'https://login.example.com' });
    expect(verifier.verify(tokenWith({ aud })).claims.aud).toEqual(aud);
    expect(verifier.verify(jws()).claims).not.toHaveProperty('aud');
  });
});

describe('the encoding of a token', () => {
  const [header = '', payload = '', signature = ''] = jws().split('.');
  const signed = (head: string, body: string): string =>
    `${head}.${body}.${createHmac('sha256', SECRET).update(`${head}.${body}`).digest('base64url')}`;

  it('is at most 8,192 bytes', () => {
    const longest = paddedTo(8192);
    expect(longest.length).toBeGreaterThan(8189);
    expect(refusalOf('a'.repeat(8192)).code).toBe('token_not_compact');
    expect(refusalOf('a'.repeat(8193)).code).toBe('token_too_large');
    expect(refusalOf(paddedTo(8200)).code).toBe('token_too_large');
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no text at all', undefined],
    ['one segment', header],
    ['two segments', `${header}.${payload}`],
    ['no signature', `${header}.${payload}.`],
    ['no header', `.${payload}.${signature}`],
    ['no payload', `${header}..${signature}`],
    ['four segments', `${jws()}.${signature}`],
    ['an empty fourth segment', `${jws()}.`],
    ['five segments, an encrypted token', 'a.b.c.d.e'],
    ['JSON serialization', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
  ])('is three segments: %s', (_name, compact) => {
    expect(refusalOf(compact as string).code).toBe('token_not_compact');
  });

  it.each<[string, string]>([
    ['padding', signed(Buffer.from('{"alg":"HS256" }').toString('base64'), payload)],
    [
      'the other alphabet',
      signed(header, Buffer.from(claimsText(',"a":"??>>~~"')).toString('base64').replace(/=+$/, '')),
    ],
    ['white space', signed(`${header} `, payload)],
    ['a line break', signed(header, `${payload}\n`)],
    ['white space before the header', ` ${jws()}`],
    ['padding at the signature', `${jws()}=`],
    ['another character', signed(header, `${payload}!`)],
    ['a length that no bytes have', signed(header, payload.padEnd(payload.length + 5 - (payload.length % 4), 'A'))],
    ['trailing bits at the signature', `${header}.${payload}.${signature.slice(0, -1)}${nextCharacter(signature)}`],
    [
      'trailing bits at the header',
      signed(Buffer.from('{"alg":"HS256"} ').toString('base64url').replace(/.$/, 'h'), payload),
    ],
  ])('is canonical base64url: %s', (_name, compact) => {
    expect(refusalOf(compact).code).toBe('token_encoding');
  });

  it.each<[string, Buffer]>([
    ['a lone continuation byte', Buffer.from([0x80])],
    ['an overlong slash', Buffer.from([0xc0, 0xaf])],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['a cut-off sequence', Buffer.from([0xe2, 0x82])],
    ['beyond U+10FFFF', Buffer.from([0xf4, 0x90, 0x80, 0x80])],
  ])('is UTF-8: %s', (_name, bytes) => {
    const inPayload = Buffer.concat([Buffer.from(claimsText(',"a":"').slice(0, -1)), bytes, Buffer.from('"}')]);
    const inHeader = Buffer.concat([Buffer.from('{"alg":"HS256","a":"'), bytes, Buffer.from('"}')]);
    expect(refusalOf(jws(inPayload)).code).toBe('token_not_utf8');
    expect(refusalOf(jws(sessionClaims(), inHeader)).code).toBe('token_not_utf8');
  });

  it.each([
    'null',
    'true',
    '1',
    '"text"',
    '[]',
    '[{}]',
    ' ',
    '{',
    "{'a':1}",
    '{"a":1,}',
    '{} {}',
    '\ufeff{}',
    'undefined',
  ])('is a JSON object: %j', (text) => {
    expect(refusalOf(jws(text)).code).toBe('token_not_json');
    expect(refusalOf(jws(sessionClaims(), text)).code).toBe('token_not_json');
  });

  it('puts nothing of the token into the error', () => {
    const error = thrownBy(() => service.verify(jws('{"secret-text": nope'))) as Error;
    expect(error.cause).toBeUndefined();
    expect(error.stack).not.toContain('secret-text');
  });

  it.each([
    ',"sub":"auth0|2"',
    ',"a":1,"a":1',
    ',"a":1,"\\u0061":2',
    ',"a":{"b":1,"b":2}',
    ',"a":[[{"b":1,"b":2}]]',
    ',"a":"\\\\","b":1,"b":2',
    ',"a":"\\\\\\"","b":1,"b":2',
    ',"":1,"":2',
  ])('names no member twice: %s', (members) => {
    expect(refusalOf(jws(claimsText(members))).code).toBe('token_duplicate_member');
  });

  it('has no duplicate header member', () => {
    const twice = jws(sessionClaims(), '{"alg":"none","typ":"JWT","alg":"HS256"}');
    expect(refusalOf(twice).code).toBe('token_duplicate_member');
  });

  it.each([',"__proto__":{"sub":"auth0|2"}', ',"a":{"__proto__":1}', ',"a":[{"\\u005f_proto__":null}]'])(
    'has no member __proto__: %s',
    (members) => {
      expect(refusalOf(jws(claimsText(members))).code).toBe('token_forbidden_member');
      expect(refusalOf(jws(sessionClaims(), `{"alg":"HS256"${members}}`)).code).toBe('token_forbidden_member');
    },
  );

  function nextCharacter(text: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1] ?? 'A';
  }
});

describe('the header of a token', () => {
  it.each([
    undefined,
    null,
    '',
    'none',
    'None',
    'hs256',
    'HS384',
    'HS512',
    'RS256',
    'ES256',
    'EdDSA',
    'dir',
    ['HS256'],
    256,
    true,
  ])('names HS256 and nothing else: %j', (alg) => {
    expect(refusalOf(tokenWithHeader({ alg })).code).toBe('algorithm_not_allowed');
  });

  it('is checked for its algorithm before its signature', () => {
    const [head = '', body = ''] = jws(sessionClaims(), { alg: 'none' }).split('.');
    expect(refusalOf(`${head}.${body}.`).code).toBe('token_not_compact');
    expect(refusalOf(`${head}.${body}.AA`).code).toBe('algorithm_not_allowed');
  });

  it.each([[], ['exp'], ['b64'], ['http://example.com/ext'], 'exp', null, {}, 1, [1]])('has no crit: %j', (crit) => {
    expect(refusalOf(tokenWithHeader({ crit, b64: true, exp: 1 })).code).toBe('critical_header_not_supported');
  });

  it.each([
    'JWS',
    'JOSE',
    'at+jwt',
    'application/at+jwt',
    'dpop+jwt',
    'logout+jwt',
    'JWT ',
    'xjwt',
    'jwtx',
    'text/jwt',
    '',
    null,
    1,
    ['JWT'],
  ])('has the typ of a session token: %j', (typ) => {
    expect(refusalOf(tokenWithHeader({ typ })).code).toBe('type_not_allowed');
  });

  it.each(['JWT', 'application/json', '', null])('has no cty: %j', (cty) => {
    expect(refusalOf(tokenWithHeader({ cty })).code).toBe('content_type_not_allowed');
  });

  it.each(['DEF', 'GZIP', '', null, false])('has no zip: %j', (zip) => {
    expect(refusalOf(tokenWithHeader({ zip })).code).toBe('compression_not_allowed');
  });

  it.each([false, 'true', 1, null])('has an encoded payload: b64 %j', (b64) => {
    expect(refusalOf(tokenWithHeader({ b64 })).code).toBe('unencoded_payload_not_allowed');
  });

  it.each([
    ['jwk', { kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }],
    ['jku', 'https://attacker.example/jwks.json'],
    ['x5u', 'https://attacker.example/cert.pem'],
    ['x5c', ['MIIB']],
    ['jwk', null],
  ])('contains no key: %s', (name, value) => {
    expect(refusalOf(tokenWithHeader({ [name]: value })).code).toBe('embedded_key_not_allowed');
  });

  it.each([
    '../../dev/null',
    '/etc/passwd',
    'C:\\key',
    '..',
    'a..b',
    'https://attacker.example/key',
    "' OR 1=1 --",
    'a b',
    'a;b',
    '$(id)',
    'a|b',
    'a\0b',
    1,
    null,
    ['a'],
    {},
  ])('has a kid that is a plain name: %j', (kid) => {
    expect(refusalOf(tokenWithHeader({ kid })).code).toBe('key_id_not_allowed');
  });
});

describe('issuer and signature', () => {
  it.each([
    undefined,
    null,
    '',
    1,
    true,
    [ISSUER],
    { iss: ISSUER },
    `${ISSUER}.attacker.example`,
    `${ISSUER} `,
    ISSUER.toUpperCase(),
    `https://${ISSUER}`,
    'other.eu.auth0.com',
  ])('iss equals the configured one exactly: %j', (iss) => {
    expect(refusalOf(tokenWith({ iss })).code).toBe('issuer_unknown');
  });

  it('is not checked for an unknown issuer', () => {
    expect(thrownBy(() => service.verify(tokenWith({ iss: 'other', exp: 1 })))).toMatchObject({ tenant: undefined });
    expect(thrownBy(() => service.verify(tokenWith({ exp: 1 })))).toMatchObject({ tenant: ISSUER });
  });

  const [header, payload, signature = ''] = jws().split('.');
  it.each<[string, string]>([
    ['by another secret', jws(sessionClaims(), undefined, `${SECRET}x`)],
    [
      'by the secret taken as base64',
      jws(sessionClaims(), undefined, Buffer.from(SECRET, 'base64').toString('latin1')),
    ],
    ['by an empty secret', jws(sessionClaims(), undefined, '')],
    [
      'over other claims',
      `${header}.${Buffer.from(JSON.stringify(sessionClaims({ sub: 'auth0|2' }))).toString('base64url')}.${signature}`,
    ],
    ['over another header', `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${payload}.${signature}`],
    ['cut short', `${header}.${payload}.${Buffer.from(signature, 'base64url').subarray(0, 31).toString('base64url')}`],
    ['of zeros', `${header}.${payload}.${Buffer.alloc(32).toString('base64url')}`],
    [
      'with a byte more',
      `${header}.${payload}.${Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`,
    ],
    [
      'by HS512',
      `${header}.${payload}.${createHmac('sha512', SECRET).update(`${header}.${payload}`).digest('base64url')}`,
    ],
  ])('a signature %s is refused', (_name, compact) => {
    expect(refusalOf(compact).code).toBe('signature_invalid');
  });

  it('is refused with the same message whichever keys are configured', () => {
    const foreign = jws(sessionClaims(), undefined, 'x'.repeat(40));
    expect(refusalOf(foreign, continueTokens({ previousSecret: PREVIOUS_SECRET }))).toEqual(refusalOf(foreign));
  });

  it('is checked before the claims, so that nobody without a key learns whether a token has expired', () => {
    expect(refusalOf(jws(sessionClaims({ exp: 1 }), undefined, 'x'.repeat(40))).code).toBe('signature_invalid');
  });
});

describe('the claims of a token', () => {
  const numbers = ['text', `${NOW}`, '', true, null, [NOW + 1], {}];

  it.each([...numbers])('exp is a NumericDate: %j', (exp) => {
    expect(refusalOf(tokenWith({ exp })).code).toBe('exp_invalid');
  });
  it.each(['1e400', '-1e400'])('exp is finite: %s', (exp) => {
    expect(refusalOf(jws(`{"iat":${NOW},"iss":"${ISSUER}","sub":"a","exp":${exp}}`)).code).toBe('exp_invalid');
  });
  it('exp is required', () => expect(refusalOf(without('exp')).code).toBe('exp_invalid'));

  it.each([NOW, NOW - 1, NOW - 0.001, 0, -1])('exp is in the future, with zero clock skew: %s', (exp) => {
    expect(refusalOf(tokenWith({ exp })).code).toBe('token_expired');
  });
  it('exp is compared in milliseconds', () => {
    const half = continueTokens({}, new FrozenClock(NOW * 1000 + 500));
    expect(refusalOf(tokenWith({ exp: NOW + 0.5 }), half).code).toBe('token_expired');
    expect(half.verify(tokenWith({ exp: NOW + 0.501 })).subject).toBeDefined();
  });

  it.each([...numbers])('nbf is a NumericDate: %j', (nbf) => {
    expect(refusalOf(tokenWith({ nbf })).code).toBe('nbf_invalid');
  });
  it.each(['1e400', '-1e400'])('nbf is finite: %s', (nbf) => {
    expect(refusalOf(jws(claimsText(`,"nbf":${nbf}`))).code).toBe('nbf_invalid');
  });
  it.each([NOW + 0.001, NOW + 1, NOW + 60])('nbf is not in the future, with zero clock skew: %s', (nbf) => {
    expect(refusalOf(tokenWith({ nbf })).code).toBe('token_not_yet_valid');
  });

  it.each([...numbers])('iat is a NumericDate: %j', (iat) => {
    expect(refusalOf(tokenWith({ iat })).code).toBe('iat_invalid');
  });
  it('iat is finite', () => {
    expect(refusalOf(jws(`{"iat":-1e400,"iss":"${ISSUER}","sub":"a","exp":${NOW + 9}}`)).code).toBe('iat_invalid');
  });
  it('iat is required', () => expect(refusalOf(without('iat')).code).toBe('iat_invalid'));
  it.each([NOW + 60.001, NOW + 61, NOW + 86_400])('iat is at most a minute ahead: %s', (iat) => {
    expect(refusalOf(tokenWith({ iat, exp: iat + 900 })).code).toBe('iat_in_future');
  });

  it.each([
    [NOW + 30, NOW + 20],
    [NOW + 30, NOW + 30],
  ])('has a positive lifetime: from %s to %s', (iat, exp) => {
    expect(refusalOf(tokenWith({ iat, exp })).code).toBe('exp_before_iat');
  });
  it.each([
    [NOW, NOW + 3600.001],
    [NOW - 3600, NOW + 1],
    [NOW, NOW + 315_360_000],
    [0, NOW + 1],
  ])('is valid for at most an hour: from %s to %s', (iat, exp) => {
    expect(refusalOf(tokenWith({ iat, exp })).code).toBe('lifetime_too_long');
  });

  it.each([
    null,
    1,
    0,
    true,
    ['auth0|1'],
    { id: 'auth0|1' },
    '',
    ' ',
    ' a',
    'a ',
    '\u00a0a',
    'a\ufeff',
    'a\nb',
    'a\0b',
    'a\u0085b',
    'a\u007fb',
    'a\u2028b',
    'a\u202eb',
    'a\u202ab',
    'a\u2066b',
    'a\u2069b',
    'a'.repeat(1025),
    '🙂'.repeat(1025),
  ])('sub is a user id: %j', (sub) => {
    expect(refusalOf(tokenWith({ sub })).code).toBe('sub_invalid');
  });
  it('sub is required', () => expect(refusalOf(without('sub')).code).toBe('sub_invalid'));
  it('sub has no lone surrogates', () => {
    expect(refusalOf(jws(`{"iat":${NOW},"iss":"${ISSUER}","sub":"a\\ud800","exp":${NOW + 9}}`)).code).toBe(
      'sub_invalid',
    );
  });

  it.each(['https://login.example.com', '', null, [], ['a'], 1, {}])('aud is absent unless configured: %j', (aud) => {
    expect(refusalOf(tokenWith({ aud })).code).toBe('aud_unexpected');
  });
  it.each(['other', ['other'], [], '', null, { 0: 'ours' }, ['ours', 1], [['ours']]])(
    'aud is the configured one: %j',
    (aud) => {
      expect(refusalOf(tokenWith({ aud }), continueTokens({ audience: 'ours' })).code).toBe('aud_unexpected');
    },
  );

  it.each([null, 1, true, '', [], {}])('nonce is a text: %j', (nonce) => {
    expect(refusalOf(tokenWith({ nonce })).code).toBe('nonce_invalid');
  });
  it.each([null, 1, true, '', [], {}])('jti is a text: %j', (jti) => {
    expect(refusalOf(tokenWith({ jti })).code).toBe('jti_invalid');
  });
});

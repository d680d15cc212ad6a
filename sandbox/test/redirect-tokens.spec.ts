import { createHmac } from 'node:crypto';
import { encodeToken } from '../src/redirect/encode-token.js';
import { decodeToken, signHs256 } from '../src/redirect/jwt.js';
import { validateToken } from '../src/redirect/validate-token.js';
import { FrozenClock } from './harness/frozen-clock.js';

const SECRET = 'a secret of more than thirty-two bytes, äöü';
const SUBJECT = { issuer: 'tenant.localhost', userId: 'auth0|0123456789abcdef01234567', ip: '127.0.0.1' };
const STATE = 'the-state';

describe('encodeToken', () => {
  const clock = new FrozenClock();

  it('writes iat, iss, sub, exp, ip and then the payload, in this order', () => {
    const token = encodeToken({ secret: SECRET, payload: { nonce: 'n', steps: ['terms'] } }, SUBJECT, clock.now);
    const { header, claims } = decodeToken(token) ?? {};
    expect(JSON.stringify(header)).toBe('{"alg":"HS256","typ":"JWT"}');
    expect(JSON.stringify(claims)).toBe(
      `{"iat":${clock.seconds},"iss":"tenant.localhost","sub":"${SUBJECT.userId}","exp":${clock.seconds + 900},` +
        `"ip":"127.0.0.1","nonce":"n","steps":["terms"]}`,
    );
  });

  it('signs with the raw UTF-8 bytes of the secret', () => {
    const token = encodeToken({ secret: SECRET }, SUBJECT, clock.now);
    const [header, claims, signature] = token.split('.');
    const expected = createHmac('sha256', SECRET).update(`${header}.${claims}`).digest('base64url');
    expect(signature).toBe(expected);
  });

  it('lets the payload override the claims of the tenant, each in its place', () => {
    const options = { secret: SECRET, expiresInSeconds: 60, payload: { iss: 'https://other/', more: 1 } };
    const claims = decodeToken(encodeToken(options, SUBJECT, clock.now))?.claims ?? {};
    expect(Object.keys(claims)).toEqual(['iat', 'iss', 'sub', 'exp', 'ip', 'more']);
    expect(claims).toMatchObject({ iss: 'https://other/', exp: clock.seconds + 60 });
  });

  it.each([
    ['no secret', {}, /"secret" must be a non-empty string/],
    ['an empty secret', { secret: '' }, /"secret" must be a non-empty string/],
    ['a secret of 4,097 characters', { secret: 'x'.repeat(4097) }, /has 4097 characters; the limit is 4096/],
    ['a life of nothing', { secret: SECRET, expiresInSeconds: 0 }, /"expiresInSeconds" must be a number above zero/],
    ['a payload that is a list', { secret: SECRET, payload: [] }, /"payload" must be an object/],
  ])('refuses %s', (_what, options, message) => {
    expect(() => encodeToken(options, SUBJECT, clock.now)).toThrow(message);
  });

  it('accepts a secret of 4,096 characters', () => {
    expect(encodeToken({ secret: 'x'.repeat(4096) }, SUBJECT, clock.now)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});

describe('validateToken', () => {
  const clock = new FrozenClock();
  const good = {
    iss: 'tenant.localhost',
    sub: SUBJECT.userId,
    iat: clock.seconds,
    exp: clock.seconds + 60,
    state: STATE,
  };

  function validate(token: unknown, options: object = { secret: SECRET }) {
    const parameters = { state: STATE, ...(token === undefined ? {} : { session_token: token }) };
    return validateToken(options, { parameters, userId: SUBJECT.userId }, clock.now);
  }

  function sign(claims: object, secret = SECRET): string {
    return signHs256({ ...claims }, secret);
  }

  function without(name: string) {
    return Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  }

  it('returns the payload of a valid token, with every check passed', () => {
    const { payload, error, checks } = validate(sign({ ...good, extra: [1] }));
    expect(error).toBeUndefined();
    expect(payload).toEqual({ ...good, extra: [1] });
    expect(checks.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual([
      'parameter: ok',
      'state: ok',
      'signature: ok',
      'standard-claims: ok',
      'type: ok',
      'subject: ok',
      'expiry: ok',
    ]);
  });

  const retyped = (): string => {
    const [, claims] = sign(good).split('.');
    const header = Buffer.from('{"alg":"HS256","typ":"at+jwt"}').toString('base64url');
    return `${header}.${claims}.${createHmac('sha256', SECRET).update(`${header}.${claims}`).digest('base64url')}`;
  };
  const unsigned = (): string => {
    const [, claims] = sign(good).split('.');
    return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
  };
  const INVALID = 'The session token is invalid: ';
  const MISSING = `${INVALID}Missing or invalid standard claims`;

  it.each([
    [
      'parameter',
      'no token',
      undefined,
      "There is no parameter called 'session_token' available in either the POST body or query string.",
    ],
    [
      'state',
      'another state',
      sign({ ...good, state: 'x' }),
      `${INVALID}State in the token does not match the /continue state.`,
    ],
    ['state', 'something that is no token', 'abc', `${INVALID}State in the token does not match the /continue state.`],
    ['signature', 'another secret', sign(good, 'another'), `${INVALID}Failed signature validation`],
    ['signature', 'alg none', unsigned(), `${INVALID}Failed signature validation`],
    ['standard-claims', 'no sub', sign(without('sub')), MISSING],
    ['standard-claims', 'no iss', sign(without('iss')), MISSING],
    ['standard-claims', 'no exp', sign(without('exp')), MISSING],
    ['standard-claims', 'no iat', sign(without('iat')), MISSING],
    ['type', 'another typ', retyped(), `${INVALID}Unexpected token payload type`],
    ['subject', 'another sub', sign({ ...good, sub: 'x' }), `${INVALID}The sub claim does not match the user_id.`],
    ['expiry', 'exp equal to now', sign({ ...good, exp: clock.seconds }), `${INVALID}Token has expired.`],
  ])('fails at %s for %s', (id, _what, token, message) => {
    const { error, payload, checks } = validate(token);
    expect(error).toBe(message);
    expect(payload).toBeUndefined();
    const position = checks.findIndex((check) => check.id === id);
    expect(checks.slice(0, position).map(({ verdict }) => verdict)).toEqual(Array(position).fill('ok'));
    expect(checks[position]).toMatchObject({ verdict: 'failed', message });
    const rest = checks.slice(position + 1);
    expect(rest.map(({ verdict }) => verdict)).toEqual(Array(rest.length).fill('not reached'));
  });

  it('fails at the earliest of several faults', () => {
    const { error } = validate(sign({ state: 'x' }, 'another'));
    expect(error).toBe(`${INVALID}State in the token does not match the /continue state.`);
  });

  it('reads the configured parameter', () => {
    const context = { parameters: { state: STATE, reply: sign(good) }, userId: SUBJECT.userId };
    const options = { secret: SECRET, tokenParameterName: 'reply' };
    expect(validateToken(options, context, clock.now).payload).toEqual(good);
  });

  it('requires a secret', () => {
    expect(() => validate(sign(good), {})).toThrow('validateToken: "secret" must be a non-empty string');
  });
});

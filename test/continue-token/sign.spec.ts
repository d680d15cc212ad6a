import { createHmac } from 'node:crypto';
import { AuthRedirectError } from '../../src/auth-redirect/errors.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { continueTokens, thrownBy } from '../harness/continue-tokens.js';
import {
  decode,
  ISSUER,
  jws,
  NOW,
  PREVIOUS_SECRET,
  SECRET,
  sessionClaims,
  STATE,
  tokenWith,
} from '../harness/tokens.js';

const signatureBy = (secret: string, compact: string): string =>
  createHmac('sha256', secret)
    .update(compact.slice(0, compact.lastIndexOf('.')))
    .digest('base64url');

describe('a continue token', () => {
  it('has exactly the claims that Auth0 requires, in whole seconds', () => {
    const service = continueTokens({}, new FrozenClock(NOW * 1000 + 999));
    const sessionToken = service.verify(
      tokenWith({ iat: NOW - 0.5, exp: NOW + 900.75, email: 'a@example.com', role: 'admin' }),
    );
    const compact = service.sign(sessionToken, STATE);
    const { header, claims } = decode(compact);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(Object.entries(claims)).toEqual([
      ['iss', ISSUER],
      ['sub', 'auth0|5f7c8ec7c33c6c004bbafe82'],
      ['iat', NOW],
      ['exp', NOW + 900],
      ['state', STATE],
    ]);
    expect(compact.split('.')[2]).toBe(signatureBy(SECRET, compact));
  });

  it('contains the nonce', () => {
    const service = continueTokens();
    const { claims } = decode(service.sign(service.verify(tokenWith({ nonce: 'n-1', jti: 'j' })), STATE));
    expect(claims).toEqual({
      iss: ISSUER,
      sub: expect.any(String),
      iat: NOW,
      exp: NOW + 900,
      state: STATE,
      nonce: 'n-1',
    });
  });

  it('carries the state of this request, not one that the token claims', () => {
    const service = continueTokens();
    const { claims } = decode(service.sign(service.verify(tokenWith({ state: 'of-another-login' })), STATE));
    expect(claims.state).toBe(STATE);
  });

  it('is signed by the key that the Action used', () => {
    const service = continueTokens({ previousSecret: PREVIOUS_SECRET });
    for (const secret of [SECRET, PREVIOUS_SECRET]) {
      const compact = service.sign(service.verify(jws(sessionClaims(), undefined, secret)), STATE);
      expect(compact.split('.')[2]).toBe(signatureBy(secret, compact));
    }
  });

  it.each([
    [60, NOW + 60],
    [900, NOW + 900],
    [3600, NOW + 900],
  ])('lasts %s s if configured, and never longer than the session token', (continueTokenLifetime, exp) => {
    const service = continueTokens({ continueTokenLifetime });
    expect(decode(service.sign(service.verify(jws()), STATE)).claims.exp).toBe(exp);
  });

  it('is not signed after the session token has expired', () => {
    const clock = new FrozenClock(NOW * 1000);
    const service = continueTokens({}, clock);
    const sessionToken = service.verify(tokenWith({ exp: NOW + 10 }));
    clock.milliseconds += 9_999;
    expect(decode(service.sign(sessionToken, STATE)).claims).toMatchObject({ iat: NOW + 9, exp: NOW + 10 });
    clock.milliseconds += 1;
    expect(thrownBy(() => service.sign(sessionToken, STATE))).toMatchObject({ code: 'token_expired' });
  });

  it('answers only tokens that this service verified', () => {
    const sessionToken = continueTokens().verify(jws());
    const error = {
      code: 'session_token_not_verified',
      message: 'sign() accepts only results of verify() of the same service',
    };
    expect(thrownBy(() => continueTokens().sign(sessionToken, STATE))).toMatchObject(error);
    const service = continueTokens();
    const copy = { ...service.verify(jws()), subject: 'auth0|victim' };
    expect(thrownBy(() => service.sign(copy, STATE))).toMatchObject(error);
  });

  it.each([
    ['', 'parameter_missing'],
    ['a\nb', 'parameter_characters'],
    ['x'.repeat(2049), 'parameter_too_long'],
  ])('is not created for an invalid state: %j', (state, code) => {
    const service = continueTokens();
    const error = thrownBy(() => service.sign(service.verify(jws()), state));
    expect(error).toBeInstanceOf(AuthRedirectError);
    expect(error).toMatchObject({ code });
  });
});

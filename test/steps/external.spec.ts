import type { FactoryProvider } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Clock } from '../../src/auth-redirect/clock.js';
import { AuthRedirectError } from '../../src/auth-redirect/errors.js';
import { Randomness } from '../../src/auth-redirect/randomness.js';
import { EXTERNAL_OPTIONS, ExternalStep } from '../../src/steps/external/index.js';
import { ReturnHandles } from '../../src/steps/external/return-handles.js';
import { ADAPTERS, HostApplication, send, type Reply } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { decode, jws, NOW, sessionClaims, tokenWith, type Members } from '../harness/tokens.js';
import {
  ALGORITHMS,
  freshToken,
  HandedOff,
  handOff,
  hostOf,
  NOT_VALID,
  PUBLIC_URL,
  recordStepLog,
  resultClaims,
  Vendor,
  VENDOR_SECRET,
  wordsOf,
} from '../harness/vendor.js';

const second = ({ options }: Vendor): FactoryProvider<ExternalStep> => ({
  provide: 'second',
  inject: [Clock, Randomness],
  useFactory: (clock: Clock, randomness: Randomness) =>
    new ExternalStep(clock, randomness, { ...options, id: 'second' }),
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const lines = recordStepLog();

describe.each(ADAPTERS)('a vendor on %s', (adapter) => {
  describe.each(ALGORITHMS)('that signs with %s', (algorithm) => {
    let vendor: Vendor;
    let host: HostApplication;
    beforeAll(async () => {
      vendor = await Vendor.start(algorithm);
      host = await hostOf(adapter, vendor, [second(vendor)]);
    });
    afterAll(async () => {
      await host.stop();
      await vendor.stop();
    });

    it('receives the user, returns the user, and the Action receives the claims', async () => {
      const login = await handOff(host);
      const { hostname, port, pathname, search } = login.url;
      expect(login.url.href.startsWith(`${vendor.options.url}&handle=`)).toBe(true);
      const { headers } = await send({ host: hostname, port: Number(port), path: pathname + search });
      const back = new URL(headers.location ?? '');
      expect(back.href.startsWith(`${PUBLIC_URL}/steps/external/return?login=`)).toBe(true);
      expect(continueClaimsOf(await login.browser.back(back.pathname + back.search))).toMatchObject({
        outcome: 'completed',
        steps: { external: { document: 'passport', age: null, verifiedAt: '2026-11-23T12:00:00.000Z' } },
      });
      expect(lines).toEqual([]);
    });

    it('has to sign', async () => {
      const login = await handOff(host);
      const [header, claims, signature = ''] = (await vendor.sign(login.handle)).split('.');
      const forged = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
      expect((await login.return({ token: `${header}.${claims}.${forged}` })).body).toContain(NOT_VALID);
      expect(wordsOf(lines)).toEqual(['signature_invalid']);
    });

    it.each(['none', 'HS512', 'hs256', ...ALGORITHMS.filter((other) => other !== algorithm)])(
      'is rejected if the token has the algorithm %s',
      async (alg) => {
        const login = await handOff(host);
        const key = algorithm === 'HS256' ? VENDOR_SECRET : vendor.pem;
        const token = jws({ ...resultClaims(login.handle), status: 'approved' }, { alg, typ: 'JWT' }, key);
        await login.return({ token });
        expect(wordsOf(lines)).toEqual(['algorithm_unexpected']);
      },
    );
  });

  describe('after the hand-off', () => {
    let vendor: Vendor;
    let host: HostApplication;
    let login: HandedOff;
    beforeAll(async () => {
      vendor = await Vendor.start('RS256');
      host = await hostOf(adapter, vendor, [second(vendor)]);
    });
    beforeEach(async () => {
      host.refused.length = 0;
      login = await handOff(host);
    });
    afterAll(async () => {
      await host.stop();
      await vendor.stop();
    });

    /** Returns the code of the failed check if the page has the message and offers to start again. */
    const refusalOf = ({ status, body }: Reply): string | undefined =>
      status === 422 && body.includes(NOT_VALID) && body.includes('>Go to Identity Inc.</button>')
        ? wordsOf(lines).join(' ')
        : undefined;
    const outcomeOf = (reply: Reply): unknown => continueClaimsOf(reply).outcome;

    it('has a page with its name, in the language of the login', async () => {
      const browser = new StepBrowser(host);
      await browser.arrive(tokenWith({ steps: ['external'], locale: 'de' }));
      const { body } = await browser.get();
      expect(body).toContain('<h1><bdi>Identität AG</bdi></h1>');
      expect(body).toContain('Sie werden zu Identität AG weitergeleitet');
      expect(body).toContain('<button type="submit">Weiter zu Identität AG</button>');
    });

    it('receives a handle without user data that expires with the login', async () => {
      const { header, claims } = decode(login.handle);
      expect(header).toEqual({ alg: 'HS256', typ: 'return-handle+jwt' });
      expect(claims).toEqual({ jti: expect.stringMatching(/^[\w-]{22}$/), exp: NOW + 900 });
      expect(decode((await handOff(host)).handle).claims['jti']).not.toBe(claims['jti']);
    });

    describe('with a token', () => {
      it.each<[string, Members, string]>([
        ['of another issuer', { iss: 'https://vendor.example/' }, 'issuer_unexpected'],
        ['of no issuer', { iss: undefined }, 'issuer_unexpected'],
        ['for another audience', { aud: 'login-8' }, 'audience_unexpected'],
        ['for no audience', { aud: undefined }, 'audience_unexpected'],
        ['for others as well', { aud: ['login-7', 'login-8'] }, 'audience_unexpected'],
        ['that has expired', { exp: NOW - 5 }, 'token_expired'],
        ['without exp', { exp: undefined }, 'exp_invalid'],
        ['with an exp that is not a number', { exp: String(NOW + 300) }, 'exp_invalid'],
        ['not valid yet', { nbf: NOW + 6 }, 'token_not_yet_valid'],
        ['from the future', { iat: NOW + 6, exp: NOW + 300 }, 'iat_in_future'],
        ['without iat', { iat: undefined }, 'iat_invalid'],
        ['that lives too long', { exp: NOW + 3601 }, 'lifetime_too_long'],
        ['that ends before it begins', { iat: NOW, exp: NOW - 1 }, 'exp_before_iat'],
        ['without a handle', { handle: undefined }, 'handle_missing'],
        ['with an empty handle', { handle: '' }, 'handle_missing'],
        ['with a list of handles', { handle: ['a'] }, 'handle_missing'],
        ['with a made-up handle', { handle: 'x.y.z' }, 'handle_invalid'],
        ['with too many claims', { document: 'x'.repeat(4100) }, 'claims_too_large'],
        ['that is too large', { other: 'x'.repeat(6200) }, 'token_too_large'],
      ])('%s is rejected', async (_name, claims, word) => {
        expect(refusalOf(await login.return({ token: await vendor.sign(login.handle, claims) }))).toBe(word);
      });

      it.each<[string, Members]>([
        ['that just expired', { exp: NOW - 4, iat: NOW - 60 }],
        ['from a clock that is a little ahead', { iat: NOW + 5, nbf: NOW + 5 }],
        ['for a list of one', { aud: ['login-7'] }],
      ])('%s is accepted', async (_name, claims) => {
        expect(outcomeOf(await login.return({ token: await vendor.sign(login.handle, claims) }))).toBe('completed');
      });

      it.each<[string, Members, string]>([
        ['crit', { crit: ['x-crit'], 'x-crit': 1 }, 'critical_header_not_supported'],
        ['another type', { typ: 'at+jwt' }, 'type_not_allowed'],
        ['a nested token', { cty: 'JWT' }, 'content_type_not_allowed'],
        ['zip', { zip: 'DEF' }, 'compression_not_allowed'],
        ['the address of a key', { jku: 'https://attacker.example/keys' }, 'embedded_key_not_allowed'],
        ['a certificate', { x5c: ['MII'] }, 'embedded_key_not_allowed'],
        ['an unknown key', { kid: 'key-0' }, 'key_unknown'],
      ])('with %s in its header is rejected', async (_name, header, word) => {
        expect(refusalOf(await login.return({ token: await vendor.sign(login.handle, {}, header) }))).toBe(word);
      });

      it('with its own key is rejected', async () => {
        const { publicKey, privateKey } = await generateKeyPair('RS256');
        const token = await new SignJWT({ ...resultClaims(login.handle), status: 'approved' })
          .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(publicKey) })
          .sign(privateKey);
        expect(refusalOf(await login.return({ token }))).toBe('embedded_key_not_allowed');
      });

      it.each<[string, (token: string) => string, string]>([
        ['without a signature', (token) => token.replace(/[^.]*$/, ''), 'token_not_compact'],
        ['in another encoding of the same bytes', (token) => `${token}=`, 'token_encoding'],
        ['that is not a token', () => 'approved', 'token_not_compact'],
      ])('%s is rejected', async (_name, changed, word) => {
        expect(refusalOf(await login.return({ token: changed(await vendor.sign(login.handle)) }))).toBe(word);
      });

      it('has to occur exactly once', async () => {
        const token = await vendor.sign(login.handle);
        expect(refusalOf(await login.return(`token=${token}&token=${token}`))).toBe('token_repeated');
        await login.return('token=');
        await login.return('');
        expect(wordsOf(lines)).toEqual(['token_repeated', 'token_missing', 'token_missing']);
        expect(outcomeOf(await login.return({ token }))).toBe('completed');
      });

      it('is never logged', async () => {
        const token = await vendor.sign(login.handle, { iss: 'https://elsewhere.example' });
        await login.return({ token });
        const line = JSON.stringify(lines);
        for (const secret of [token, login.handle, 'elsewhere', 'passport', 'auth0|'])
          expect(line).not.toContain(secret);
        expect(lines).toEqual([
          {
            message: 'the return from the vendor was rejected: issuer_unexpected',
            reference: expect.any(String),
            tenant: expect.any(String),
            step: 'external',
          },
        ]);
      });
    });

    describe('with a handle', () => {
      it('of another login is rejected, in any browser', async () => {
        const other = await handOff(host);
        expect(refusalOf(await login.return({ token: await vendor.sign(other.handle) }))).toBe('handle_invalid');
        expect(outcomeOf(await other.return({ token: await vendor.sign(other.handle) }))).toBe('completed');
      });

      it('of another step of the same login is rejected', async () => {
        const both = await handOff(host, ['external', 'second']);
        const spare = await vendor.sign(both.handle);
        await both.browser.post({}, both.back.replace('/return', ''));
        const again = new HandedOff(both.browser);
        expect((await again.return({ token: await vendor.sign(again.handle) })).status).toBe(303);
        expect(both.browser.location).toContain('/steps/second');
        expect(refusalOf(await both.browser.get(`${both.back.replace('external', 'second')}&token=${spare}`))).toBe(
          'handle_invalid',
        );
      });

      it.each<[string, (handle: string) => string]>([
        ['signed with another key', (handle) => jws(decode(handle).claims, decode(handle).header)],
        ['that is the session token', () => jws(sessionClaims())],
        [
          'signed with none',
          (handle) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${handle.split('.')[1]}.`,
        ],
      ])('%s is rejected', async (_name, forged) => {
        expect(refusalOf(await login.return({ token: await vendor.sign(forged(login.handle)) }))).toBe(
          'handle_invalid',
        );
      });

      it('changes nothing after its use, with any other result of the vendor', async () => {
        const thief = login.browser.copy();
        expect(outcomeOf(await login.return({ token: await vendor.sign(login.handle) }))).toBe('completed');
        const again = await thief.back(`${login.back}&token=${await vendor.sign(login.handle, { document: 'none' })}`);
        expect(continueClaimsOf(again)['steps']).toMatchObject({ external: { document: 'passport' } });
      });

      it('can be used after a return that failed', async () => {
        await login.return({ token: await vendor.sign(login.handle, { iss: 'x' }) });
        expect(outcomeOf(await login.return({ token: await vendor.sign(login.handle) }))).toBe('completed');
      });

      it('is rejected without a hand-off', async () => {
        const browser = new StepBrowser(host);
        await browser.arrive(freshToken(['external']));
        const back = browser.location.replace('/external?', '/external/return?');
        expect(refusalOf(await browser.get(`${back}&token=${await vendor.sign(login.handle)}`))).toBe('handle_invalid');
      });
    });

    it('denies the login for good if the result is not accepted', async () => {
      const claims = { status: 'rejected' };
      const reply = await login.return({ token: await vendor.sign(login.handle, claims) });
      const outcome = {
        outcome: 'denied',
        error: 'external_declined',
        error_description:
          'The check at Identity Inc. was not successful. Sign in again to repeat it, or contact support.',
        steps: {},
      };
      expect(continueClaimsOf(reply)).toMatchObject(outcome);
      expect(continueClaimsOf(await login.return({ token: await vendor.sign(login.handle) }))).toMatchObject(outcome);
    });

    it.each([undefined, null, true, ['approved'], 'Approved'])('denies the login for the status %j', async (status) => {
      const reply = await login.return({ token: await vendor.sign(login.handle, { status }) });
      expect(continueClaimsOf(reply).error).toBe('external_declined');
    });

    it('can be tried again after an error', async () => {
      const reply = await login.return({ error: 'access_denied"><script>', token: await vendor.sign(login.handle) });
      expect(reply.status).toBe(422);
      expect(reply.body).toContain('The check at Identity Inc. is not finished. You can try again.');
      expect(reply.body).not.toContain('access_denied');
      const action = /action="([^"]*)"/.exec(reply.body)?.[1]?.replaceAll('&#x3D;', '=') ?? '';
      await login.browser.post({}, action);
      const again = new HandedOff(login.browser);
      expect(outcomeOf(await again.return({ token: await vendor.sign(again.handle) }))).toBe('completed');
    });

    it('continues after a reload of the return address, before and after the step', async () => {
      const login2 = await handOff(host, ['external', 'second']);
      const [before, token] = [login2.browser.copy(), await vendor.sign(login2.handle)];
      for (const browser of [login2.browser, login2.browser, before]) {
        expect((await browser.get(`${login2.back}&token=${token}`)).status).toBe(303);
        expect(browser.location).toContain('/steps/second');
      }
      expect(lines).toEqual([]);
    });

    it('does not count as the cause if the replay store fails', async () => {
      const token = await vendor.sign(login.handle);
      const fault = new AuthRedirectError('replay_store_unavailable');
      jest.spyOn(ReturnHandles.prototype, 'use').mockRejectedValueOnce(fault);
      expect((await login.return({ token })).status).toBe(503);
      expect(lines).toEqual([]);
      expect(outcomeOf(await login.return({ token }))).toBe('completed');
    });

    it('counts parallel returns as one', async () => {
      const [token, other] = [await vendor.sign(login.handle), login.browser.copy()];
      const replies = await Promise.all([
        login.return({ token }),
        other.back(`${login.back}&token=${token}`),
        other.back(`${login.back}&token=${await vendor.sign(login.handle, { document: 'visa' })}`),
      ]);
      const [first, ...rest] = replies.map((reply) => continueClaimsOf(reply));
      expect(first?.['outcome']).toBe('completed');
      expect(rest).toEqual([first, first]);
      expect(wordsOf(lines)).toEqual([]);
    });

    it('cannot return the user to another browser', async () => {
      const path = `${login.back}&token=${await vendor.sign(login.handle)}`;
      const thief = await handOff(host);
      expect((await thief.browser.get(path)).status).toBe(401);
      expect((await new StepBrowser(host).get(path)).status).toBe(401);
      expect(host.refused.map(({ code }) => code)).toEqual(['step_session_missing', 'step_session_missing']);
      expect(outcomeOf(await login.browser.back(path))).toBe('completed');
    });

    it('has to return by GET', async () => {
      const path = `${login.back}&token=${await vendor.sign(login.handle)}`;
      const headers = { cookie: [...login.browser.cookies].map((cookie) => cookie.join('=')).join('; ') };
      expect((await login.browser.post({}, path, { 'sec-fetch-site': 'cross-site' })).status).toBe(405);
      expect((await host.request(path, { method: 'HEAD', headers })).status).toBe(303);
      expect(outcomeOf(await login.browser.back(path))).toBe('completed');
    });

    it('is not the target of a form on another site', async () => {
      const reply = await login.browser.post({}, login.back.replace('/return', ''), { 'sec-fetch-site': 'cross-site' });
      expect(reply.status).toBe(403);
      expect(reply.headers).not.toHaveProperty('location');
    });

    it('returns to the current step of the login', async () => {
      const browser = new StepBrowser(host);
      await browser.arrive(freshToken(['second', 'external']));
      const back = browser.location.replace('/second?', '/external/return?');
      expect((await browser.get(`${back}&token=${await vendor.sign(login.handle)}`)).status).toBe(303);
      expect(browser.location).toContain('/steps/second?');
    });

    it('does not receive the return address as a referrer', async () => {
      const { headers } = await login.return({ token: await vendor.sign(login.handle) });
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
      const failed = await (await handOff(host)).return({ token: 'x' });
      expect(failed.headers).toMatchObject({ 'referrer-policy': 'same-origin', 'cache-control': 'no-store' });
    });
  });

  it('may return by POST, also with an error', async () => {
    const vendor = await Vendor.start('HS256');
    const host = await hostOf(adapter, vendor, [], { returnMethod: 'POST' });
    const login = await handOff(host);
    const post = async (fields: Record<string, string>): Promise<Reply> =>
      login.browser.post({ ...fields, _returned: 'yes' }, login.back);
    expect((await host.request(login.back, { method: 'POST', body: 'token=x', headers: FORM })).body).toContain(
      '<input type="hidden" name="token" value="x">',
    );
    expect((await post({ error: 'access_denied' })).body).toContain('is not finished. You can try again.');
    expect((await post({ token: 'x' })).body).toContain(NOT_VALID);
    expect(continueClaimsOf(await post({ token: await vendor.sign(login.handle) })).outcome).toBe('completed');
    await host.stop();
    await vendor.stop();
  });

  it('does not start without publicUrl', async () => {
    const vendor = await Vendor.start('HS256');
    const provider = { provide: EXTERNAL_OPTIONS, useValue: vendor.options };
    await expect(HostApplication.start(adapter, {}, 'recorded', [ExternalStep], [provider])).rejects.toMatchObject({
      problems: ['publicUrl is missing: the step external sends the user to another site and back'],
    });
    await vendor.stop();
  });

  it('does not start with invalid options', async () => {
    const vendor = await Vendor.start('HS256');
    await expect(hostOf(adapter, vendor, [], { secret: 'short' })).rejects.toMatchObject({
      code: 'options_invalid',
      problems: ['external.secret has 5 bytes, HS256 needs 32 or more'],
    });
    await vendor.stop();
  });
});

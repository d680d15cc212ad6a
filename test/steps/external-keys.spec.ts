import { exportJWK, generateKeyPair } from 'jose';
import type { HostApplication } from '../harness/application.js';
import { continueClaimsOf } from '../harness/step-browser.js';
import { jws, type Members } from '../harness/tokens.js';
import { handOff, hostOf, NOT_VALID, recordStepLog, resultClaims, Vendor, wordsOf } from '../harness/vendor.js';

const lines = recordStepLog();

/** Elapsed milliseconds, and milliseconds by which the system clock, which jose's cache uses, was set forward. */
let offset = 0;
let setForward = 0;
const realNow = Date.now;
const realPassed = performance.now.bind(performance);
beforeAll(() => {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + offset + setForward);
  jest.spyOn(performance, 'now').mockImplementation(() => realPassed() + offset);
});

describe('a vendor with published keys', () => {
  let vendor: Vendor;
  let host: HostApplication;
  beforeEach(async () => {
    vendor = await Vendor.start('RS256');
    host = await hostOf('express', vendor);
  });
  afterEach(async () => {
    offset = 0;
    setForward = 0;
    await host.stop();
    await vendor.stop();
  });
  const outcome = async (claims: Members = {}, header: Members = {}): Promise<string> => {
    lines.length = 0;
    const login = await handOff(host);
    const { status } = await login.return({ token: await vendor.sign(login.handle, claims, header) });
    return status === 200 ? 'completed' : (wordsOf(lines)[0] ?? '');
  };
  it('receives one request for them', async () => {
    expect([await outcome(), await outcome(), await outcome()]).toEqual(['completed', 'completed', 'completed']);
    expect(vendor.keyRequests).toBe(1);
  });

  it('can rotate them: an unknown key causes a request 30 seconds after the last one', async () => {
    expect(await outcome()).toBe('completed');
    await vendor.rotate('key-2');
    expect(await outcome()).toBe('key_unknown');
    expect(vendor.keyRequests).toBe(1);
    offset = 31_000;
    expect(await outcome()).toBe('completed');
    expect(vendor.keyRequests).toBe(2);
  });

  it('can withdraw one: the cache lasts ten minutes', async () => {
    expect(await outcome()).toBe('completed');
    vendor.published = [];
    offset = 599_000;
    expect(await outcome()).toBe('completed');
    offset = 601_000;
    expect(await outcome()).toBe('key_unknown');
  });

  it('is rejected with a key that it does not publish', async () => {
    const { published } = vendor;
    await vendor.rotate('key-1');
    vendor.published = published;
    expect(await outcome()).toBe('signature_invalid');
  });

  it('is rejected if the named key has another type', async () => {
    await vendor.rotate('key-1', 'ES256');
    vendor.published = [{ ...vendor.published[0], alg: 'RS256' }];
    const login = await handOff(host);
    await login.return({ token: jws(resultClaims(login.handle), { alg: 'RS256', kid: 'key-1' }) });
    expect(wordsOf(lines)).toEqual(['key_unknown']);
  });

  it('has to name one of several keys', async () => {
    vendor.published = [...vendor.published, { ...vendor.published[0], kid: 'key-2' }];
    expect(await outcome({}, { kid: undefined })).toBe('key_ambiguous');
    expect(await outcome()).toBe('completed');
  });

  it('does not have to name its only key', async () => {
    expect(await outcome({}, { kid: undefined })).toBe('completed');
  });

  it('is rejected with a key that is too short', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    vendor.published = [{ ...(await exportJWK(publicKey)), kid: 'key-1', n: 'u'.repeat(171) }];
    expect(await outcome()).toBe('key_not_usable');
  });

  it.each(['down', 'nonsense'] as const)('with keys that are %s: the user can return later', async (state) => {
    vendor.keyEndpoint = state;
    const login = await handOff(host);
    const token = await vendor.sign(login.handle);
    const reply = await login.return({ token });
    expect(reply.status).toBe(422);
    expect(reply.body).toContain(NOT_VALID);
    expect(wordsOf(lines)).toEqual(['keys_unavailable']);
    vendor.keyEndpoint = 'up';
    offset = 10_000;
    expect(continueClaimsOf(await login.return({ token })).outcome).toBe('completed');
  });

  it.each(['down', 'nonsense'] as const)('receives one request in ten seconds while its keys are %s', async (state) => {
    vendor.keyEndpoint = state;
    const outcomes = [await outcome(), ...(await Promise.all([outcome(), outcome()])), await outcome()];
    expect(new Set(outcomes)).toEqual(new Set(['keys_unavailable']));
    expect(vendor.keyRequests).toBe(1);
    offset = 9_000;
    expect(await outcome()).toBe('keys_unavailable');
    expect(vendor.keyRequests).toBe(1);
    offset = 10_000;
    await outcome();
    expect(vendor.keyRequests).toBe(2);
  });

  it('gets another request after ten seconds, also if the clock was set back', async () => {
    vendor.keyEndpoint = 'down';
    expect(await outcome()).toBe('keys_unavailable');
    vendor.keyEndpoint = 'up';
    offset = 10_000;
    setForward = -100_000;
    expect(await outcome()).toBe('completed');
  });

  it('receives one request at a time for the keys, and all returns wait for it', async () => {
    vendor.keyEndpoint = 'silent';
    expect(await Promise.all([outcome(), outcome(), outcome()])).toContain('keys_unavailable');
    expect(await outcome()).toBe('keys_unavailable');
    expect(vendor.keyRequests).toBe(1);
  });

  it('fails while its keys are cached: known keys go on, unknown ones cause one request in ten seconds', async () => {
    expect(await outcome()).toBe('completed');
    vendor.keyEndpoint = 'down';
    offset = 31_000;
    const unknown = { kid: 'invented' };
    expect([await outcome({}, unknown), await outcome({}, unknown)]).toEqual(['keys_unavailable', 'keys_unavailable']);
    expect(await outcome()).toBe('completed');
    expect(vendor.keyRequests).toBe(2);
  });

  it('fails after the cache has ended: one request in ten seconds', async () => {
    expect(await outcome()).toBe('completed');
    vendor.keyEndpoint = 'down';
    offset = 601_000;
    expect([await outcome(), await outcome()]).toEqual(['keys_unavailable', 'keys_unavailable']);
    expect(vendor.keyRequests).toBe(2);
    vendor.keyEndpoint = 'up';
    offset = 611_001;
    expect(await outcome()).toBe('completed');
  });

  it('is not requested for keys at a private address, unless the configuration allows it', async () => {
    const careful = await hostOf('express', vendor, [], { http: {} });
    lines.length = 0;
    const login = await handOff(careful);
    expect((await login.return({ token: await vendor.sign(login.handle) })).status).toBe(422);
    await careful.stop();
    expect(lines.map(({ message }) => message)).toContain(
      'the return from the vendor was rejected: keys_unavailable (address_refused)',
    );
    expect(vendor.keyRequests).toBe(0);
  });

  it('can publish at most 64 KB of keys', async () => {
    vendor.published = [...vendor.published, { kty: 'oct', kid: 'large', k: 'a'.repeat(70_000) }];
    expect(await outcome()).toBe('keys_unavailable');
  });

  it('has three seconds to answer', async () => {
    vendor.keyEndpoint = 'silent';
    const started = performance.now();
    expect(await outcome()).toBe('keys_unavailable');
    expect(performance.now() - started).toBeLessThan(4500);
  });
});

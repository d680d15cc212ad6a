import { METADATA_LIMITS, setMetadata } from '../src/execution/api/transaction-api.js';
import type { JsonObject } from '../src/json.js';
import { MASK, Masker } from '../src/transactions/mask.js';

describe('transaction metadata', () => {
  it('takes a value of 8 KB and refuses a byte more, leaving what was there', () => {
    const metadata: JsonObject = {};
    setMetadata(metadata, 'a', 'x'.repeat(METADATA_LIMITS.valueBytes));
    expect(() => setMetadata(metadata, 'a', 'x'.repeat(METADATA_LIMITS.valueBytes + 1))).toThrow(
      `the value of "a" would be 8193 bytes; Auth0's limit is 8192 bytes`,
    );
    expect(metadata['a']).toHaveLength(METADATA_LIMITS.valueBytes);
  });

  it('counts bytes, not characters', () => {
    expect(() => setMetadata({}, 'a', 'ü'.repeat(METADATA_LIMITS.valueBytes / 2 + 1))).toThrow('would be 8194 bytes');
  });

  it('refuses more than 16 KB in all', () => {
    const metadata: JsonObject = {};
    setMetadata(metadata, 'a', 'x'.repeat(METADATA_LIMITS.valueBytes));
    expect(() => setMetadata(metadata, 'b', 'x'.repeat(METADATA_LIMITS.valueBytes))).toThrow(
      `Auth0's limit is ${METADATA_LIMITS.totalBytes} bytes`,
    );
    expect(Object.keys(metadata)).toEqual(['a']);
  });

  it('takes text, numbers and booleans only', () => {
    const metadata: JsonObject = {};
    for (const value of ['', 0, -1.5, false]) setMetadata(metadata, 'a', value);
    for (const value of [{}, [], () => 1, Symbol('s'), 1n]) {
      expect(() => setMetadata(metadata, 'a', value)).toThrow('must be a string, a number or a boolean');
    }
    for (const value of [Number.NaN, Infinity, Number.MAX_SAFE_INTEGER + 1]) {
      expect(() => setMetadata(metadata, 'a', value)).toThrow('is not a safe number');
    }
    expect(metadata).toEqual({ a: false });
  });

  it('takes a key of 64 characters and refuses one more', () => {
    setMetadata({}, 'k'.repeat(64), 1);
    expect(() => setMetadata({}, 'k'.repeat(65), 1)).toThrow('the key has 65 characters; the limit is 64');
  });

  it('removes a value with null', () => {
    const metadata: JsonObject = { a: 1, b: 2 };
    setMetadata(metadata, 'a', null);
    expect(metadata).toEqual({ b: 2 });
  });
});

describe('masking', () => {
  const masker = new Masker(['topsecret', 'topsecret-and-more', 'https://step.example', '2']);

  it('takes secrets out of names, texts and the depths of values', () => {
    const masked = masker.json({ a: ['x topsecret y', { topsecret: 'topsecret-and-more' }], n: 2 });
    expect(masked).toEqual({ a: [`x ${MASK} y`, { [MASK]: MASK }], n: 2 });
  });

  it('leaves short values alone', () => {
    expect(masker.text('version 2')).toBe('version 2');
  });

  it('leaves web addresses readable where the browser goes, and only there', () => {
    expect(masker.address('https://step.example/redirect')).toBe('https://step.example/redirect');
    expect(masker.text('https://step.example/redirect')).toBe(`${MASK}/redirect`);
    expect(masker.isExposedBy('https://step.example/?k=topsecret')).toBe(true);
    expect(masker.isExposedBy('https://step.example/')).toBe(false);
  });
});

import { inspect } from 'node:util';
import { METADATA_LIMITS, setMetadata } from '../src/execution/api/transaction-api.js';
import type { Json, JsonObject } from '../src/json.js';
import { MASK, Masker } from '../src/transactions/mask.js';

describe('transaction metadata', () => {
  it('accepts a value of 8 KB and rejects a byte more, without a change', () => {
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

  it('rejects more than 16 KB in total', () => {
    const metadata: JsonObject = {};
    setMetadata(metadata, 'a', 'x'.repeat(METADATA_LIMITS.valueBytes));
    expect(() => setMetadata(metadata, 'b', 'x'.repeat(METADATA_LIMITS.valueBytes))).toThrow(
      `Auth0's limit is ${METADATA_LIMITS.totalBytes} bytes`,
    );
    expect(Object.keys(metadata)).toEqual(['a']);
  });

  it('accepts only text, numbers and booleans', () => {
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

  it('accepts a key of 64 characters and rejects one more', () => {
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

  it('masks secrets in names, texts and nested values', () => {
    const masked = masker.json({ a: ['x topsecret y', { topsecret: 'topsecret-and-more' }], n: 2 });
    expect(masked).toEqual({ a: [`x ${MASK} y`, { [MASK]: MASK }], n: 2 });
  });

  it('does not mask short values', () => {
    expect(masker.text('version 2')).toBe('version 2');
  });

  it('masks URLs everywhere except in the URL of a redirect', () => {
    expect(masker.address('https://step.example/redirect')).toBe('https://step.example/redirect');
    expect(masker.text('https://step.example/redirect')).toBe(`${MASK}/redirect`);
    expect(masker.isExposedBy('https://step.example/?k=topsecret')).toBe(true);
    expect(masker.isExposedBy('https://step.example/')).toBe(false);
  });

  it.each([
    ['in a URL', (secret: string) => encodeURIComponent(secret)],
    ['in a form', (secret: string) => new URLSearchParams({ secret }).toString()],
    ['in JSON', (secret: string) => JSON.stringify({ secret })],
    ['by console.log', (secret: string) => inspect({ secret })],
    ['in base64', (secret: string) => Buffer.from(secret).toString('base64url')],
    ['in a header of Basic authentication', (secret: string) => Buffer.from(`id:${secret}`).toString('base64')],
    ['beside something else in base64', (secret: string) => Buffer.from(`my-id:${secret}, more`).toString('base64')],
  ])('finds a secret that shows %s', (_where, encode) => {
    for (const secret of ['s3cr&t "ü/+', '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n9w0BAQEFAASCBKcwggSjAgEA\n']) {
      const shown = new Masker([secret]).text(encode(secret));
      expect(shown).toContain(MASK);
      // Only a few characters at both ends remain.
      expect(shown.replaceAll(MASK, '')).not.toMatch(/s3c|MIIEvQ|9w0BAQ|czNjc|TUlJRX/);
    }
  });

  it('masks before it truncates, so that no part of a secret remains', () => {
    const secret = 'abcdefghij'.repeat(20);
    for (const before of [31_700, 31_800, 31_900, 31_960, 32_000]) {
      const text = new Masker([secret]).text(`${'-'.repeat(before)}${secret.repeat(3)}${'-'.repeat(9000)}`);
      expect(text).not.toMatch(/abc/);
      expect(text.length).toBeLessThanOrEqual(32_000);
    }
  });
});

describe('the size of what is recorded', () => {
  const masker = new Masker(['topsecret']);

  it('bounds texts, lists, objects and their depth', () => {
    let deep: Json = 'end';
    for (let level = 0; level < 5000; level += 1) deep = [deep];
    const members = Object.fromEntries(Array(100_000).fill('value').entries());
    for (const value of [
      'x'.repeat(1e7),
      Array(100_000).fill('item'),
      members,
      deep,
      Array(100).fill('y'.repeat(1e5)),
    ]) {
      expect(JSON.stringify(masker.json(value)).length).toBeLessThan(400_000);
    }
  });

  it('does not change bounded values again', () => {
    const once = masker.json({ text: 'x'.repeat(1e6) });
    expect(masker.json(once)).toEqual(once);
  });
});

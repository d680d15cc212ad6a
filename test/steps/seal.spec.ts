import { randomBytes } from 'node:crypto';
import { compactDecrypt, CompactEncrypt } from 'jose';
import { headerOf, openSealed, seal } from '../../src/auth-redirect/steps/seal.js';

const KEY = randomBytes(32);
const TEXT = JSON.stringify({ id: 'login', text: 'Zoë'.repeat(300) });
const SEALED = seal(TEXT, { typ: 'step-session', kid: 'k1' }, KEY);

/** Replaces one of the five parts of the sealed text. */
function withPart(index: number, change: (part: string) => string): string {
  return SEALED.split('.')
    .map((part, position) => (position === index ? change(part) : part))
    .join('.');
}

const header = (members: object): string => Buffer.from(JSON.stringify(members)).toString('base64url');
const bytes = (part: string): Buffer => Buffer.from(part, 'base64url');
const flipped = (part: string): string => {
  const changed = bytes(part);
  changed.writeUInt8(changed.readUInt8(0) ^ 1, 0);
  return changed.toString('base64url');
};

describe('a sealed text', () => {
  it('is a JWE that another implementation opens', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(SEALED, KEY);
    expect(Buffer.from(plaintext).toString()).toBe(TEXT);
    expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', typ: 'step-session', kid: 'k1' });
  });

  it('opens again, also if another implementation has sealed it', async () => {
    const theirs = await new CompactEncrypt(Buffer.from(TEXT))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'step-session' })
      .encrypt(KEY);
    expect(openSealed(SEALED, 'step-session', KEY)).toBe(TEXT);
    expect(openSealed(theirs, 'step-session', KEY)).toBe(TEXT);
  });

  it('names the secret and the login that its key is derived from', () => {
    expect(headerOf(SEALED)).toMatchObject({ kid: 'k1' });
    for (const malformed of ['', '....', `${header([])}....`, 'bnVsbA....']) expect(headerOf(malformed)).toEqual({});
  });

  it('differs each time', () => {
    const all = Array.from({ length: 100 }, () => seal(TEXT, { typ: 'step-session' }, KEY).split('.')[2]);
    expect(new Set(all).size).toBe(100);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['a text without parts', 'sealed'],
    ['a changed ciphertext', withPart(3, flipped)],
    ['a changed nonce', withPart(2, flipped)],
    ['no nonce', withPart(2, () => '')],
    ['a changed tag', withPart(4, flipped)],
    ['no tag', withPart(4, () => '')],
    ['a sixth part', `${SEALED}.AAAA`],
    ['an encrypted key', withPart(1, () => 'AAAA')],
    ['a changed header', withPart(0, () => header({ alg: 'dir', enc: 'A256GCM', typ: 'step-session' }))],
    [
      'a header with another algorithm',
      withPart(0, () => header({ alg: 'A256KW', enc: 'A256GCM', typ: 'step-session' })),
    ],
    [
      'a header with another encryption',
      withPart(0, () => header({ alg: 'dir', enc: 'A128GCM', typ: 'step-session' })),
    ],
    ['a header that is not an object', withPart(0, () => 'bnVsbA')],
  ])('does not open with %s', (_name, sealed) => {
    expect(openSealed(sealed, 'step-session', KEY)).toBeUndefined();
  });

  // An attacker guesses a tag of 4 bytes in 2^32 tries. Node accepts such a tag unless the length is set.
  it.each([1, 4, 8, 12, 15])('does not open with a tag of %i bytes', (length) => {
    const cut = withPart(4, (tag) => bytes(tag).subarray(0, length).toString('base64url'));
    expect(openSealed(cut, 'step-session', KEY)).toBeUndefined();
  });

  it('does not open as another kind, or with another key', () => {
    expect(openSealed(SEALED, 'step-result', KEY)).toBeUndefined();
    expect(openSealed(SEALED, 'step-session', randomBytes(32))).toBeUndefined();
  });
});

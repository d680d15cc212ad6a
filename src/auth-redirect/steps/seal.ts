/** RFC 7516, with a key that serves nothing else: what is sealed here is no session token, and no session token opens here. */
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * @param type The header `typ`: what is sealed for one end does not open for another.
 * @param key 32 bytes.
 * @param keyId Names the key, for whoever opens; left out where there is only one.
 * @returns A compact JWE of the value's JSON.
 */
export async function seal(value: object, type: string, key: Uint8Array, keyId?: string): Promise<string> {
  const { CompactEncrypt } = await loadJose();
  return new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ ...HEADER, typ: type, ...(keyId !== undefined && { kid: keyId }) })
    .encrypt(key);
}

/** @returns undefined for what was not sealed with this key and type. */
export async function openSealed<Value>(sealed: string, type: string, key: Uint8Array): Promise<Value | undefined> {
  const { compactDecrypt } = await loadJose();
  try {
    const options = { keyManagementAlgorithms: [HEADER.alg], contentEncryptionAlgorithms: [HEADER.enc] };
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, options);
    if (protectedHeader.typ !== type) return undefined;
    const value: Value = JSON.parse(Buffer.from(plaintext).toString());
    return value;
  } catch {
    return undefined;
  }
}

/** The key that a sealed text names, which nobody vouches for yet. */
export async function keyIdOf(sealed: string): Promise<unknown> {
  const { decodeProtectedHeader } = await loadJose();
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined;
  }
}

/** An application without steps never loads it. */
async function loadJose(): Promise<typeof import('jose')> {
  return import('jose');
}

/** RFC 7516, with a key that serves nothing else: what is sealed here is no session token, and no session token opens here. */
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * @param type The header `typ`: what is sealed for one end does not open for another.
 * @param key 32 bytes.
 * @returns A compact JWE of the value's JSON.
 */
export async function seal(value: object, type: string, key: Uint8Array): Promise<string> {
  const { CompactEncrypt } = await loadJose();
  return new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ ...HEADER, typ: type })
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

/** An application without steps never loads it. */
async function loadJose(): Promise<typeof import('jose')> {
  return import('jose');
}

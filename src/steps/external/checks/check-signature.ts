import { joseCodeOf, loadJose } from '../jose.js';
import { ReturnRefusal } from '../return-refusal.js';
import type { VendorAlgorithm } from '../vendor-algorithm.js';
import type { VendorKeys } from '../vendor-keys.js';

/**
 * RFC 7515 section 5.2.
 *
 * @throws ReturnRefusal `signature_invalid`, `key_not_usable` for a key that jose refuses, like RSA of 1024 bits, and what
 *   finding the key throws.
 */
export async function checkSignature(compact: string, keys: VendorKeys, algorithm: VendorAlgorithm): Promise<void> {
  const { compactVerify } = await loadJose();
  try {
    await compactVerify(compact, keys, { algorithms: [algorithm] });
  } catch (error) {
    if (error instanceof ReturnRefusal) throw error;
    const isForged = joseCodeOf(error) === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
    throw new ReturnRefusal(isForged ? 'signature_invalid' : 'key_not_usable');
  }
}

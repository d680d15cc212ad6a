import type { Clock } from '../../auth-redirect/clock.js';
import { decodeUnverified } from '../../auth-redirect/token/encoding.js';
import type { JsonObject } from '../../auth-redirect/json.js';
import { AuthRedirectError } from '../../auth-redirect/errors.js';
import { checkJwtHeader } from '../../auth-redirect/token/header.js';
import { checkSignature } from './checks/check-signature.js';
import { checkAlgorithm, checkClaims } from './checks/index.js';
import type { ExternalSettings } from './external-settings.js';
import { ReturnRefusal } from './return-refusal.js';
import { vendorKeys, type VendorKeys } from './vendor-keys.js';

/** Verifies what the vendor signed, as strictly as a session token. */
export class VendorTokens {
  readonly #keys: VendorKeys;

  constructor(
    private readonly settings: ExternalSettings,
    private readonly clock: Clock,
  ) {
    this.#keys = vendorKeys(settings);
  }

  /**
   * Every check but those of the handle, in order: size and encoding, header, signature, claims.
   *
   * @returns The claims.
   * @throws ReturnRefusal Nothing else is thrown.
   */
  async verify(compact: string): Promise<JsonObject> {
    try {
      const { header, payload } = decodeUnverified(compact);
      checkAlgorithm(header, this.settings.algorithm);
      checkJwtHeader(header);
      await checkSignature(compact, this.#keys, this.settings.algorithm);
      checkClaims(payload, this.clock.now() / 1000, this.settings);
      return payload;
    } catch (error) {
      throw error instanceof AuthRedirectError ? new ReturnRefusal(error.code) : error;
    }
  }
}

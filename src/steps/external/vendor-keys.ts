import type { CompactVerifyGetKey, RemoteJWKSet } from 'jose';
import type { ExternalSettings } from './external-settings.js';
import { joseCodeOf, loadJose } from './jose.js';
import { configuredKey } from './key-material.js';
import { ReturnRefusal, type ReturnRefusalCode } from './return-refusal.js';

/** Longest that the vendor's keys are waited for, in milliseconds: somebody is looking at an empty window. */
export const JWKS_TIMEOUT_MS = 3000;

/** How long an unknown `kid` does not lead to another fetch, in milliseconds: anyone can make one up. */
export const JWKS_COOLDOWN_MS = 30_000;

/** How long the vendor's keys are believed, in milliseconds: a withdrawn key is refused after that. */
export const JWKS_MAX_AGE_MS = 600_000;

const REFUSALS_OF_JOSE: Readonly<Record<string, ReturnRefusalCode>> = {
  ERR_JWKS_NO_MATCHING_KEY: 'key_unknown',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'key_ambiguous',
};

/** Finds the key that a token has to be signed with. */
export type VendorKeys = CompactVerifyGetKey;

/** @returns The configured key, or what chooses from the keys that the vendor publishes. */
export function vendorKeys(settings: ExternalSettings): VendorKeys {
  if (settings.jwksUrl !== undefined) return publishedKeys(new URL(settings.jwksUrl));
  const key = configuredKey(settings);
  return () => key;
}

/** @throws ReturnRefusal `key_unknown`, `key_ambiguous`, `keys_unavailable` */
function publishedKeys(url: URL): VendorKeys {
  let keySet: RemoteJWKSet | undefined;
  return async (header, token) => {
    const { createRemoteJWKSet } = await loadJose();
    keySet ??= createRemoteJWKSet(url, {
      timeoutDuration: JWKS_TIMEOUT_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
      cacheMaxAge: JWKS_MAX_AGE_MS,
    });
    try {
      return await keySet(header, token);
    } catch (error) {
      throw new ReturnRefusal(refusalCodeOf(error));
    }
  };
}

function refusalCodeOf(error: unknown): ReturnRefusalCode {
  return REFUSALS_OF_JOSE[joseCodeOf(error) ?? ''] ?? 'keys_unavailable';
}

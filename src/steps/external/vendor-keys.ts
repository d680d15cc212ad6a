import { createSecretKey, type KeyObject } from 'node:crypto';
import type { CompactVerifyGetKey, FetchImplementation, RemoteJWKSet } from 'jose';
import { readTextFile } from '../../auth-redirect/files.js';
import { fetchWith } from '../../http-client/fetch.js';
import { HttpClient, HttpClientError, HttpClientOptions } from '../../http-client/index.js';
import type { ExternalOptions } from './external.options.js';
import { KEY_FILE_MAX_BYTES, publicKeyFrom } from './key-options.js';
import { ReturnRefusal, returnRefusalOf } from './return-refusal.js';

/** The user sees an empty window meanwhile. */
const TIMEOUT_SECONDS = 3;
const JWKS = {
  /** Pause between fetches for unknown `kid`s, which anyone can invent. */
  cooldownDuration: 30_000,
  /** After this time, a withdrawn key is rejected. */
  cacheMaxAge: 600_000,
};
/** Pause after each request, because jose caches no failure: without it, each return would request a failing endpoint. */
const REQUEST_PAUSE_MS = 10_000;

/** Returns the configured key, or a function that chooses from the vendor's published keys. */
export function vendorKeys(options: ExternalOptions): CompactVerifyGetKey {
  if (options.jwksUrl !== undefined) return publishedKeys(new URL(options.jwksUrl), options.http);
  const key = configuredKey(options);
  return () => key;
}

function configuredKey({ algorithm, secret, secretFile, publicKey, publicKeyFile }: ExternalOptions): KeyObject {
  const textOf = (path = ''): string => readTextFile(path, KEY_FILE_MAX_BYTES);
  if (algorithm === 'HS256') return createSecretKey(secret ?? textOf(secretFile), 'utf8');
  const key = publicKeyFrom(publicKey ?? textOf(publicKeyFile));
  if (!key) throw new TypeError('the file of the public key has changed since it was validated');
  return key;
}

/** @throws ReturnRefusal `key_unknown`, `key_ambiguous`, `keys_unavailable` */
function publishedKeys(url: URL, http?: HttpClientOptions): CompactVerifyGetKey {
  const client = new HttpClient(Object.assign(new HttpClientOptions(), http, { timeout: TIMEOUT_SECONDS, retries: 0 }));
  let keySet: RemoteJWKSet | undefined;
  return async (header, token) => {
    const { createRemoteJWKSet, customFetch } = await import('jose'); // optional peer
    keySet ??= createRemoteJWKSet(url, { ...JWKS, [customFetch]: fetchWithPauses(client) });
    try {
      return await keySet(header, token);
    } catch (error) {
      const refusals = {
        ERR_JWKS_NO_MATCHING_KEY: 'key_unknown',
        ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'key_ambiguous',
      } as const;
      throw returnRefusalOf(error, refusals, 'keys_unavailable');
    }
  };
}

/** @throws ReturnRefusal `keys_unavailable`, also within {@link REQUEST_PAUSE_MS} after the start of the last request. */
function fetchWithPauses(client: HttpClient): FetchImplementation {
  const send = fetchWith(client);
  let pauseEnd = 0;
  return async (url, options) => {
    if (performance.now() < pauseEnd) throw new ReturnRefusal('keys_unavailable');
    pauseEnd = performance.now() + REQUEST_PAUSE_MS;
    return send(url, options).catch((error: unknown) => {
      throw error instanceof HttpClientError ? new ReturnRefusal('keys_unavailable', error.message) : error;
    });
  };
}

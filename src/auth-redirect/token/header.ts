import { AuthRedirectError } from '../errors.js';
import type { JsonObject } from '../json.js';

/** Runs before the signature is verified, because the header decides how to read it. */
export function checkHeader(header: JsonObject): void {
  checkAlgorithm(header);
  checkJwtHeader(header);
  checkKeyId(header);
}

/** Checks any JWT, except for algorithm and key id. */
export function checkJwtHeader(header: JsonObject): void {
  checkCriticalHeaders(header);
  checkType(header);
  checkContentType(header);
  checkCompression(header);
  checkUnencodedPayload(header);
  checkEmbeddedKey(header);
}

/** RFC 8725 section 3.1: the verifier, not the token, chooses the algorithm. Rejects `none` and key confusion. */
function checkAlgorithm({ alg }: JsonObject): void {
  if (alg !== 'HS256') throw new AuthRedirectError('algorithm_not_allowed');
}

/** RFC 7515 section 4.1.11: a verifier must understand critical extensions. This one supports none. */
function checkCriticalHeaders({ crit }: JsonObject): void {
  if (crit !== undefined) throw new AuthRedirectError('critical_header_not_supported');
}

/**
 * RFC 8725 section 3.11: a token for another purpose (`at+jwt`, `dpop+jwt`) is no session token. Case does not matter (RFC 7515, 4.1.9).
 */
function checkType({ typ }: JsonObject): void {
  if (typ === undefined) return;
  if (typeof typ !== 'string' || !/^(?:application\/)?jwt$/i.test(typ)) throw new AuthRedirectError('type_not_allowed');
}

/** RFC 7519 section 5.2: `cty` announces a nested token. */
function checkContentType({ cty }: JsonObject): void {
  if (cty !== undefined) throw new AuthRedirectError('content_type_not_allowed');
}

/** RFC 8725 section 3.6: `zip` is for encrypted tokens. Decompression could exhaust memory. */
function checkCompression({ zip }: JsonObject): void {
  if (zip !== undefined) throw new AuthRedirectError('compression_not_allowed');
}

/** RFC 7797 section 7: a JWT's payload is always encoded. `true` is the default. */
function checkUnencodedPayload({ b64 }: JsonObject): void {
  if (b64 !== undefined && b64 !== true) throw new AuthRedirectError('unencoded_payload_not_allowed');
}

/** RFC 8725 section 3.10: a token must not contain the key that verifies it, or its URL. */
function checkEmbeddedKey(header: JsonObject): void {
  const brings = ['jwk', 'jku', 'x5u', 'x5c'].some((name) => header[name] !== undefined);
  if (brings) throw new AuthRedirectError('embedded_key_not_allowed');
}

/** RFC 8725 section 3.10: this service does not use `kid`, but a path, a URL or SQL in `kid` can attack other systems. */
function checkKeyId({ kid }: JsonObject): void {
  if (kid === undefined) return;
  const isPlainName = typeof kid === 'string' && /^[\p{L}\p{N}._~@:+=-]*$/u.test(kid) && !kid.includes('..');
  if (!isPlainName) throw new AuthRedirectError('key_id_not_allowed');
}

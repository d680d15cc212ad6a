import type { JsonObject } from '../json.js';
import { checkBase64url } from './checks/check-base64url.js';
import { checkJsonObject } from './checks/check-json-object.js';
import { checkMemberNames } from './checks/check-member-names.js';
import { checkSegments } from './checks/check-segments.js';
import { checkSize } from './checks/check-size.js';
import { checkUtf8 } from './checks/check-utf8.js';

/** A session token taken apart; nothing in it is to be believed yet. */
export interface UnverifiedToken {
  /** The token as it came: the JWS Compact Serialization (RFC 7515 section 7.1). */
  readonly compact: string;
  /** The JWS Signing Input (RFC 7515 section 5.1): header and payload as they came. */
  readonly signed: string;
  readonly signature: Buffer;
  readonly header: JsonObject;
  readonly payload: JsonObject;
}

/** `{"alg":"HS256","typ":"JWT"}`, as Auth0 spells it. What it says need not be found out anew for each token. */
const USUAL_HEADER = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';
const DECODED_USUAL_HEADER = Object.freeze(decodeSegment(USUAL_HEADER));

/**
 * Takes a token apart in the one way that no other parser could read differently.
 *
 * @throws AuthRedirectError `token_too_large`, `token_not_compact`, `token_encoding`, `token_not_utf8`, `token_not_json`,
 *   `token_duplicate_member`, `token_forbidden_member`
 */
export function decodeUnverified(compact: string): UnverifiedToken {
  checkSize(compact);
  const [header, payload, signature] = checkSegments(compact);
  return {
    compact,
    signed: compact.slice(0, -(signature.length + 1)),
    signature: checkBase64url(signature),
    header: header === USUAL_HEADER ? DECODED_USUAL_HEADER : decodeSegment(header),
    payload: decodeSegment(payload),
  };
}

function decodeSegment(segment: string): JsonObject {
  const json = checkUtf8(checkBase64url(segment));
  const object = checkJsonObject(json);
  checkMemberNames(json, object);
  return object;
}

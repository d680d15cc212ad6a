import { AuthRedirectError } from '../../errors.js';
import type { JsonObject } from '../../json.js';

/** RFC 7515 section 4 and RFC 7519 section 7.2: header and claims are JSON objects. */
export function checkJsonObject(json: string): JsonObject {
  const value = parse(json);
  if (!isObject(value)) throw new AuthRedirectError('token_not_json');
  return value;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own message quotes the token, so it is not kept as the cause.
    throw new AuthRedirectError('token_not_json');
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

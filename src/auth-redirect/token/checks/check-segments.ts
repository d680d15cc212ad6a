import { AuthRedirectError } from '../../errors.js';

/**
 * RFC 7515 section 7.1: header, payload and signature, and none of them empty (an empty signature is RFC 7515's "none").
 */
export function checkSegments(compact: string): [header: string, payload: string, signature: string] {
  const [header, payload, signature, ...rest] = compact.split('.');
  if (!header || !payload || !signature || rest.length > 0) throw new AuthRedirectError('token_not_compact');
  return [header, payload, signature];
}

import type { UnknownIssuer } from '../errors.js';

const TEXT_MAX_LENGTH = 100;
const CONFIGURED_MAX = 20;

/** Other characters could forge a log line, or markup in a log viewer. */
const UNSAFE = /[^\w.~:/-]/g;

/** @param issuer `iss` of an unverified token. */
export function unknownIssuer(issuer: unknown, configured: readonly string[]): UnknownIssuer {
  const configuredIssuers = configured.slice(0, CONFIGURED_MAX);
  if (typeof issuer !== 'string') return { configuredIssuers };
  const text = issuer.slice(0, TEXT_MAX_LENGTH);
  const similar = configured.find((known) => bareHost(known) === bareHost(text));
  return {
    unverifiedIssuer: text.replace(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    configuredIssuers,
    ...(similar !== undefined && { hint: `differs from ${similar} only by scheme, slash or case` }),
  };
}

function bareHost(issuer: string): string {
  return issuer.toLowerCase().replace(/^https?:\/\/|\/+$/g, '');
}

import { createHmac } from 'node:crypto';

/** The secret that the tests share with the Action. */
export const SECRET = 'pQ3vN8xZr5tY1wK6mB9cL2fH7jD4gS0a';
export const PREVIOUS_SECRET = 'previous-Xk29dLq7Vb31nRzT64yWcMhJ';
export const ISSUER = 'example.eu.auth0.com';
/** The time of the frozen clock, in seconds: 2026-11-23T12:00:00Z. */
export const NOW = 1_795_435_200;
export const STATE = 'g6Fo2SBUVkRkR0RUMmhZV1hvTUVrOThJbWx2Y0VYR0hrQjZfYWtiMqN0aWTZIFd3N2p0bVA2WE1CQ3Q';

export type Members = Record<string, unknown>;

/** Claims as `encodeToken` writes them. */
export function sessionClaims(overrides: Members = {}): Members {
  return {
    iat: NOW,
    iss: ISSUER,
    sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
    exp: NOW + 900,
    ip: '203.0.113.7',
    ...overrides,
  };
}

/** Returns a compact JWS. Strings and buffers stay unchanged, so that tests can sign invalid JSON. */
export function jws(
  payload: Members | string | Buffer = sessionClaims(),
  header: Members | string | Buffer = { alg: 'HS256', typ: 'JWT' },
  secret: string = SECRET,
): string {
  const signed = `${segment(header)}.${segment(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Returns a JWS with changed claims. */
export function tokenWith(claims: Members): string {
  return jws(sessionClaims(claims));
}

/** Returns a JWS with changed header members. */
export function tokenWithHeader(header: Members): string {
  return jws(sessionClaims(), { alg: 'HS256', typ: 'JWT', ...header });
}

/** Returns header and claims, unverified. */
export function decode(compact: string): { header: Members; claims: Members } {
  const [header = '', claims = ''] = compact.split('.');
  return { header: parse(header), claims: parse(claims) };
}

function parse(encoded: string): Members {
  return JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Members;
}

function segment(content: Members | string | Buffer): string {
  const bytes = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  return Buffer.from(bytes).toString('base64url');
}

// Creates the parameters of Auth0's redirect: session tokens like those of `encodeToken`, and states.
import { createHmac, randomBytes } from 'node:crypto';

const LIFETIME_SECONDS = 3500;
/** Length of Auth0's states, in bytes before encoding. */
const STATE_BYTES = 124;

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** @returns {string} the signature of `header.payload` */
export const signatureOf = (signed, secret) => createHmac('sha256', secret).update(signed).digest('base64url');

function compact(claims, secret) {
  const signed = `${HEADER}.${encode(claims)}`;
  return `${signed}.${signatureOf(signed, secret)}`;
}

/** Returns claims in Auth0's order. `note` pads the encoded payload to the requested size. */
function claimsOf({ issuer }, payloadBytes) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iat,
    iss: issuer,
    sub: `auth0|${randomBytes(12).toString('hex')}`,
    exp: iat + LIFETIME_SECONDS,
    ip: '203.0.113.7',
    nonce: randomBytes(16).toString('base64url'),
  };
  const missing = Math.floor((payloadBytes * 3) / 4) - JSON.stringify({ ...claims, note: '' }).length;
  return missing < 0 ? claims : { ...claims, note: 'x'.repeat(missing) };
}

/** The kinds of tokens. Servers answer `valid` with a continue page and reject all others. */
const KINDS = {
  valid: (claims, { secret }) => compact(claims, secret),
  expired: (claims, { secret }) => compact({ ...claims, iat: claims.iat - 1000, exp: claims.iat - 100 }, secret),
  badSignature: (claims) => compact(claims, 'another secret, unknown to the servers'),
  malformed: (claims, { secret }) => compact(claims, secret).replaceAll('.', '!'),
  foreignIssuer: (claims, { secret }) => compact({ ...claims, iss: 'elsewhere.eu.auth0.com' }, secret),
};

/**
 * Returns one login: the request, and the expected answer.
 *
 * @param {keyof typeof KINDS} kind
 * @param {{ issuer: string, secret: string, continueUrl: string }} tenant
 * @param {number} payloadBytes size of the token's middle part, as it is sent
 */
export function login(kind, tenant, payloadBytes, state = randomBytes(STATE_BYTES).toString('base64url')) {
  const claims = claimsOf(tenant, payloadBytes);
  const token = KINDS[kind](claims, tenant);
  const target = `/redirect?session_token=${token}&state=${encodeURIComponent(state)}`;
  return { tenant, claims, state, token, target };
}

export function newTenant(name = 'bench') {
  const issuer = `${name}.eu.auth0.com`;
  return { name, issuer, secret: randomBytes(48).toString('base64'), continueUrl: `https://${issuer}/continue` };
}

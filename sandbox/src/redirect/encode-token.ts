import { epochSeconds, type Clock } from '../clock.js';
import { isRecord, toJsonObject } from '../json.js';
import { signHs256 } from './jwt.js';
import { assertSecret } from './secret.js';

const DEFAULT_LIFETIME_SECONDS = 900;

export interface EncodeTokenOptions {
  readonly secret: string;
  readonly expiresInSeconds?: number;
  readonly payload?: Record<string, unknown>;
}

/** Values that the tenant adds. */
export interface TokenSubject {
  /** Host name without scheme, slash and port, as at Auth0. */
  readonly issuer: string;
  readonly userId: string;
  readonly ip: string;
}

/** Claims: `iat, iss, sub, exp, ip` in this order, then the payload, which may override them. */
export function encodeToken(options: unknown, subject: TokenSubject, now: Clock): string {
  const { secret, expiresInSeconds = DEFAULT_LIFETIME_SECONDS, payload = {} } = parseOptions(options);
  const iat = epochSeconds(now);
  const standard = { iat, iss: subject.issuer, sub: subject.userId, exp: iat + expiresInSeconds, ip: subject.ip };
  return signHs256({ ...standard, ...toJsonObject(payload) }, secret);
}

function parseOptions(options: unknown): EncodeTokenOptions {
  const { secret, expiresInSeconds, payload } = isRecord(options) ? options : {};
  assertSecret('encodeToken', secret);
  if (payload !== undefined && !isRecord(payload)) throw new TypeError('encodeToken: "payload" must be an object.');
  return {
    secret,
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds: lifetime(expiresInSeconds) }),
    ...(payload === undefined ? {} : { payload }),
  };
}

function lifetime(seconds: unknown): number {
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new RangeError('encodeToken: "expiresInSeconds" must be a number above zero.');
}

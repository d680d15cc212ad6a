import { randomBytes } from 'node:crypto';
import { isRecord, textOf, toJsonObject, type JsonObject } from '../json.js';
import { signHs256 } from '../redirect/jwt.js';
import { requestOf } from '../triggers/event-parts.js';
import { merged } from './merged.js';
import type { ContinueActionOptions, ReturnedToken } from './run-action-options.js';
import { requestFacts } from './test-login.js';

const TOKEN_SECONDS = 300;

/** Adds the browser's return to `/continue` to the event. Signs the token as an application does. */
export function comeBack(event: JsonObject, options: ContinueActionOptions): void {
  const { after, token, body = {} } = options;
  const state = after?.redirect?.state ?? randomBytes(16).toString('base64url');
  const { user } = event;
  const userId = isRecord(user) ? textOf(user['user_id']) : '';
  const signed = token ? { [token.parameter ?? 'session_token']: sign(token, state, userId, options.now) } : {};
  const facts = requestFacts({ method: 'POST', query: { state }, body: { state, ...signed, ...body } });
  const changes: unknown = options.event?.['request'];
  event['request'] = toJsonObject(merged(requestOf(facts, {}), isRecord(changes) ? changes : {}));
}

function sign(token: ReturnedToken, state: string, sub: string, now: Date | number = Date.now()): string {
  const iat = Math.floor(Number(now) / 1000);
  const usual = { sub, iss: 'https://application.example/', iat, exp: iat + (token.expiresInSeconds ?? TOKEN_SECONDS) };
  const claims: JsonObject = { ...usual, state, ...token.claims };
  return signHs256(claims, token.secret);
}

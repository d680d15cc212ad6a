import { isRecord, textOf, type JsonObject } from '../../json.js';
import { encodeToken } from '../../redirect/encode-token.js';
import { parseRedirectTarget } from '../../redirect/redirect-url.js';
import { validateToken } from '../../redirect/validate-token.js';
import type { ApiMethods } from '../recorder.js';
import type { ApiTools } from './api-part.js';

export const redirectApi = ({ event, facts, now }: ApiTools): ApiMethods => ({
  'redirect.canRedirect': (_args, notes) => (notes.result = facts.canRedirect),
  'redirect.encodeToken': ([options], notes) => {
    const subject = { issuer: facts.issuer, userId: userIdOf(event), ip: textOf(part(event, 'request')['ip']) };
    return (notes.result = encodeToken(options, subject, now));
  },
  'redirect.sendUserTo': ([target, options]) => void parseRedirectTarget(target, options),
  'redirect.validateToken': ([options], notes) => {
    const { query, body } = part(event, 'request');
    const parameters = { ...(isRecord(query) ? query : {}), ...(isRecord(body) ? body : {}) };
    const { checks, payload, error } = validateToken(options, { parameters, userId: userIdOf(event) }, now);
    notes.checks = checks;
    if (error !== undefined || payload === undefined) throw new Error(error);
    notes.result = payload;
    return structuredClone(payload);
  },
});

function userIdOf(event: JsonObject): string {
  return textOf(part(event, 'user')['user_id']);
}

function part(event: JsonObject, name: string): Record<string, unknown> {
  const value = event[name];
  return isRecord(value) ? value : {};
}

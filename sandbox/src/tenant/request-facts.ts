import type { IncomingMessage } from 'node:http';
import { isRecord, toJsonObject, type JsonObject } from '../json.js';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RequestFacts } from '../logins/request-facts.js';

/** Returns the facts that Actions see. */
export function requestFacts(
  request: IncomingMessage,
  hostname: string,
  input: { query?: unknown; body?: unknown },
): RequestFacts {
  return {
    method: request.method ?? 'GET',
    ip: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    hostname,
    userAgent: request.headers['user-agent'] ?? '',
    language: request.headers['accept-language'] ?? '',
    query: jsonObject(input.query),
    body: jsonObject(input.body),
  };
}

/** Keeps parameters unchanged, including unknown ones. */
export function authorizeFacts(ctx: KoaContextWithOIDC, hostname: string): RequestFacts {
  return requestFacts(ctx.req, hostname, { query: ctx.query, body: ctx.oidc.body });
}

function jsonObject(value: unknown): JsonObject {
  return isRecord(value) ? toJsonObject(value) : {};
}

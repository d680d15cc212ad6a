import { IncomingMessage, type RequestListener } from 'node:http';
import { json, urlencoded, type RequestHandler } from 'express';
import { isRecord, textOf } from '../json.js';

const parseForm = urlencoded({ extended: false });
const parseJson = json({ limit: '56kb' });

/** Auth0 also accepts JSON; oidc-provider accepts only forms. */
export const formFromJson: RequestHandler = (request, response, next) => {
  if (!request.is('application/json')) {
    next();
    return;
  }
  parseJson(request, response, (error) => {
    if (error) {
      const description = 'The body is not valid JSON.';
      response.status(400).json({ error: 'invalid_request', error_description: description });
      return;
    }
    request.headers['content-type'] = 'application/x-www-form-urlencoded';
    next();
  });
};

/**
 * Auth0 accepts a client's secret in the body or the Authorization header. oidc-provider accepts only the configured
 * place, the body.
 */
export const secretFromHeader: RequestHandler = (request, response, next) => {
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) {
    next();
    return;
  }
  parseForm(request, response, (error) => {
    const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':').map(decodeFormValue);
    delete request.headers.authorization;
    const body: unknown = request.body;
    request.body = { ...(isRecord(body) ? body : {}), client_id: id, client_secret: secret };
    next(error);
  });
};

/** Passes a changed body to a listener that reads bodies itself, as oidc-provider does. */
export function asUnreadForm(listener: RequestListener): RequestHandler {
  return (request, response, next) => {
    const body: unknown = request.body;
    if (isRecord(body)) listener(unreadRequest(request, formOf(body)), response);
    else next();
  };
}

/** Keeps repeated parameters. Drops objects, which OAuth does not use. */
function formOf(body: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(body).flatMap(([name, value]) =>
    [value].flat().map((item: unknown): [string, string] => [name, parameterText(item)]),
  );
  return new URLSearchParams(pairs).toString();
}

function parameterText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : textOf(value);
}

function unreadRequest(request: IncomingMessage & { readonly originalUrl: string }, form: string): IncomingMessage {
  const { 'transfer-encoding': _encoding, ...headers } = request.headers;
  const { method, originalUrl: url, httpVersion, socket } = request;
  const unread = new IncomingMessage(socket);
  const length = { 'content-length': String(Buffer.byteLength(form)) };
  // An incomplete request would close its connection.
  Object.assign(unread, { method, url, httpVersion, headers: { ...headers, ...length }, complete: true });
  unread.push(form);
  unread.push(null);
  return unread;
}

/** Both parts are form-encoded (RFC 6749, section 2.3.1). */
function decodeFormValue(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

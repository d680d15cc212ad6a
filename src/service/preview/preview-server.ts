import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Answer } from '../../auth-redirect/http/answer.js';
import { galleryPage } from './gallery.js';
import type { Choice, Preview } from './preview.js';

export function previewServer(preview: Preview): Server {
  return createServer((request, response) => void respond(preview, request, response));
}

async function respond(preview: Preview, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(`http://127.0.0.1${request.url ?? '/'}`);
  const choice = choiceOf(preview, searchParams);
  // If a form is answered with 204, the browser stays on the page.
  if (pathname === '/continue') return void response.writeHead(204).end();
  if (pathname === '/') return send(response, gallery(preview, searchParams, choice));
  const [, name = ''] = /^\/pages\/(.+)$/.exec(pathname) ?? [];
  const page = await preview.page(name, choice);
  if (page) return send(response, inFrame(page, choice));
  response.writeHead(404).end();
}

function gallery(preview: Preview, query: URLSearchParams, choice: Choice): Answer {
  const asked = query.get('page') ?? '';
  const page = preview.names.includes(asked) ? asked : (preview.names[0] ?? '');
  const nonce = randomBytes(16).toString('base64url');
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy },
    body: galleryPage(preview, { ...choice, page, nonce }),
  };
}

function choiceOf({ tenants, locales }: Preview, query: URLSearchParams): Choice {
  const known = (values: readonly string[], name: string, fallback = ''): string =>
    values.find((value) => value === query.get(name)) ?? fallback;
  return {
    tenant: known(tenants, 'tenant', tenants[0]),
    locale: known(locales, 'locale', 'en'),
    scheme: query.get('scheme') === 'dark' ? 'dark' : 'light',
  };
}

/** Allows frames, unlike the service, and sets the color scheme. */
function inFrame({ status, headers, body }: Answer, { scheme }: Choice): Answer {
  const policy = String(headers['Content-Security-Policy']).replace("frame-ancestors 'none'", "frame-ancestors 'self'");
  return {
    status,
    headers: { ...headers, 'Content-Security-Policy': policy, 'X-Frame-Options': 'SAMEORIGIN' },
    body: body
      .replaceAll(/\(prefers-color-scheme:\s*(\w+)\)/g, (_query, asked) =>
        asked === scheme ? '(width)' : '(width: 0)',
      )
      .replaceAll('light dark', scheme),
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

import type { RequestHandler } from 'express';
import { isOriginOf, type SandboxClient } from './clients.js';

/** Lets pages of registered apps call the API, as Auth0 does for single-page apps. */
export function crossOrigin({ clients }: { readonly clients: readonly SandboxClient[] }): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin !== undefined && clients.some((client) => isOriginOf(client, origin))) {
      response.set({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' });
      response.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, Auth0-Client');
      response.set('Access-Control-Allow-Methods', 'GET, POST, PATCH, DELETE');
    }
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}

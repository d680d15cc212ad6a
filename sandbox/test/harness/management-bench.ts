import { join } from 'node:path';
import { ManagementClient } from 'auth0';
import { loopbackFetch } from '../../src/network/loopback-fetch.js';
import type { TenantDefinition } from '../../src/definition/tenant-definition.js';
import { DIST, SandboxProcess } from './sandbox-process.js';

export const SERVICE = { clientId: 'service', clientSecret: 'the secret of the service' };

export function startTenant(definition: TenantDefinition): Promise<SandboxProcess> {
  const clients = [
    { ...SERVICE, name: 'Service', callbacks: [] },
    { clientId: 'page', name: 'Page', callbacks: ['http://page.localhost:1/callback'] },
  ];
  return SandboxProcess.embed(`
    const [{ createTenant }, { tenantApp }, { listenLoopback }] = ['tenant/tenant', 'tenant/tenant-app',
      'network/loopback-server'].map((name) => require(${JSON.stringify(join(DIST, '/'))} + name + '.js'));
    (async () => {
      const server = await listenLoopback(0);
      const hostname = 'tenant.localhost';
      const origin = 'http://' + hostname + ':' + server.port;
      const rest = { actionFiles: [], secrets: {}, now: Date.now, ...${JSON.stringify({ clients, definition })} };
      server.handle(await tenantApp(createTenant({ origin, hostname, ...rest })));
      console.log(JSON.stringify({ tenant: origin }));
    })();`);
}

/** Returns Auth0's own SDK. The SDK supports only https, so its requests are forwarded over http. */
export function managementClient(
  origin: string,
  client: typeof SERVICE | { token: string } = SERVICE,
): ManagementClient {
  const overHttp: typeof fetch = (input, init) =>
    loopbackFetch()(String(input instanceof Request ? input.url : input).replace(/^https:/, 'http:'), init);
  return new ManagementClient({ domain: new URL(origin).host, ...client, fetch: overHttp, maxRetries: 0 });
}

/** Sends a request to the token endpoint. */
export async function tokenAnswer(
  origin: string,
  body: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, string> }> {
  const isJson = headers['content-type'] === 'application/json';
  const response = await loopbackFetch()(`${origin}/oauth/token`, {
    method: 'POST',
    headers,
    body: isJson ? JSON.stringify(body) : new URLSearchParams(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

/** Calls the API without the SDK. */
export async function callApi(origin: string, path: string, token?: string, init: RequestInit = {}) {
  const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': 'application/json' };
  const response = await loopbackFetch()(`${origin}/api/v2${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

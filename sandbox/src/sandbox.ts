import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.js';
import { listenLoopback, type LoopbackServer } from './network/loopback-server.js';
import type { NetworkSettings } from './execution/execution.js';
import { withoutUndefined } from './without-undefined.js';
import { UrlMap } from './network/url-map.js';
import { withoutRuntimeWarning } from './runtime-warning.js';
import { assertReadableActions, definitionOf } from './sandbox-definition.js';
import { SandboxError } from './sandbox-errors.js';
import type { OwnClient, SandboxOptions } from './sandbox-options.js';
import type { SandboxClient } from './directory/clients.js';
import type { ClientDefinition, TenantDefinition } from './definition/tenant-definition.js';
import { UserStore } from './directory/user-store.js';
import type { TransactionRecord } from './transactions/transaction.js';
import { assertVendorSettings, DEFAULT_VENDOR_HOSTNAME, type VendorSettings } from './vendor/vendor-settings.js';

/**
 * A running sandbox.
 *
 * @publicApi
 */
export interface Sandbox {
  /** The tenant's URL, without a slash at the end. */
  readonly tenantUrl: string;
  /** The sample app's URL, if it runs. */
  readonly appUrl?: string;
  readonly transactionsUrl: string;
  /** The vendor's URL, which is the `iss` of results; without a slash at the end. */
  readonly vendorUrl?: string;
  /** The URL of the vendor's keys. Its host is `localhost`, because resolvers may not resolve names below it. */
  readonly vendorJwksUrl?: string;
  /** Returns the recorded logins, the newest first. */
  transactions(): readonly TransactionRecord[];
  /** Stops at once and frees the ports. */
  close(): Promise<void>;
}

const DEFAULT_HOSTNAME = 'tenant.localhost';
const DEFAULT_APP_HOSTNAME = 'app.localhost';
const DEFAULT_PORT = 9500;
const SAMPLE_CLIENT_ID = 'sample-app';

interface Servers {
  readonly tenant: LoopbackServer;
  readonly app: LoopbackServer | undefined;
  readonly vendor: LoopbackServer | undefined;
}

/** The certificate needs these names. */
export function hostnamesOf({ hostname = DEFAULT_HOSTNAME, app, vendor }: SandboxOptions): string[] {
  const appNames = app === false ? [] : [app?.hostname ?? DEFAULT_APP_HOSTNAME];
  return [hostname, ...appNames, ...(vendor ? [vendor.hostname ?? DEFAULT_VENDOR_HOSTNAME] : [])];
}

/**
 * Starts a tenant that runs Action files, and the sample app.
 *
 * @publicApi
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port = DEFAULT_PORT, app = {}, vendor } = options;
  assertLocalhostName(options.hostname ?? DEFAULT_HOSTNAME);
  if (vendor) assertVendorSettings(vendor);
  UrlMap.parse(options.map ?? []);
  const definition = definitionOf(options);
  await assertReadableActions(definition);
  const opened: LoopbackServer[] = [];
  const listen = async (wanted: number): Promise<LoopbackServer> => {
    const server = await listenLoopback(wanted, options.tls);
    opened.push(server);
    return server;
  };
  try {
    const servers = {
      tenant: await listen(port),
      app: app === false ? undefined : await listen(app.port ?? portAfter(port, 1)),
      vendor: vendor && (await listen(vendor.port ?? portAfter(port, 2))),
    };
    const store = options.stateFile === undefined ? undefined : UserStore.open(options.stateFile);
    const urls = await serve(options, definition, servers, store);
    const close = (): Promise<unknown> => Promise.all([urls.close(), closeAll(opened)]).finally(() => store?.flush());
    return { ...urls, close: () => close().then(() => undefined) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function serve(
  options: SandboxOptions,
  definition: TenantDefinition,
  { tenant: tenantServer, app: appServer, vendor: vendorServer }: Servers,
  store: UserStore | undefined,
): Promise<Sandbox> {
  // Loaded late: missing files and busy ports are reported before this slow step.
  const [{ createTenant }, { tenantApp }] = await withoutRuntimeWarning(() =>
    Promise.all([import('./tenant/tenant.js'), import('./tenant/tenant-app.js')]),
  );
  const { sampleApp } = await import('./app/sample-app.js');
  const { hostname = DEFAULT_HOSTNAME, now = Date.now, app } = options;
  const appHostname = (app === false ? undefined : app?.hostname) ?? DEFAULT_APP_HOSTNAME;
  const scheme = options.tls ? 'https' : 'http';
  const origin = `${scheme}://${hostname}:${tenantServer.port}`;
  const appUrl = appServer && `${scheme}://${appHostname}:${appServer.port}`;
  const sample = appUrl ? sampleClient(appUrl) : undefined;
  const own = [sample, options.client && ownClient(options.client)].filter((client) => client !== undefined);
  const clients = [...own, ...(definition.clients ?? []).map(definedClient)];
  const { observer } = options;
  const network = networkOf(options, origin, hostname);
  const parts = { origin, hostname, definition, clients, now, network, appUrl, observer, store };
  const tenant = createTenant(withoutUndefined(parts));

  tenantServer.handle(await tenantApp(tenant));
  if (appUrl && sample) {
    const names = { origin: appUrl, hostname: appHostname, tenantOrigin: origin };
    appServer.handle(sampleApp(withoutUndefined({ ...names, client: sample, certificate: options.tls?.cert })));
  }
  return {
    tenantUrl: origin,
    ...(appUrl ? { appUrl } : {}),
    transactionsUrl: `${origin}/transactions`,
    ...(options.vendor && vendorServer ? await serveVendor(options.vendor, vendorServer, now, scheme) : {}),
    transactions: () => tenant.log.list(),
    close: () => tenant.runner.close(),
  };
}

/**
 * Actions reach the tenant as `https://HOSTNAME`, because Auth0's address has neither http nor a port. The caller's
 * mappings take precedence.
 */
function networkOf({ map = [], tls }: SandboxOptions, origin: string, hostname: string): NetworkSettings {
  const { host } = new URL(origin);
  const own = [`https://${hostname}=${origin}`, ...(tls ? [] : [`https://${host}=${origin}`])];
  return withoutUndefined({ map: [...own, ...map], authority: tls?.cert });
}

async function serveVendor(
  settings: VendorSettings,
  server: LoopbackServer,
  now: Clock,
  scheme: string,
): Promise<Pick<Sandbox, 'vendorUrl' | 'vendorJwksUrl'>> {
  const { vendorApp, VENDOR_JWKS_PATH } = await import('./vendor/vendor-app.js');
  const { hostname = DEFAULT_VENDOR_HOSTNAME } = settings;
  const origin = `${scheme}://${hostname}:${server.port}`;
  server.handle(await vendorApp({ ...settings, origin, hostname, now }));
  return { vendorUrl: origin, vendorJwksUrl: `${scheme}://localhost:${server.port}${VENDOR_JWKS_PATH}` };
}

function sampleClient(appUrl: string): SandboxClient {
  return {
    clientId: SAMPLE_CLIENT_ID,
    clientSecret: randomBytes(32).toString('hex'),
    name: 'Sample app',
    callbacks: [`${appUrl}/callback`],
  };
}

function ownClient({ clientId, clientSecret, callbacks }: OwnClient): SandboxClient {
  return withoutUndefined({ clientId, name: clientId, callbacks, clientSecret: clientSecret || undefined });
}

/** Over http, browsers accept the tenant's Secure cookie only from these names. */
function assertLocalhostName(hostname: string): void {
  if (/^([a-z0-9-]+\.)*localhost$/.test(hostname)) return;
  throw new SandboxError('usage', `The hostname has to be localhost or end in .localhost; got "${hostname}".`);
}

function portAfter(port: number, distance: number): number {
  return port === 0 ? 0 : port + distance;
}

function definedClient(client: ClientDefinition): SandboxClient {
  const { client_id: clientId, client_secret: clientSecret, name = clientId, callbacks = [] } = client;
  const { client_metadata: metadata = {}, grant_types: grantTypes } = client;
  return withoutUndefined({ clientId, clientSecret, name, callbacks, metadata, grantTypes });
}

async function closeAll(servers: readonly LoopbackServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

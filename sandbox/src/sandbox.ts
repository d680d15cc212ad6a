import { randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Clock } from './clock.js';
import { listenLoopback, type LoopbackServer } from './network/loopback-server.js';
import { SandboxError } from './sandbox-errors.js';
import type { SandboxClient } from './tenant/clients.js';
import type { TransactionRecord } from './transactions/transaction.js';

/** The name, port and switch of the sample app. */
export interface SampleAppSettings {
  /** Default `app.localhost`. Has to differ from the tenant's, so that cookies behave as they do between two sites. */
  readonly hostname?: string;
  /** Default: the tenant's port and one; any free one where the tenant's is any. */
  readonly port?: number;
}

/** An app of one's own that is to log in at the tenant. */
export interface OwnClient {
  readonly clientId: string;
  /** Leave out for a public app (single-page, native). */
  readonly clientSecret?: string;
  /** Every redirect_uri the app may use, exactly as it sends it. */
  readonly callbacks: readonly string[];
}

/**
 * What {@link startSandbox} takes.
 *
 * @publicApi
 */
export interface SandboxOptions {
  /** Files with post-login Actions, in the order in which they run. At least one. */
  readonly actions: readonly string[];
  /** What the Actions see as `event.secrets`. Default: nothing. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default `tenant.localhost`; `localhost` or a name below it. Session tokens carry it as their `iss`. */
  readonly hostname?: string;
  /** Default 9500; 0 takes any free port. */
  readonly port?: number;
  /** `false` leaves the sample app out. */
  readonly app?: SampleAppSettings | false;
  readonly client?: OwnClient;
  /**
   * Milliseconds since the epoch, for tests that move time. Session tokens, states and records go by it; codes, access
   * tokens and sessions of the OpenID Connect side go by the real time.
   */
  readonly now?: Clock;
}

/**
 * A running sandbox.
 *
 * @publicApi
 */
export interface Sandbox {
  /** The tenant, without a slash at the end. */
  readonly tenantUrl: string;
  /** The sample app, where it runs. */
  readonly appUrl?: string;
  readonly transactionsUrl: string;
  /** The recorded logins, the newest first. */
  transactions(): readonly TransactionRecord[];
  /** Stops at once and frees the ports. */
  close(): Promise<void>;
}

const DEFAULT_HOSTNAME = 'tenant.localhost';
const DEFAULT_PORT = 9500;
const SAMPLE_CLIENT_ID = 'sample-app';

/**
 * Starts a tenant that runs Action files, and the sample app beside it.
 *
 * @publicApi
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port = DEFAULT_PORT, app = {} } = options;
  assertLocalhostName(options.hostname ?? DEFAULT_HOSTNAME);
  const actionFiles = await readableFiles(options.actions);
  const servers: LoopbackServer[] = [];
  try {
    const tenantServer = await listenLoopback(port);
    servers.push(tenantServer);
    const appServer = app === false ? undefined : await listenLoopback(app.port ?? portAfter(port));
    if (appServer) servers.push(appServer);
    return await serve(options, actionFiles, tenantServer, appServer);
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

async function serve(
  options: SandboxOptions,
  actionFiles: string[],
  tenantServer: LoopbackServer,
  appServer: LoopbackServer | undefined,
): Promise<Sandbox> {
  // Loaded late, since it takes a while: a missing file or a busy port is told before.
  const { createTenant } = await import('./tenant/tenant.js');
  const { tenantApp } = await import('./tenant/tenant-app.js');
  const { sampleApp } = await import('./app/sample-app.js');
  const { hostname = DEFAULT_HOSTNAME, secrets = {}, now = Date.now, app } = options;
  const appHostname = (app === false ? undefined : app?.hostname) ?? 'app.localhost';
  const origin = `http://${hostname}:${tenantServer.port}`;
  const appUrl = appServer && `http://${appHostname}:${appServer.port}`;
  const sample = appUrl ? sampleClient(appUrl) : undefined;
  const clients = [sample, options.client && ownClient(options.client)].filter((client) => client !== undefined);
  const tenant = createTenant({ origin, hostname, actionFiles, secrets, clients, now, ...(appUrl ? { appUrl } : {}) });

  tenantServer.handle(await tenantApp(tenant));
  if (appUrl && sample) {
    appServer.handle(sampleApp({ origin: appUrl, hostname: appHostname, tenantOrigin: origin, client: sample }));
  }
  return {
    tenantUrl: origin,
    ...(appUrl ? { appUrl } : {}),
    transactionsUrl: `${origin}/transactions`,
    transactions: () => tenant.log.list(),
    close: () => closeAll(appServer ? [tenantServer, appServer] : [tenantServer]),
  };
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
  return { clientId, name: clientId, callbacks, ...(clientSecret ? { clientSecret } : {}) };
}

/** The tenant's cookies are Secure, which browsers take over plain http from these names only. */
function assertLocalhostName(hostname: string): void {
  if (/^([a-z0-9-]+\.)*localhost$/.test(hostname)) return;
  throw new SandboxError('usage', `The hostname has to be localhost or end in .localhost; got "${hostname}".`);
}

function portAfter(port: number): number {
  return port === 0 ? 0 : port + 1;
}

async function readableFiles(files: readonly string[]): Promise<string[]> {
  if (files.length === 0) throw new SandboxError('usage', 'At least one Action file is needed: --action FILE.');
  return Promise.all(files.map(readableFile));
}

async function readableFile(file: string): Promise<string> {
  try {
    await access(file, constants.R_OK);
    return resolve(file);
  } catch (error) {
    throw new SandboxError('action_file_unreadable', `The Action file ${file} cannot be read.`, { cause: error });
  }
}

async function closeAll(servers: readonly LoopbackServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

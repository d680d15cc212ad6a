import { ActionPipeline } from '../actions/action-pipeline.js';
import { ActionCache } from '../actions/api/cache-api.js';
import type { Clock } from '../clock.js';
import { ContinueStates } from '../redirect/continue-states.js';
import { Masker } from '../transactions/mask.js';
import { TransactionLog } from '../transactions/transaction-log.js';
import type { SandboxClient } from './clients.js';
import { Connections } from './connections.js';
import { LoginTransactions } from './login-transactions.js';
import type { TenantDefinition } from './tenant-definition.js';
import { UserDirectory } from './users.js';

/** What a tenant is made from. */
export interface TenantOptions {
  /** `http://tenant.localhost:9500`, without a slash. */
  readonly origin: string;
  readonly hostname: string;
  readonly actionFiles: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly clients: readonly SandboxClient[];
  /** Where the sample app runs, if it does. */
  readonly appUrl?: string;
  /** The languages that are switched on, the default first. Default: `en`. */
  readonly languages?: readonly string[];
  /** The rest of what a tenant file describes. */
  readonly definition?: TenantDefinition;
  readonly now: Clock;
}

/** The parts of a tenant, wired up. */
export interface Tenant extends TenantOptions {
  /** As it stands in tokens; Auth0's ends in a slash. */
  readonly issuer: string;
  readonly connections: Connections;
  readonly users: UserDirectory;
  readonly log: TransactionLog;
  readonly masker: Masker;
  readonly logins: LoginTransactions;
  readonly states: ContinueStates;
  readonly pipeline: ActionPipeline;
}

/** Wires a tenant up; nothing runs yet. */
export function createTenant(options: TenantOptions): Tenant {
  const { now, secrets, hostname, clients, actionFiles: files, languages = ['en'], definition = {} } = options;
  const connections = new Connections(definition.connections);
  const users = new UserDirectory(now, definition.users, connections);
  const log = new TransactionLog(now);
  const masker = new Masker(secrets);
  const states = new ContinueStates(now);
  const clientName = (id: string): string => clients.find((client) => client.clientId === id)?.name ?? id;
  const cache = new ActionCache(now);
  const parts = { files, secrets, clientName, masker, states, log, users, cache, now };
  const pipeline = new ActionPipeline({ ...parts, languages, issuer: hostname });
  const logins = new LoginTransactions(log, masker);
  return { ...options, issuer: `${options.origin}/`, connections, users, log, masker, logins, states, pipeline };
}

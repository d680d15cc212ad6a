import { ActionPipeline } from '../actions/action-pipeline.js';
import { ActionCache } from '../actions/api/cache-api.js';
import type { Clock } from '../clock.js';
import { ContinueStates } from '../redirect/continue-states.js';
import { Masker } from '../transactions/mask.js';
import { TransactionLog } from '../transactions/transaction-log.js';
import type { SandboxClient } from './clients.js';
import { Connections } from './connections.js';
import { LoginTransactions } from './login-transactions.js';
import { NamedDirectory } from './named-directory.js';
import type { NamedDefinition, OrganizationDefinition, TenantDefinition } from './tenant-definition.js';
import { SigningKey } from './signing-key.js';
import type { UserStore } from './user-store.js';
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
  /** Where users outlive a restart. Default: nowhere. */
  readonly store?: UserStore;
  readonly now: Clock;
}

/** The parts of a tenant, wired up. */
export interface Tenant extends TenantOptions {
  /** As it stands in tokens; Auth0's ends in a slash. */
  readonly issuer: string;
  readonly signingKey: SigningKey;
  readonly connections: Connections;
  readonly users: UserDirectory;
  readonly roles: NamedDirectory<NamedDefinition>;
  readonly organizations: NamedDirectory<OrganizationDefinition>;
  readonly log: TransactionLog;
  readonly masker: Masker;
  readonly logins: LoginTransactions;
  readonly states: ContinueStates;
  readonly pipeline: ActionPipeline;
}

/** Wires a tenant up; nothing runs yet. */
export function createTenant(options: TenantOptions): Tenant {
  const { now, secrets, hostname, clients, actionFiles: files, languages = ['en'], definition = {} } = options;
  const people = peopleOf(definition, options.store, now);
  const { users } = people;
  const log = new TransactionLog(now);
  const masker = new Masker(secrets);
  const states = new ContinueStates(now);
  const clientName = (id: string): string => clients.find((client) => client.clientId === id)?.name ?? id;
  const cache = new ActionCache(now);
  const parts = { files, secrets, clientName, masker, states, log, users, cache, now };
  const pipeline = new ActionPipeline({ ...parts, languages, issuer: hostname });
  const logins = new LoginTransactions(log, masker);
  return {
    ...options,
    issuer: `${options.origin}/`,
    signingKey: new SigningKey(),
    ...people,
    log,
    masker,
    logins,
    states,
    pipeline,
  };
}

/** Stored users win over the definition's. A role that only a user names exists as well. */
function peopleOf({ users: defined, ...rest }: TenantDefinition, store: UserStore | undefined, now: Clock) {
  const connections = new Connections(rest.connections);
  const users = new UserDirectory(now, defined, connections);
  users.restore(store?.state.users ?? []);
  const roles = new NamedDirectory<NamedDefinition>('rol', [...(rest.roles ?? []), ...(store?.state.roles ?? [])]);
  const organizations = new NamedDirectory<OrganizationDefinition>('org', rest.organizations);
  for (const user of users.list()) {
    for (const name of user.roles) if (!roles.find(name)) roles.add({ name });
    for (const name of user.organizations) if (!organizations.find(name)) organizations.add({ name });
  }
  const save = (): void => store?.save(() => ({ users: users.list(), roles: roles.list() }));
  users.onChange(save);
  roles.onChange(save);
  return { connections, users, roles, organizations };
}

import type { Clock } from '../clock.js';
import { ActionRunner } from '../execution/action-runner.js';
import { ContinueStates } from '../redirect/continue-states.js';
import { Masker } from '../transactions/mask.js';
import { TransactionLog } from '../transactions/transaction-log.js';
import type { LoginObserver } from '../transactions/login-observer.js';
import { ActionSteps } from '../triggers/action-steps.js';
import { LoginPipeline, POST_LOGIN } from '../triggers/login-pipeline.js';
import { TriggerCaches } from '../triggers/trigger-caches.js';
import type { SandboxClient } from './clients.js';
import { Connections } from './connections.js';
import { LoginTransactions } from './login-transactions.js';
import { Sessions } from './sessions.js';
import type { TenantDefinition } from './tenant-definition.js';
import { UserDirectory } from './users.js';

/** What a tenant is made from. */
export interface TenantOptions {
  /** `http://tenant.localhost:9500`, without a slash. */
  readonly origin: string;
  readonly hostname: string;
  /** All that a tenant file can hold. The clients that can log in are those of `clients`. */
  readonly definition: TenantDefinition;
  readonly clients: readonly SandboxClient[];
  /** Where the sample app runs, if it does. */
  readonly appUrl?: string;
  readonly now: Clock;
  /** Origins that stand for others, for redirects and for what Actions fetch. */
  readonly map?: readonly (readonly [string, string])[];
  readonly observer?: LoginObserver;
}

/** The parts of a tenant, wired up. */
export interface Tenant extends TenantOptions {
  /** As it stands in tokens; Auth0's ends in a slash. */
  readonly issuer: string;
  readonly connections: Connections;
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly log: TransactionLog;
  readonly masker: Masker;
  readonly logins: LoginTransactions;
  readonly states: ContinueStates;
  readonly runner: ActionRunner;
  readonly steps: ActionSteps;
  readonly pipeline: LoginPipeline;
}

/** Wires a tenant up; nothing runs yet. */
export function createTenant(options: TenantOptions): Tenant {
  const { now, hostname, clients, definition, map, observer } = options;
  const issuer = `${options.origin}/`;
  const connections = new Connections(definition.connections);
  const users = new UserDirectory(now, definition.users, connections);
  const log = new TransactionLog(now, observer);
  const masker = new Masker(secretsOf(definition));
  const states = new ContinueStates(now);
  const runner = new ActionRunner();
  const steps = new ActionSteps({
    ...{ runner, log, masker, now, caches: new TriggerCaches(), issuer: hostname },
    ...(map ? { map } : {}),
    ...(observer ? { observer } : {}),
  });
  const pipeline = new LoginPipeline({
    ...{ trigger: POST_LOGIN, actions: definition.actions?.['post-login'] ?? [] },
    ...{ steps, users, masker, states, log, connections, definition, hostname, issuer },
    languages: definition.languages ?? ['en'],
    client: (id) => clients.find((client) => client.clientId === id),
  });
  const logins = new LoginTransactions(log, masker);
  const sessions = new Sessions(now);
  return { ...options, issuer, connections, users, sessions, log, masker, logins, states, runner, steps, pipeline };
}

/** Every secret of every Action and module. */
function secretsOf({ actions = {} }: TenantDefinition): string[] {
  return Object.values(actions).flatMap((list) =>
    list.flatMap(({ secrets, modules = {} }) => [
      ...Object.values(secrets),
      ...Object.values(modules).flatMap((module) => Object.values(module.secrets ?? {})),
    ]),
  );
}

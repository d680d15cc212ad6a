import type { Clock } from '../clock.js';
import { ActionRunner } from '../execution/action-runner.js';
import type { NetworkSettings } from '../execution/execution.js';
import { UrlMap } from '../network/url-map.js';
import { ContinueStates } from '../redirect/continue-states.js';
import { Masker } from '../transactions/mask.js';
import { TransactionLog } from '../transactions/transaction-log.js';
import type { LoginObserver } from '../transactions/login-observer.js';
import { ActionSteps } from '../triggers/action-steps.js';
import { LoginPipeline } from '../triggers/login-pipeline.js';
import type { RedirectingTrigger } from '../triggers/redirecting-trigger.js';
import { POST_CHALLENGE } from '../triggers/password-events.js';
import type { EventSources } from '../triggers/event-parts.js';
import { POST_LOGIN } from '../triggers/post-login-event.js';
import { TriggerRunner } from '../triggers/trigger-runner.js';
import { TriggerCaches } from '../triggers/trigger-caches.js';
import type { SandboxClient } from '../directory/clients.js';
import { Connections } from '../directory/connections.js';
import type { RedirectingTriggerName } from '../definition/trigger-handlers.js';
import { LoginTransactions } from '../logins/login-transactions.js';
import { NamedDirectory } from '../directory/named-directory.js';
import { organizationOf } from '../directory/organizations.js';
import { RefreshTokens } from '../logins/refresh-tokens.js';
import { Sessions } from '../logins/sessions.js';
import type { NamedDefinition, OrganizationDefinition, TenantDefinition } from '../definition/tenant-definition.js';
import { SigningKey } from './signing-key.js';
import type { UserStore } from '../directory/user-store.js';
import { UserDirectory } from '../directory/users.js';

export interface TenantOptions {
  /** Without a slash: `http://tenant.localhost:9500`. */
  readonly origin: string;
  readonly hostname: string;
  /** Only clients in `clients` can log in. */
  readonly definition: TenantDefinition;
  readonly clients: readonly SandboxClient[];
  /** Present if the sample app runs. */
  readonly appUrl?: string;
  /** Keeps users across restarts. Default: none. */
  readonly store?: UserStore;
  readonly now: Clock;
  /** Settings of Actions and redirects. Default: Node's own behavior. */
  readonly network?: NetworkSettings;
  readonly observer?: LoginObserver;
}

export interface Tenant extends TenantOptions {
  /** The `iss` of tokens. Like Auth0's, it ends with a slash. */
  readonly issuer: string;
  readonly signingKey: SigningKey;
  readonly connections: Connections;
  readonly users: UserDirectory;
  readonly sessions: Sessions;
  readonly refreshTokens: RefreshTokens;
  readonly roles: NamedDirectory<NamedDefinition>;
  readonly groups: NamedDirectory<NamedDefinition>;
  readonly organizations: NamedDirectory<OrganizationDefinition>;
  readonly log: TransactionLog;
  readonly masker: Masker;
  readonly logins: LoginTransactions;
  readonly states: ContinueStates;
  /** States of the tenant's own pages between two Actions. */
  readonly pageStates: ContinueStates;
  readonly runner: ActionRunner;
  readonly steps: ActionSteps;
  /** The sources of Actions' events. */
  readonly sources: EventSources;
  readonly pipeline: LoginPipeline;
  /** Pipelines of all triggers whose Actions can redirect. */
  readonly pipelines: Readonly<Record<RedirectingTriggerName, LoginPipeline>>;
  /** Runs the other triggers. */
  readonly triggers: TriggerRunner;
}

/** Starts nothing. */
export function createTenant(options: TenantOptions): Tenant {
  const { now, hostname, clients, definition, network, observer } = options;
  const issuer = `${options.origin}/`;
  const people = peopleOf(definition, options.store, now);
  const { connections } = people;
  const log = new TransactionLog(now, observer);
  const masker = new Masker([...secretsOf(definition), ...clients.flatMap(({ clientSecret = [] }) => clientSecret)]);
  const states = new ContinueStates(now);
  const pageStates = new ContinueStates(now);
  const sessions = new Sessions(now);
  const runner = new ActionRunner();
  const steps = new ActionSteps({
    ...{ runner, log, masker, now, caches: new TriggerCaches(), issuer: hostname },
    ...(network ? { network } : {}),
    ...(observer ? { observer } : {}),
  });
  const sources: EventSources = {
    ...{ connections, definition, hostname, issuer },
    client: (id) => clients.find((client) => client.clientId === id),
  };
  const refreshTokens = new RefreshTokens(now);
  const map = UrlMap.parse(network?.map ?? []);
  const pipelineOf = (trigger: RedirectingTrigger): LoginPipeline =>
    new LoginPipeline({
      ...{ ...sources, trigger, actions: definition.actions?.[trigger.name] ?? [] },
      ...{ steps, ...people, sessions, refreshTokens, masker, states, pageStates, log, now },
      ...{ languages: definition.languages ?? ['en'], addressOf: (url) => map.address(url) },
    });
  const pipeline = pipelineOf(POST_LOGIN);
  const pipelines = { 'post-login': pipeline, 'password-reset-post-challenge': pipelineOf(POST_CHALLENGE) };
  const triggers = new TriggerRunner({ steps, log, actions: definition.actions });
  const logins = new LoginTransactions(log, masker, (name) => organizationOf(people.organizations, name));
  return {
    ...{ ...options, issuer, signingKey: new SigningKey(), ...people },
    ...{
      sessions,
      refreshTokens,
      log,
      masker,
      logins,
      states,
      pageStates,
      runner,
      steps,
      sources,
      pipeline,
      pipelines,
      triggers,
    },
  };
}

/** Includes the secrets of modules. */
function secretsOf({ actions = {} }: TenantDefinition): string[] {
  return Object.values(actions).flatMap((list) =>
    list.flatMap(({ secrets, modules = {} }) => [
      ...Object.values(secrets),
      ...Object.values(modules).flatMap((module) => Object.values(module.secrets ?? {})),
    ]),
  );
}

/** Stored users replace users of the definition. Roles that only users name are created, too. */
function peopleOf({ users: defined, ...rest }: TenantDefinition, store: UserStore | undefined, now: Clock) {
  const connections = new Connections(rest.connections);
  const users = new UserDirectory(now, defined, connections);
  users.restore(store?.state.users ?? []);
  const roles = new NamedDirectory<NamedDefinition>('rol', [...(rest.roles ?? []), ...(store?.state.roles ?? [])]);
  const groups = new NamedDirectory<NamedDefinition>('grp', rest.groups);
  const organizations = new NamedDirectory<OrganizationDefinition>('org', rest.organizations);
  for (const user of users.list()) {
    for (const name of user.roles) if (!roles.find(name)) roles.add({ name });
    for (const name of user.organizations) if (!organizations.find(name)) organizations.add({ name });
  }
  const save = (): void => store?.save(() => ({ users: users.list(), roles: roles.list() }));
  users.onChange(save);
  roles.onChange(save);
  return { connections, users, roles, groups, organizations };
}

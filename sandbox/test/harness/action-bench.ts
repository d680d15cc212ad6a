import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ActionsOutcome, LoginTransaction } from '../../src/logins/login-transaction.js';
import type { RequestFacts } from '../../src/logins/request-facts.js';
import type { Tenant } from '../../src/tenant/tenant.js';
import type { ActionDefinition, TenantDefinition } from '../../src/definition/tenant-definition.js';
import type { SandboxUser } from '../../src/directory/user.js';
import type { ActionEntry, CallEntry, TransactionStep } from '../../src/transactions/transaction.js';
import { FrozenClock } from './frozen-clock.js';

// The built package: Actions run in threads, which load only JavaScript.
const { createTenant }: typeof import('../../src/tenant/tenant.js') = jest.requireActual('../../dist/tenant/tenant.js');

type StepOf<Kind extends TransactionStep['kind']> = Extract<TransactionStep, { kind: Kind }>;

const REQUEST: RequestFacts = {
  ...{ method: 'GET', ip: '127.0.0.1', hostname: 'tenant.localhost', userAgent: 'test', language: 'en' },
  ...{ query: {}, body: {} },
};

/** Runs Action sources through the pipeline, without a browser. */
export class ActionBench {
  readonly clock = new FrozenClock();
  readonly tenant: Tenant;
  transaction: LoginTransaction;
  readonly user: SandboxUser;
  private readonly folder = mkdtempSync(join(tmpdir(), 'sandbox-actions-'));

  constructor(sources: readonly string[], secrets: Record<string, string> = {}, rest: TenantDefinition = {}) {
    const actions = sources.map((source, index): ActionDefinition => {
      const name = `action-${index + 1}.js`;
      return { name, file: this.write(name, source), secrets };
    });
    const definition = { ...rest, actions: { ...rest.actions, 'post-login': actions } };
    const options = { origin: 'http://tenant.localhost:1', hostname: 'tenant.localhost', clients: [] };
    this.tenant = createTenant({ ...options, definition, now: this.clock.now });
    this.user = this.tenant.users.logIn('ada.lovelace@example.com', 'Username-Password-Authentication');
    this.transaction = this.newLogin();
  }

  /** Starts another login of the same user, with the stored metadata. */
  newLogin(parameters: Record<string, string> = {}): LoginTransaction {
    const usual = { client_id: 'app', redirect_uri: 'http://app.localhost/callback', scope: 'openid profile' };
    const query = { ...usual, response_type: 'code', state: 's', ...parameters };
    this.transaction = this.tenant.logins.begin({ ...REQUEST, query });
    this.transaction.user = this.user;
    this.transaction.browserId = 'browser';
    this.transaction.session = this.tenant.sessions.visit('session', this.user.user_id, 'app', REQUEST);
    return this.transaction;
  }

  start(): Promise<ActionsOutcome> {
    return this.tenant.pipeline.start(this.transaction, this.user, REQUEST);
  }

  resume(body: Record<string, string> = {}, query: Record<string, string> = {}): Promise<ActionsOutcome> {
    const request = { ...REQUEST, method: 'POST', body, query };
    return this.tenant.pipeline.resume(this.transaction, this.user, request);
  }

  write(name: string, source: string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
    return file;
  }

  steps<Kind extends TransactionStep['kind']>(kind: Kind): StepOf<Kind>[] {
    return this.transaction.record.steps.filter((step): step is StepOf<Kind> => step.kind === kind);
  }

  logs(): string[] {
    return this.entries().flatMap((entry) => (entry.type === 'log' ? [entry.text] : []));
  }

  calls(): CallEntry[] {
    return this.entries().flatMap((entry) => (entry.type === 'call' ? [entry] : []));
  }

  /** Waits until a list is not empty. */
  async eventually<Item>(look: () => readonly Item[]): Promise<readonly Item[]> {
    for (let tries = 0; tries < 200 && look().length === 0; tries += 1) await setTimeout(10);
    return look();
  }

  async dispose(): Promise<void> {
    await this.tenant.runner.close();
    rmSync(this.folder, { recursive: true });
  }

  entries(): ActionEntry[] {
    return this.steps('action').flatMap(({ entries }) => entries);
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionsOutcome, LoginTransaction, RequestFacts } from '../../src/tenant/login-transaction.js';
import { createTenant, type Tenant } from '../../src/tenant/tenant.js';
import type { SandboxUser } from '../../src/tenant/users.js';
import type { CallEntry, LogEntry, TransactionStep } from '../../src/transactions/transaction.js';
import { FrozenClock } from './frozen-clock.js';

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

  constructor(sources: readonly string[], secrets: Record<string, string> = {}) {
    const actionFiles = sources.map((source, index) => this.write(`action-${index + 1}.js`, source));
    const options = { origin: 'http://tenant.localhost:1', hostname: 'tenant.localhost', clients: [] };
    this.tenant = createTenant({ ...options, actionFiles, secrets, now: this.clock.now });
    this.user = this.tenant.users.logIn('ada.lovelace@example.com', 'Username-Password-Authentication');
    this.transaction = this.newLogin();
  }

  /** One more login of the same user; what the user's metadata holds stays. */
  newLogin(parameters: Record<string, string> = {}): LoginTransaction {
    const usual = { client_id: 'app', redirect_uri: 'http://app.localhost/callback', scope: 'openid profile' };
    const request = { ...usual, response_type: 'code', state: 's', ...parameters };
    this.transaction = this.tenant.logins.begin(request, 'GET');
    this.transaction.user = this.user;
    this.transaction.browserId = 'browser';
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

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }

  private entries(): (LogEntry | CallEntry)[] {
    return this.steps('action').flatMap(({ entries }) => entries);
  }
}

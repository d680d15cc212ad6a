import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TenantDefinition } from '../../src/definition/tenant-definition.js';
import type { TransactionRecord, TransactionStep } from '../../src/transactions/transaction.js';
import { Browser, type Answer } from './browser.js';
import { build, DIST, SandboxProcess } from './sandbox-process.js';

/** The callback of the bench's apps. No server listens there. */
export const CALLBACK = 'http://my-app.localhost:1/callback';
const CALLBACK_HOST = new URL(CALLBACK).host;

/** A single-page app without a secret, and a web app with one. */
export const SPA = { client_id: 'spa', name: 'My SPA', callbacks: [CALLBACK] };
export const WEB = { client_id: 'web', client_secret: 'web-secret', name: 'My web app', callbacks: [CALLBACK] };

export interface TokenAnswer {
  readonly status: number;
  readonly body: Record<string, string>;
}

/** A tenant with one Action, and apps that log in at it over HTTP. */
export class AppBench {
  private constructor(
    private readonly folder: string,
    private readonly sandbox: SandboxProcess,
    private readonly clients: ReadonlyMap<string, string | undefined>,
  ) {}

  /**
   * @param action The code of the post-login Action.
   * @param more Other options of the sandbox. Default: no sample app.
   */
  static async start(action: string, definition: TenantDefinition = {}, more: object = {}): Promise<AppBench> {
    build();
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-app-'));
    const file = join(folder, 'action.js');
    writeFileSync(file, action);
    const clients = [SPA, WEB, ...(definition.clients ?? [])];
    const options = { actions: [file], tenant: { ...definition, clients }, port: 0, app: false, ...more };
    const sandbox = await SandboxProcess.embed(`
      const { startSandbox } = require(${JSON.stringify(DIST)});
      let offset = 0;
      process.stdin.on('data', (line) => { offset += Number(line); console.log('moved'); });
      startSandbox({ ...${JSON.stringify(options)}, now: () => Date.now() + offset })
        .then(({ tenantUrl, appUrl }) => console.log(JSON.stringify({ tenant: tenantUrl, app: appUrl })));`);
    const secrets = clients.map(
      (client) => [client.client_id, 'client_secret' in client ? client.client_secret : undefined] as const,
    );
    return new AppBench(folder, sandbox, new Map(secrets));
  }

  get tenant(): string {
    return this.sandbox.ready.tenant;
  }

  get app(): string {
    return this.sandbox.ready.app;
  }

  /** Moves the tenant's clock. */
  async advance(milliseconds: number): Promise<void> {
    await this.sandbox.tell(String(milliseconds));
  }

  /** Opens an authorize request. Returns the login page, or the redirect to the app. */
  async authorize(browser: Browser, parameters: Record<string, string> = {}): Promise<Answer & { verifier: string }> {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      ...{ client_id: SPA.client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid', state: 's' },
      ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
      ...parameters,
    });
    const answer = await browser.open(`${this.tenant}/authorize?${query.toString()}`, {}, CALLBACK_HOST);
    return { ...answer, verifier };
  }

  /** Fills in the login page. */
  submit(browser: Browser, page: Answer, email: string): Promise<Answer> {
    const form = { email, password: 'anything' };
    return browser.open(page.url, { method: 'POST', form }, CALLBACK_HOST);
  }

  /** Logs a user in, on the login page if there is one, and returns the parameters of the callback. */
  async logIn(
    email: string,
    parameters: Record<string, string> = {},
    browser = new Browser(),
  ): Promise<Record<string, string>> {
    const page = await this.authorize(browser, parameters);
    const end = page.url.startsWith(CALLBACK) ? page : await this.submit(browser, page, email);
    if (!end.url.startsWith(CALLBACK)) throw new Error(`The login stopped at ${end.url}: ${end.body}`);
    return { ...Object.fromEntries(new URL(end.url).searchParams), verifier: page.verifier };
  }

  /** Logs a user in and exchanges the code. */
  async tokensOf(
    email: string,
    parameters: Record<string, string> = {},
    browser = new Browser(),
  ): Promise<Record<string, string>> {
    const { code = '', verifier = '' } = await this.logIn(email, parameters, browser);
    const { client_id: client = SPA.client_id } = parameters;
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code, code_verifier: verifier };
    return (await this.token({ ...form, client_id: client })).body;
  }

  refresh(refreshToken = '', more: Record<string, string> = {}): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
  }

  async token(form: Record<string, string>): Promise<TokenAnswer> {
    const { client_id: client = SPA.client_id } = form;
    const secret = this.clients.get(client);
    const whole = { client_id: client, ...(secret ? { client_secret: secret } : {}), ...form };
    const { status, body } = await new Browser().fetch(`${this.tenant}/oauth/token`, { method: 'POST', form: whole });
    return { status, body: JSON.parse(body) };
  }

  async userinfo(token = ''): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${token}` };
    return JSON.parse((await new Browser().fetch(`${this.tenant}/userinfo`, { headers })).body);
  }

  /** Returns the latest record. */
  async record(): Promise<TransactionRecord> {
    const { body } = await new Browser().fetch(`${this.tenant}/transactions.json`);
    const { transactions }: { transactions: TransactionRecord[] } = JSON.parse(body);
    const [latest] = transactions;
    if (!latest) throw new Error('Nothing was recorded.');
    return latest;
  }

  /** Returns the console lines of Actions in the latest record. */
  async logs(): Promise<string[]> {
    const { steps } = await this.record();
    return steps
      .flatMap((step) => (step.kind === 'action' ? step.entries : []))
      .flatMap((entry) => (entry.type === 'log' ? [entry.text] : []));
  }

  /** Returns the steps of one kind in the latest record. */
  async steps<Kind extends TransactionStep['kind']>(kind: Kind): Promise<Extract<TransactionStep, { kind: Kind }>[]> {
    const { steps } = await this.record();
    return steps.filter((step): step is Extract<TransactionStep, { kind: Kind }> => step.kind === kind);
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.folder, { recursive: true });
  }
}

export function claimsOf(token = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}');
}

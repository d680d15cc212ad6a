import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { SandboxProcess } from '../../sandbox/test/harness/sandbox-process.js';
import { startChromium } from './browsers.js';
import { freePort, ServiceProcess } from './service-process.js';
import { TlsFront } from './tls-front.js';
import type { TlsFiles } from '../redis/tls-files.js';

const ACTION = 'auth0/actions/auth-redirect/code.js';

/** The sandbox with the shipped Action, the built service, and a Chromium that logs in, started on first use. */
export class LoginStand {
  static readonly SECRET = 'k7Jq2vXw9Rz4tB6nY1mC8pL5sD3fG0hA';

  #browser: Promise<Browser> | undefined;

  private constructor(
    private readonly folder: string,
    private readonly sandbox: SandboxProcess,
    readonly service: ServiceProcess,
    private readonly front: TlsFront | undefined,
    /** The target of the Action's redirect. */
    readonly redirectUrl: string,
  ) {}

  /**
   * @param files Files of the service by the variable that names them; a function if the file depends on the sandbox.
   * @param actionSecrets Secrets in addition to those that connect the Action with the service.
   * @param sandboxArguments Command-line arguments of the sandbox; a function if they depend on the service's address.
   * @param tls For https at tenant, app and service. Default: http.
   */
  static async start(
    environment: Record<string, string> = {},
    files: Record<string, string | ((ready: SandboxProcess['ready']) => string)> = {},
    actionSecrets: Record<string, string> = {},
    sandboxArguments: readonly string[] | ((redirectUrl: string) => readonly string[]) = [],
    action = ACTION,
    tls?: TlsFiles,
  ): Promise<LoginStand> {
    const port = await freePort();
    const front = tls && (await TlsFront.start(tls, port));
    const folder = mkdtempSync(join(tmpdir(), 'login-'));
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const secrets = {
      SESSION_SECRET: LoginStand.SECRET,
      REDIRECT_URL: front
        ? `https://login.localhost:${front.port}/redirect`
        : `http://login.localhost:${port}/redirect`,
      ...actionSecrets,
    };
    const sandbox = await SandboxProcess.start([
      ...(typeof sandboxArguments === 'function' ? sandboxArguments(secrets.REDIRECT_URL) : sandboxArguments),
      ...(tls ? ['--tls-cert', tls.certificate, '--tls-key', tls.key] : []),
      '--action',
      action,
      '--secrets',
      write('secrets.json', JSON.stringify(secrets)),
    ]);
    const service = await ServiceProcess.start({
      PORT: String(port),
      AUTH0_ISSUER: 'tenant.localhost',
      AUTH0_SESSION_SECRET: LoginStand.SECRET,
      AUTH0_CONTINUE_URL: `${sandbox.ready.tenant}/continue`,
      SIGN_IN_URL: `${sandbox.ready.app}/`,
      ...environment,
      PUBLIC_URL: secrets.REDIRECT_URL,
      ...Object.fromEntries(
        Object.entries(files).map(([variable, content]) => [
          variable,
          write(variable, typeof content === 'string' ? content : content(sandbox.ready)),
        ]),
      ),
    });
    return new LoginStand(folder, sandbox, service, front, secrets.REDIRECT_URL);
  }

  get app(): string {
    return this.sandbox.ready.app;
  }

  async stop(): Promise<void> {
    await (await this.#browser)?.close();
    await this.front?.stop();
    await this.service.stop();
    await this.sandbox.stop();
    rmSync(this.folder, { recursive: true });
  }

  async inFreshBrowser(
    run: (page: Page, context: BrowserContext) => Promise<void>,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<void> {
    this.#browser ??= startChromium();
    const context = await (await this.#browser).newContext(options);
    await run(await context.newPage(), context);
    await context.close();
  }

  /** Opens the app, and logs in on the tenant's login page. */
  async logIn(page: Page, email = 'alice@example.com'): Promise<void> {
    await page.goto(`${this.app}/login`);
    await page.fill('#email', email);
    await page.fill('#password', 'anything');
    await page.click('button[type=submit]');
  }

  /** Returns the user's claims in the app after the login. */
  async claimsOnPage(page: Page): Promise<string> {
    await page.waitForURL(`${this.app}/`);
    return (await page.textContent('main')) ?? '';
  }
}

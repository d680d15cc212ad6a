import { listenLoopback, type LoopbackServer } from '../../src/network/loopback-server.js';
import { vendorApp, type VendorOptions } from '../../src/vendor/vendor-app.js';
import { Browser, type Answer } from './browser.js';
import { FrozenClock } from './frozen-clock.js';

/** A service's address with a query. */
export const RETURN_TO = 'http://steps.localhost:3000/redirect/external/back?login=a%20b&x=1';

/** A vendor without a tenant, and a browser. */
export class VendorBench {
  readonly clock = new FrozenClock();
  readonly browser = new Browser();

  private constructor(private readonly server: LoopbackServer) {}

  static async start(options: Partial<VendorOptions> = {}): Promise<VendorBench> {
    const server = await listenLoopback(0);
    const bench = new VendorBench(server);
    const own = { origin: bench.origin, hostname: 'vendor.localhost', now: bench.clock.now };
    server.handle(await vendorApp({ ...own, ...options }));
    return bench;
  }

  get origin(): string {
    return `http://vendor.localhost:${this.server.port}`;
  }

  get jwksUrl(): URL {
    return new URL(`http://localhost:${this.server.port}/.well-known/jwks.json`);
  }

  arrive(parameters: Record<string, string> | string): Promise<Answer> {
    return this.browser.fetch(`${this.origin}/?${new URLSearchParams(parameters).toString()}`);
  }

  decide(decision: string, form: Record<string, string>): Promise<Answer> {
    return this.browser.fetch(`${this.origin}/`, { method: 'POST', form: { ...form, decision } });
  }

  stop(): Promise<void> {
    return this.server.close();
  }
}

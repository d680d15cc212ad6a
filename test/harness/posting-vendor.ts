import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completed, handOff, Step, type StepContext, type StepResult } from '../../src/auth-redirect/steps/step.js';
import type { FormValues } from '../../src/auth-redirect/steps/step-form.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { HostApplication } from './application.js';
import { TenantStand } from './tenant-stand.js';
import { decode, jws } from './tokens.js';

class NoFields {}

/** A value with characters that attributes, forms and UTF-8 encode. */
export const ANSWER = 'a+b &"ü"';

/** A tenant, a service, and a vendor on another site that returns users by POST after a click. */
export class PostingVendor {
  private constructor(
    readonly tenant: TenantStand,
    private readonly vendor: Server,
    readonly host: HostApplication,
  ) {}

  static async start(): Promise<PostingVendor> {
    const tenant = await TenantStand.start();
    const vendor = await startVendor();
    const options = { continueUrl: tenant.at('tenant', '/continue'), publicUrl: 'http://login.localhost/redirect' };
    let servicePort = 0;
    class VendorStep extends Step<NoFields, { readonly answer: string }> {
      readonly id = 'vendor';
      readonly form = NoFields;
      override readonly returnMethod = 'POST';
      view(): StepView {
        return { template: 'external', title: 'Vendor', submitLabel: 'Go', model: { text: 'Go there.' } };
      }
      submit(context: StepContext): StepResult<NoFields, never> {
        const to = new URL(context.returnUrl());
        to.port = String(servicePort);
        const { port } = vendor.address() as AddressInfo;
        return handOff(`http://vendor.localhost:${port}/?to=${encodeURIComponent(to.href)}`);
      }
      override returned(_context: StepContext, { answer }: FormValues): StepResult<NoFields, { answer: string }> {
        return completed({ answer: String(answer) });
      }
    }
    const host = await HostApplication.start('express', options, 'recorded', [VendorStep]);
    servicePort = host.port;
    return new PostingVendor(tenant, vendor, host);
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.tenant.stop();
    this.vendor.closeAllConnections();
    this.vendor.close();
  }

  /** Returns the address of a new login. */
  get start(): string {
    const query = new URLSearchParams({ session_token: jws(), state: 'state' });
    return `http://login.localhost:${this.host.port}/redirect?${query.toString()}`;
  }

  /** Returns the results of steps that the tenant received. */
  get answers(): unknown[] {
    return this.tenant.posted.map(({ form }) => decode(form.get('session_token') ?? '').claims['steps']);
  }
}

async function startVendor(): Promise<Server> {
  const server = createServer((request, response) => {
    const to = new URL(request.url ?? '', 'http://vendor.localhost').searchParams.get('to') ?? '';
    const field = `<input type="hidden" name="answer" value="${ANSWER.replaceAll('"', '&quot;')}">`;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<form method="post" action="${to}">${field}<button type="submit">Return</button></form>`);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}

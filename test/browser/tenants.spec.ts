import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { SandboxProcess } from '../../sandbox/test/harness/sandbox-process.js';
import { startChromium } from '../harness/browsers.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';

const TENANTS = [
  { name: 'bank', hostname: 'bank.localhost', secret: 'bank-aB3$bank-xyz-0987654321-qwe!' },
  // A custom domain is another host in iss and in the continue URL.
  { name: 'shop', hostname: 'login.shop.localhost', secret: 'shop-aB3$shop-xyz-0987654321-qwe!' },
] as const;

describe('two tenants, one of them at its custom domain, in one browser at once', () => {
  let folder: string;
  let sandboxes: SandboxProcess[];
  let service: ServiceProcess;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tenants-'));
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const port = await freePort();
    sandboxes = await Promise.all(
      TENANTS.map(async ({ name, hostname, secret }) => {
        const secrets = { SESSION_SECRET: secret, REDIRECT_URL: `http://steps.localhost:${port}/redirect` };
        const file = write(`${name}.json`, JSON.stringify(secrets));
        const hosts = ['--hostname', hostname, '--app-hostname', `app.${hostname}`];
        return SandboxProcess.start([...hosts, '--action', 'auth0/actions/auth-redirect/code.js', '--secrets', file]);
      }),
    );
    const tenants = TENANTS.map(({ name, hostname, secret }, index) => ({
      name,
      issuers: [{ issuer: hostname, continueUrl: `${sandboxes[index]?.ready.tenant}/continue` }],
      keys: { current: secret },
      branding: { name: `The ${name}` },
    }));
    service = await ServiceProcess.start({
      PORT: String(port),
      AUTH0_ISSUER: '',
      AUTH0_SESSION_SECRET: '',
      TENANTS_FILE: write('tenants.json', JSON.stringify({ tenants })),
      STEPS_FILE: write('steps.yaml', 'terms: { title: Terms, version: a }'),
    });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
    for (const sandbox of sandboxes) await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  const begin = async (page: Page, index: number): Promise<void> => {
    await page.goto(`${sandboxes[index]?.ready.app}/login`);
    await page.fill('#email', `${TENANTS[index]?.name}@example.com`);
    await page.fill('#password', 'anything');
    await page.click('button[type=submit]');
    await page.getByText(`The ${TENANTS[index]?.name}`).waitFor();
  };
  const end = async (page: Page, index: number): Promise<void> => {
    await page.getByLabel('I accept: Terms').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${sandboxes[index]?.ready.app}/`);
    const claims = (await page.textContent('main')) ?? '';
    expect(claims).toContain(`${TENANTS[index]?.name}@example.com`);
    expect(claims).toContain('acceptedAt');
  };

  it('each ends at its own app', async () => {
    const context = await browser.newContext();
    const [first, second] = [await context.newPage(), await context.newPage()];
    await begin(first, 0);
    await begin(second, 1);
    await end(second, 1);
    await end(first, 0);
    await context.close();
    const lines = await service.requestLines();
    expect(lines.filter(({ code }) => code === 'completed').map(({ tenant }) => tenant)).toEqual(['shop', 'bank']);
  });
});

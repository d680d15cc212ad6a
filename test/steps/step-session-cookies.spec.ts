import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { StepSessionCookies } from '../../src/auth-redirect/steps/step-session-cookies.js';
import { completed, Step, type StepResult } from '../../src/auth-redirect/steps/step.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

class EmptyForm {}

@Injectable()
class ConfirmStep extends Step<EmptyForm, true> {
  readonly id = 'confirm';
  readonly form = EmptyForm;
  view(): StepView {
    const model = { introduction: 'text', documents: [] };
    return { template: 'terms', title: 'Confirm', model };
  }
  submit(): StepResult<EmptyForm, true> {
    return completed(true);
  }
}

const PUBLIC_URL = 'https://login.example.com/redirect';
const SECURE = /^__Host-auth-redirect\.[\w-]{16}\.0=.+; Path=\/; HttpOnly; Secure; SameSite=Lax$/;
const PLAIN = /^auth-redirect\.[\w-]{16}\.0=.+; Path=\/; HttpOnly; SameSite=Lax$/;

describe.each(ADAPTERS)('the cookie of a step session on %s', (adapter) => {
  let hosts: HostApplication[] = [];
  const start = async (publicUrl?: string): Promise<StepBrowser> => {
    const host = await HostApplication.start(adapter, publicUrl === undefined ? {} : { publicUrl }, 'recorded', [
      ConfirmStep,
    ]);
    hosts.push(host);
    return new StepBrowser(host);
  };
  afterEach(async () => {
    await Promise.all(hosts.map(async (host) => host.stop()));
    hosts = [];
  });
  const arrive = async (browser: StepBrowser, site: string, headers: Record<string, string> = {}): Promise<string> => {
    browser.site = site;
    browser.extraHeaders = headers;
    const { status, headers: received } = await browser.arrive(tokenWith({ nonce: randomUUID() }));
    expect(status).toBe(303);
    return received['set-cookie']?.[0] ?? '';
  };
  /** Renames the cookies, like an attacker who can set cookies for the host. */
  const rename = ({ cookies }: StepBrowser, change: (name: string) => string): Map<string, string> =>
    new Map([...cookies].map(([name, value]) => [change(name), value]));

  it.each(['localhost:3000', 'login.localhost:3000', 'a.b.LOCALHOST', '127.0.0.1:3000', '127.1.2.3', '[::1]:3000'])(
    'has neither prefix nor Secure over http at %s, and carries the login to its end',
    async (site) => {
      const browser = await start();
      expect(await arrive(browser, site)).toMatch(PLAIN);
      expect((await browser.get()).status).toBe(200);
      expect(continueClaimsOf(await browser.post({ accepted: 'yes' }))).toMatchObject({ outcome: 'completed' });
      expect([...browser.cookies.keys()]).toEqual([expect.stringMatching(/^auth-redirect\./)]);
    },
  );

  it.each([
    ['login.example.com'],
    ['localhost.example.com'],
    ['localhost.'],
    ['notlocalhost'],
    ['127.0.0.1.example.com'],
    ['128.0.0.1'],
    ['10.0.0.1:3000'],
    ['[::2]'],
    ['localhost:3000, login.example.com'],
    ['login.example.com#localhost'],
    ['user@localhost'],
  ])('has both at “%s”', async (site) => {
    expect(await arrive(await start(), site)).toMatch(SECURE);
  });

  it.each(['localhost:3000', '127.0.0.1', 'login.localhost'])(
    'has both with a public https URL, even if a request names %s',
    async (site) => {
      const browser = await start(PUBLIC_URL);
      expect(await arrive(browser, site)).toMatch(SECURE);
      expect(await arrive(browser, site, { 'x-forwarded-proto': 'http' })).toMatch(SECURE);
    },
  );

  it('has both on hosts other than localhost, even if the public URL is http', async () => {
    const browser = await start('http://login.localhost:3000/redirect');
    expect(await arrive(browser, 'login.example.com')).toMatch(SECURE);
    expect(await arrive(browser, 'login.localhost:3000')).toMatch(PLAIN);
  });

  it.each([
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-proto': 'http' },
    { 'x-forwarded-host': 'localhost' },
    { 'x-forwarded-for': '203.0.113.7' },
    { 'x-real-ip': '203.0.113.7' },
    { forwarded: 'proto=http;host=localhost' },
    { via: '1.1 proxy' },
  ])('has both behind a proxy that requests localhost, and sends %o', async (headers) => {
    expect(await arrive(await start(), 'localhost:3000', headers)).toMatch(SECURE);
  });

  it('is not accepted over https without its prefix', async () => {
    const browser = await start(PUBLIC_URL);
    await arrive(browser, 'login.example.com');
    browser.cookies = rename(browser, (name) => name.replace('__Host-', ''));
    expect((await browser.get()).status).toBe(401);
    expect(hosts[0]?.refused).toMatchObject([{ code: 'step_session_missing' }]);
  });

  it('is not accepted over http on localhost with the prefix', async () => {
    const browser = await start();
    await arrive(browser, 'localhost');
    browser.cookies = rename(browser, (name) => `__Host-${name}`);
    expect((await browser.get()).status).toBe(401);
  });

  it('is the one with the prefix over https if both exist, in any order', async () => {
    const browser = await start(PUBLIC_URL);
    await arrive(browser, 'login.example.com');
    const own = browser.cookies;
    const planted = new Map([...own.keys()].map((name) => [name.replace('__Host-', ''), 'planted']));
    for (const cookies of [
      [...planted, ...own],
      [...own, ...planted],
    ]) {
      browser.cookies = new Map(cookies);
      expect((await browser.get()).status).toBe(200);
    }
    const swapped = new Map([...own].map(([name, value]) => [name.replace('__Host-', ''), value]));
    browser.cookies = new Map([...swapped, ...[...own.keys()].map((name): [string, string] => [name, 'planted'])]);
    expect((await browser.get()).status).toBe(401);
  });

  it('is the one without the prefix over http on localhost if both exist', async () => {
    const browser = await start();
    await arrive(browser, 'localhost');
    browser.cookies = new Map([...rename(browser, (name) => `__Host-${name}`).keys()].map((name) => [name, 'planted']));
    await arrive(browser, 'localhost');
    expect((await browser.get()).status).toBe(200);
  });
});

it.each([
  { protocol: 'https', headers: { host: 'localhost' } },
  { protocol: undefined, headers: { host: 'localhost' } },
  { protocol: 'http', headers: {} },
])('a step session cookie has its prefix if the request is %o', (given) => {
  const request = { method: 'GET', url: '/redirect', ...given };
  const [cookie] = new StepSessionCookies(request, undefined).store('A'.repeat(16), 'sealed', 60);
  expect(cookie).toMatch(SECURE);
});

it('a cookie without prefix is no step session over https, not even an empty one', () => {
  const headers = { host: 'login.example.com', cookie: `auth-redirect.${'A'.repeat(16)}.0=sealed` };
  const request = { method: 'GET', url: '/redirect', headers, protocol: 'https' };
  expect(new StepSessionCookies(request, PUBLIC_URL).sealed.size).toBe(0);
});

describe('the step sessions of a request', () => {
  const ids = Array.from({ length: 100 }, (_each, at) => String(at).padStart(16, 'x'));
  const sealedOf = (cookie: string): string[] => {
    const request = { method: 'GET', url: '/redirect', headers: { cookie, host: 'login.example.com' } };
    return [...new StepSessionCookies(request, undefined).sealed.keys()];
  };
  const cookies = ids.map((id) => `__Host-auth-redirect.${id}.0=sealed`).join('; ');

  it('are the newest 16', () => {
    expect(sealedOf(cookies)).toEqual(ids.slice(-16));
  });

  it('are none if the header has more than 32 KB', () => {
    expect(sealedOf(`${cookies}; a=${'x'.repeat(32_768 - cookies.length - 4)}`)).toHaveLength(16);
    expect(sealedOf(`${cookies}; a=${'x'.repeat(32_768)}`)).toEqual([]);
  });
});

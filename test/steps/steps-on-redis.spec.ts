import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FactoryProvider } from '@nestjs/common';
import { Clock } from '../../src/auth-redirect/clock.js';
import { Randomness } from '../../src/auth-redirect/randomness.js';
import { redisReplayStore } from '../../src/redis/index.js';
import { ACCOUNT_LINK_OPTIONS, AccountLinkStep } from '../../src/steps/account-link/index.js';
import { CHOOSE_OPTIONS, ChooseStep } from '../../src/steps/choose/index.js';
import { ExternalStep, type ExternalOptions } from '../../src/steps/external/index.js';
import { linkOptions, LinkingUser, linkToken, PUBLIC_URL } from '../harness/account-link.js';
import { HostApplication, type AdapterName, type Reply } from '../harness/application.js';
import { OidcTenant } from '../harness/oidc-tenant.js';
import { RedisServer } from '../harness/redis-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith, type Members } from '../harness/tokens.js';
import { HandedOff, Vendor } from '../harness/vendor.js';
import { API_KEY, listedSignature, VendorApi, WEBHOOK_SECRET } from '../harness/vendor-api.js';

const WEBHOOK = {
  ...{ signature: 'stripe', secret: WEBHOOK_SECRET, handle: '$.handle', status: '$.status' },
  ...{ accepted: ['approved'], declined: ['declined'], claims: { document: '$.document' } },
};

const externalStep = (id: string, options: object): FactoryProvider<ExternalStep> => ({
  provide: id,
  inject: [Clock, Randomness],
  useFactory: (clock: Clock, randomness: Randomness) =>
    new ExternalStep(clock, randomness, { ...options, id } as ExternalOptions),
});

describe('two replicas with one Redis', () => {
  let folder: string;
  let redis: RedisServer;
  let tenant: OidcTenant;
  let vendor: Vendor;
  let api: VendorApi;
  let one: HostApplication;
  let other: HostApplication;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'steps-on-redis-'));
    const key = join(folder, 'key');
    writeFileSync(key, API_KEY);
    [redis, tenant, vendor, api] = await Promise.all([
      RedisServer.start(),
      OidcTenant.start(),
      Vendor.start('HS256'),
      VendorApi.start(),
    ]);
    const steps = [
      ChooseStep,
      AccountLinkStep,
      externalStep('token', vendor.options),
      externalStep('result', { ...api.options(key), http: { allowPrivateAddresses: true } }),
      externalStep('webhook', { vendor: 'Identity Inc.', url: `${vendor.origin}/check`, webhook: WEBHOOK }),
    ];
    const providers = [
      { provide: CHOOSE_OPTIONS, useValue: { claim: 'organizations' } },
      { provide: ACCOUNT_LINK_OPTIONS, useValue: linkOptions(tenant) },
    ];
    const start = async (adapter: AdapterName): Promise<HostApplication> => {
      const made = { replayStore: redisReplayStore({ url: redis.url, deadline: 5000 }) };
      const options = { publicUrl: PUBLIC_URL };
      return HostApplication.start(adapter, options, 'recorded', steps, providers, made, { rawBody: true });
    };
    [one, other] = await Promise.all([start('express'), start('fastify')]);
  });
  afterAll(async () => {
    await Promise.all([one, other, redis, tenant, vendor, api].map(async (each) => each.stop()));
    rmSync(folder, { recursive: true });
  });

  /** Logs in at the first replica. */
  async function logIn(step: string, claims: Members = {}): Promise<StepBrowser> {
    const browser = new StepBrowser(one);
    await browser.arrive(tokenWith({ steps: [step], sub: `auth0|${step}`, nonce: step, ...claims }));
    return browser;
  }
  const stepsOf = (reply: Reply): unknown => continueClaimsOf(reply).steps;

  it('choose once', async () => {
    const first = await logIn('choose', { organizations: ['Acme', 'Globex'] });
    const second = first.copy(other);
    const choice = { choose: { id: 'Acme', label: 'Acme' } };
    expect(stepsOf(await first.post({ choice: 'Acme' }))).toEqual(choice);
    expect(stepsOf(await second.post({ choice: 'Globex' }))).toEqual(choice);
  });

  it('accept one result of a vendor that sends it with the user', async () => {
    const browser = await logIn('token');
    await browser.post({});
    const atOne = new HandedOff(browser);
    const atOther = new HandedOff(browser.copy(other));
    const approved = { token: { document: 'passport', age: null, verifiedAt: expect.any(String) } };
    expect(stepsOf(await atOther.return({ token: await vendor.sign(atOther.handle) }))).toEqual(approved);
    const another = await vendor.sign(atOne.handle, { document: 'visa' });
    expect(stepsOf(await atOne.return({ token: another }))).toEqual(approved);
  });

  it('read the result of a hand-off, whichever began it', async () => {
    const browser = await logIn('result');
    await browser.post({});
    const form = new URLSearchParams(api.received.at(-1)?.body);
    api.status = 'verified';
    const back = form.get('return_url')?.replace(new URL(PUBLIC_URL).origin, '') ?? '';
    expect(stepsOf(await browser.copy(other).back(back))).toMatchObject({ result: { document: 'passport' } });
  });

  it('accept a webhook for a login at the other', async () => {
    const browser = await logIn('webhook');
    await browser.post({});
    const { handle, back } = new HandedOff(browser);
    const body = JSON.stringify({ handle, status: 'approved', document: 'passport' });
    const headers = { 'content-type': 'application/json', 'stripe-signature': listedSignature(body) };
    const webhook = await other.request('/redirect/steps/webhook/webhook', { method: 'POST', body, headers });
    expect(webhook.status).toBe(200);
    expect(stepsOf(await browser.back(back))).toMatchObject({ webhook: { document: 'passport' } });
  });

  it('link one account', async () => {
    const user = await new LinkingUser(one).begin(linkToken());
    const atOther = user.browser.copy(other);
    const second = { 'account-link': { sub: 'google-oauth2|42' } };
    expect(stepsOf(await user.return(tenant.authorize(user.authorization), atOther))).toMatchObject(second);
    const another = tenant.authorize(user.authorization, { sub: 'google-oauth2|43' });
    expect(stepsOf(await user.return(another))).toMatchObject(second);
  });
});

import { createHmac } from 'node:crypto';
import { seal } from '../../src/auth-redirect/steps/seal.js';
import { SessionKey } from '../../src/auth-redirect/tenants/session-key.js';
import { TermsStep, TERMS_OPTIONS } from '../../src/steps/terms/index.js';
import { validatedOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { TenantsService } from '../../src/auth-redirect/tenants/tenants.service.js';
import type { TenantOptions } from '../../src/auth-redirect/options/tenant.options.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { thrownBy } from '../harness/continue-tokens.js';
import { continueFormOf } from '../harness/page.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws, NOW, PREVIOUS_SECRET, SECRET, sessionClaims } from '../harness/tokens.js';

const SHOP_SECRET = 'shop-aB3$shop-xyz-0987654321-qwe!';
const SHOP = {
  name: 'shop',
  issuers: [
    'shop.eu.auth0.com',
    { issuer: 'https://login.shop.example/', continueUrl: 'https://login.shop.example/continue' },
  ],
  keys: { current: SHOP_SECRET },
  branding: { name: 'The Shop', color: '#7a0019' },
  defaultSteps: ['terms'],
  continueTokenLifetime: 60,
  audience: 'shop',
  signInUrl: 'https://shop.example/login',
} as const satisfies TenantOptions;
const BANK = {
  name: 'bank',
  issuers: ['bank.eu.auth0.com'],
  keys: { current: SECRET, previous: PREVIOUS_SECRET },
} as const satisfies TenantOptions;
const terms = { provide: TERMS_OPTIONS, useValue: { title: 'Terms', version: '1' } };

const tokenOf = (iss: string, secret: string, claims: Record<string, unknown> = {}): string =>
  jws(sessionClaims({ iss, ...claims }), undefined, secret);

describe.each(ADAPTERS)('several tenants on %s', (adapter) => {
  let host: HostApplication;
  beforeAll(async () => {
    const overrides = {
      issuer: undefined,
      secret: undefined,
      tenants: [SHOP, BANK],
      defaultSteps: [],
      signInUrl: 'https://example.com/login',
    };
    host = await HostApplication.start(adapter, overrides as never, 'recorded', [TermsStep], [terms]);
  });
  beforeEach(() => {
    host.refused.length = 0;
    host.completed.length = 0;
  });
  afterAll(async () => host.stop());

  it.each([
    ['shop.eu.auth0.com', SHOP_SECRET, 'https://shop.eu.auth0.com/continue'],
    ['https://login.shop.example/', SHOP_SECRET, 'https://login.shop.example/continue'],
    ['bank.eu.auth0.com', SECRET, 'https://bank.eu.auth0.com/continue'],
    ['bank.eu.auth0.com', PREVIOUS_SECRET, 'https://bank.eu.auth0.com/continue'],
  ])('answer a login of %s at the continue URL of that issuer', async (issuer, secret, continueUrl) => {
    const reply = await host.redirect(tokenOf(issuer, secret, { steps: [] }), 'state-1');
    const form = continueFormOf(reply.body);
    expect(form.action).toBe(`${continueUrl}?state=state-1`);
    const signature = form.sessionToken.split('.')[2];
    const input = form.sessionToken.split('.').slice(0, 2).join('.');
    expect(signature).toBe(createHmac('sha256', secret).update(input).digest('base64url'));
    expect(continueClaimsOf(reply)).toMatchObject({ iss: issuer });
  });

  it.each([
    ['the issuer of one with the secret of another', 'bank.eu.auth0.com', SHOP_SECRET, 'signature_invalid'],
    ['the previous secret of another', 'shop.eu.auth0.com', PREVIOUS_SECRET, 'signature_invalid'],
    ['an issuer of nobody', 'other.eu.auth0.com', SECRET, 'issuer_unknown'],
    ['an issuer in another form', 'https://shop.eu.auth0.com/', SHOP_SECRET, 'issuer_unknown'],
    ['an issuer that is no text', ['bank.eu.auth0.com'] as never, SECRET, 'issuer_unknown'],
  ])('refuse %s', async (_attack, issuer, secret, code) => {
    expect((await host.redirect(tokenOf(issuer, secret), 'state')).status).toBe(401);
    expect(host.refused[0]).toMatchObject({ code });
  });

  it.each<[string, unknown, string | undefined, string | undefined]>([
    ['a host of nobody', 'other.eu.auth0.com', 'other.eu.auth0.com', undefined],
    ['a scheme and a slash', 'https://bank.eu.auth0.com/', 'https://bank.eu.auth0.com/', 'bank.eu.auth0.com'],
    ['a slash', 'bank.eu.auth0.com//', 'bank.eu.auth0.com//', 'bank.eu.auth0.com'],
    ['another case', 'Bank.EU.auth0.com', 'Bank.EU.auth0.com', 'bank.eu.auth0.com'],
    ['no scheme', 'login.shop.example', 'login.shop.example', 'https://login.shop.example/'],
    ['a line break and quotes', 'a\r\n"<b>"', 'a\\u000d\\u000a\\u0022\\u003cb\\u003e\\u0022', undefined],
    ['letters of elsewhere', 'b\u00e4nk\u202e\ud83d\ude42', 'b\\u00e4nk\\u202e\\ud83d\\ude42', undefined],
    ['5,000 characters', 'x'.repeat(5000), 'x'.repeat(100), undefined],
    ['no text', { toString: 'bank.eu.auth0.com' }, undefined, undefined],
    ['nothing', undefined, undefined, undefined],
  ])(
    'report an unknown issuer with %s, escaped, and the configured ones, to the log only',
    async (_what, iss, said, near) => {
      const { body } = await host.redirect(tokenOf(iss as string, SECRET), 'state');
      const { code, unverifiedIssuer, configuredIssuers, hint } = host.refused[0] ?? {};
      expect({ code, unverifiedIssuer, configuredIssuers, hint }).toEqual({
        code: 'issuer_unknown',
        unverifiedIssuer: said,
        configuredIssuers: ['shop.eu.auth0.com', 'https://login.shop.example/', 'bank.eu.auth0.com'],
        hint: near && `differs from ${near} only by scheme, slash or case`,
      });
      expect(body).not.toMatch(/auth0\.com|login\.shop|xxxx|differs/);
      expect(JSON.stringify(host.refused[0])).not.toMatch(/auth0\||203\.0\.113\.7/);
    },
  );

  it('report issuers for that refusal only', async () => {
    await host.redirect(tokenOf('bank.eu.auth0.com', 'another-secret-aB3$shop-xyz-0987'), 'state');
    expect(host.refused[0]).toMatchObject({ code: 'signature_invalid' });
    expect(host.refused[0]).not.toHaveProperty('configuredIssuers');
  });

  it('have their own steps, lifetime, audience, branding and continue URL', async () => {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenOf('shop.eu.auth0.com', SHOP_SECRET, { aud: 'shop' }));
    expect((await browser.get()).body).toContain('<p class="brand">The Shop</p>');
    const last = await browser.post({ accepted: 'yes' });
    expect(continueClaimsOf(last)).toMatchObject({ exp: NOW + 60, steps: { terms: { version: '1' } } });
    expect(last.body).toContain('--accent:#7a0019');

    const bank = await host.redirect(tokenOf('bank.eu.auth0.com', SECRET), 'state');
    expect(continueClaimsOf(bank)).toMatchObject({ exp: NOW + 900 });
    expect(bank.body).not.toContain('The Shop');
    await host.redirect(tokenOf('bank.eu.auth0.com', SECRET, { aud: 'shop' }), 'state');
    expect(host.refused.at(-1)).toMatchObject({ code: 'aud_unexpected', tenant: 'bank' });

    const expired = { iat: NOW - 900, exp: NOW - 1 };
    const shopPage = await host.redirect(tokenOf('shop.eu.auth0.com', SHOP_SECRET, expired), 'state');
    expect(shopPage.body).toContain('href="https://shop.example/login"');
    const bankPage = await host.redirect(tokenOf('bank.eu.auth0.com', SECRET, expired), 'state');
    expect(bankPage.body).toContain('href="https://example.com/login"');
    expect(host.completed.map(({ tenant }) => tenant)).toEqual(['shop', 'bank']);
  });

  it('do not open a step session that was sealed with another tenant’s key', async () => {
    const sessionToken = tokenOf('shop.eu.auth0.com', SHOP_SECRET, { aud: 'shop', steps: ['terms'] });
    const key = new SessionKey(SECRET);
    const session = {
      id: 'A'.repeat(16),
      state: 's',
      sessionToken,
      locale: 'en',
      done: { terms: { version: 'forged' } },
    };
    const header = { typ: 'step-session', kid: key.id };
    const forged = seal(JSON.stringify(session), header, key.stepSessionKey(session.id));
    const headers = { host: 'login.example.com', cookie: `__Host-auth-redirect.${session.id}.0=${forged}` };
    const reply = await host.request(`/redirect/steps/terms?login=${session.id}`, { headers });
    expect(reply.status).toBe(401);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_session_invalid' });
    const begun = await host.redirect(sessionToken, 's', { headers });
    expect(begun.headers.location).not.toContain(session.id);
  });

  it('open the step session of their own tenant, in one browser at once', async () => {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenOf('shop.eu.auth0.com', SHOP_SECRET, { steps: ['terms'] }), 'state-shop');
    const shop = browser.location;
    await browser.arrive(tokenOf('bank.eu.auth0.com', SECRET, { steps: ['terms'] }), 'state-bank');
    const ofBank = continueFormOf((await browser.post({ accepted: 'yes' })).body);
    const ofShop = continueFormOf((await browser.post({ accepted: 'yes' }, shop)).body);
    expect([ofBank.action, ofShop.action]).toEqual([
      'https://bank.eu.auth0.com/continue?state=state-bank',
      'https://shop.eu.auth0.com/continue?state=state-shop',
    ]);
  });
});

it('report the first 20 of many issuers', async () => {
  const issuers = Array.from({ length: 30 }, (_each, index) => `t${index}.example`);
  const tenants = [{ ...BANK, issuers }];
  const host = await HostApplication.start('express', { issuer: undefined, secret: undefined, tenants } as never);
  await host.redirect(tokenOf('https://t29.example', SECRET), 'state');
  expect(host.refused[0]?.configuredIssuers).toEqual(issuers.slice(0, 20));
  expect(host.refused[0]?.hint).toContain('t29.example');
  await host.stop();
});

describe('tenants fail startup', () => {
  const problemsWith = (tenants: unknown): unknown =>
    (
      thrownBy(() => new TenantsService(validatedOptions({ tenants: tenants as TenantOptions[] }))) as {
        problems: unknown;
      }
    ).problems;

  it.each<[string, unknown[], string]>([
    ['with the same name', [BANK, { ...SHOP, name: 'bank' }], 'tenants has the name bank twice'],
    [
      'with the same issuer',
      [BANK, { ...SHOP, issuers: BANK.issuers }],
      'tenants has the issuer bank.eu.auth0.com twice',
    ],
    [
      'with the same secret',
      [BANK, { ...SHOP, keys: { current: SECRET } }],
      'tenants[1] (shop).keys.current or previous is a secret of another tenant, bank',
    ],
    [
      'with a secret that was the other’s',
      [BANK, { ...SHOP, keys: { current: PREVIOUS_SECRET } }],
      'tenants[1] (shop).keys.current or previous is a secret of another tenant, bank',
    ],
    [
      'with an issuer that is none',
      [{ ...SHOP, issuers: ['no host'] }],
      'tenants[0] (shop).issuers[0].issuer is neither',
    ],
    ['with no issuer', [{ ...SHOP, issuers: [] }], 'tenants[0] (shop).issuers is empty'],
    ['with a short secret', [{ ...SHOP, keys: { current: 'short' } }], 'tenants[0] (shop).keys.current has 5 bytes'],
    ['with no secret', [{ ...SHOP, keys: {} }], 'tenants[0] (shop).keys.current is missing'],
    ['with no keys', [{ ...SHOP, keys: undefined }], 'tenants[0] (shop).keys is missing'],
    [
      'with a missing file',
      [{ ...SHOP, keys: { currentFile: '/no/such' } }],
      'tenants[0] (shop).keys.currentFile names',
    ],
    [
      'with a color that nobody can read',
      [{ ...SHOP, branding: { color: '#ffffff' } }],
      'tenants[0] (shop).branding.color has',
    ],
    ['with a name that is none', [{ ...SHOP, name: 'The Shop' }], 'tenants[0].name is not a name'],
    [
      'with a text for a list of issuers',
      [{ ...SHOP, issuers: 'a.example' }],
      '(shop).issuers is a text, not a list of',
    ],
    [
      'with a text for a list of steps',
      [{ ...SHOP, defaultSteps: 'terms' }],
      '(shop).defaultSteps is a text, not a list',
    ],
    ['with a number for a name', [{ ...SHOP, name: 7 }], 'tenants[0].name is not a text (quote it)'],
    ['with a number for a secret', [{ ...SHOP, keys: { current: 7 } }], 'keys.current is not a text (quote it)'],
    ['with a number for a brand', [{ ...SHOP, branding: { name: 7 } }], '.branding.name is not a text (quote it)'],
    ['that are a text', 'shop' as never, 'tenants is a text, not a list of tenants'],
    ['that are none', ['shop'], 'tenants[0] is not a tenant'],
    ['that are null', [null], 'tenants[0] is not a tenant'],
    ['where there is none', [], 'tenants is empty'],
  ])('%s', (_what, tenants, problem) => {
    expect(problemsWith(tenants)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it('in addition to the options of a single tenant', () => {
    const given = { issuer: 'a.example', secret: SECRET, tenants: [BANK] };
    expect(thrownBy(() => validatedOptions(given))).toMatchObject({
      problems: ['tenants and issuer are both set: keep one of them'],
    });
  });

  it('never with a secret’s value', () => {
    const said = JSON.stringify(problemsWith([BANK, { ...SHOP, keys: { current: SECRET } }]));
    expect(said).not.toContain(SECRET);
  });
});

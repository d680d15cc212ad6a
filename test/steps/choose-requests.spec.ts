import { CHOOSE_OPTIONS, ChooseStep } from '../../src/steps/choose/index.js';
import { redisReplayStore } from '../../src/redis/index.js';
import { HostApplication } from '../harness/application.js';
import { ListEndpoint } from '../harness/list-endpoint.js';
import { RedisServer } from '../harness/redis-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws, SECRET, sessionClaims, tokenWith } from '../harness/tokens.js';
import { recordStepLog } from '../harness/vendor.js';

const UNAVAILABLE = 'We could not load the list. Try again in a moment.';
const OF_LOGIN_IN_A_MINUTE = 20;
const OF_USER_IN_AN_HOUR = 100;

let endpoint: ListEndpoint;
let redis: RedisServer;
beforeAll(async () => {
  [endpoint, redis] = await Promise.all([ListEndpoint.start(), RedisServer.start()]);
});
beforeEach(() => void (endpoint.requests.length = 0));
afterAll(async () => Promise.all([endpoint.stop(), redis.stop()]));

const lines = recordStepLog();
const optionsWith = (source: object = {}) => ({
  provide: CHOOSE_OPTIONS,
  useValue: { source: { url: endpoint.origin, subParameter: 'user', allowPrivateAddresses: true, ...source } },
});

describe.each(['memory', 'redis'])('the requests of a user to the endpoint, counted in %s', (kind) => {
  let host: HostApplication;
  beforeAll(async () => {
    endpoint.answer = '["a","b"]';
    const made = kind === 'redis' ? { replayStore: redisReplayStore({ url: redis.url, deadline: 5000 }) } : {};
    host = await HostApplication.start('express', {}, 'none', [ChooseStep], [optionsWith()], made);
  });
  afterAll(async () => host.stop());
  const logIn = async (sub: string): Promise<StepBrowser> => {
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ sub, nonce: `nonce-${Math.random()}`, steps: ['choose'] }));
    return browser;
  };

  it('are limited in a login, for a minute, and not for other users', async () => {
    const browser = await logIn('ada');
    for (let count = 0; count < OF_LOGIN_IN_A_MINUTE; count += 1) await browser.get();
    expect(endpoint.requests).toHaveLength(OF_LOGIN_IN_A_MINUTE);
    lines.length = 0;
    expect((await browser.get()).body).toContain(UNAVAILABLE);
    expect((await browser.post({ choice: 'a' })).body).toContain(UNAVAILABLE);
    expect(endpoint.requests).toHaveLength(OF_LOGIN_IN_A_MINUTE);
    expect(lines).toContainEqual(expect.objectContaining({ message: 'the list cannot be used: too_many_requests' }));
    expect((await (await logIn('eve')).get()).body).toContain('value="a"');
    if (kind === 'redis') return; // counts with its own clock
    host.clock.milliseconds += 61_000;
    expect(continueClaimsOf(await browser.post({ choice: 'a' }))).toMatchObject({ outcome: 'completed' });
  });

  it('are limited in an hour over all logins', async () => {
    for (let login = 0; login < OF_USER_IN_AN_HOUR / OF_LOGIN_IN_A_MINUTE; login += 1) {
      const browser = await logIn('spender');
      for (let count = 0; count < OF_LOGIN_IN_A_MINUTE; count += 1) await browser.get();
    }
    expect(endpoint.requests).toHaveLength(OF_USER_IN_AN_HOUR);
    expect((await (await logIn('spender')).get()).body).toContain(UNAVAILABLE);
    expect(endpoint.requests).toHaveLength(OF_USER_IN_AN_HOUR);
  });
});

describe('an endpoint for several tenants', () => {
  const tenants = [
    { name: 'shop', issuers: ['shop.eu.auth0.com'], keys: { current: 'shop-aB3$shop-xyz-0987654321-qwe!' } },
    { name: 'bank', issuers: ['bank.eu.auth0.com'], keys: { current: SECRET } },
  ];
  it.each([
    ['a parameter', {}],
    ['a header', { subParameter: undefined, subHeader: 'X-User' }],
    ['a body', { subParameter: undefined, subMember: 'user' }],
  ])(
    'receives the tenant of the login with the user in %s, to distinguish two users with one sub',
    async (_where, source) => {
      const overrides = { issuer: undefined, secret: undefined, tenants };
      const host = await HostApplication.start(
        'express',
        overrides as never,
        'none',
        [ChooseStep],
        [optionsWith(source)],
      );
      endpoint.answer = ({ headers }) =>
        JSON.stringify(['1', '2'].map((end) => `${String(headers['auth-redirect-tenant'])}-${end}`));
      for (const { name, issuers, keys } of tenants) {
        const browser = new StepBrowser(host);
        await browser.arrive(
          jws(sessionClaims({ iss: issuers[0], sub: 'auth0|1', steps: ['choose'] }), undefined, keys.current),
        );
        expect(continueClaimsOf(await browser.post({ choice: `${name}-2` })).steps).toMatchObject({
          choose: { id: `${name}-2` },
        });
      }
      await host.stop();
    },
  );
});

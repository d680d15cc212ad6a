import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import { clientNetwork } from '../../src/service/rate-limits/client-network.js';
import { CountingRefusalLimiter } from '../../src/service/rate-limits/counting-refusal-limiter.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import type { Reply } from '../harness/application.js';
import { ServiceProcess } from '../harness/service-process.js';
import { jws, NOW, sessionClaims } from '../harness/tokens.js';

describe('the network of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['203.0.113.7:54321', '203.0.113.7'],
    ['[2001:db8::6]:443', '2001:db8:0:0::/64'],
    ['[2001:db8::6]', '2001:db8:0:0::/64'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['nonsense', 'unknown'],
    ['203.0.113.7:x', 'unknown'],
    ['999.0.113.7', 'unknown'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ])('%s is %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});

describe('refusals', () => {
  it('are counted by address and by subject, again in each minute', async () => {
    const clock = new FrozenClock(NOW * 1000);
    const limiter = new CountingRefusalLimiter(new MemoryReplayStore(clock), clock, { address: 2, subject: 1 });
    const tooMany = async (address: string | undefined, subject?: string): Promise<unknown> =>
      limiter.tooMany({ address, subject });
    expect([await tooMany('192.0.2.1'), await tooMany('192.0.2.1'), await tooMany('192.0.2.1')]).toEqual([
      undefined,
      undefined,
      60,
    ]);
    expect(await tooMany('192.0.2.2', 'a')).toBeUndefined();
    expect(await tooMany('192.0.2.3', 'a')).toBe(60);
    expect(await tooMany(undefined)).toBeUndefined();
    clock.milliseconds += 59_000;
    expect(await tooMany('192.0.2.1')).toBe(1);
    clock.milliseconds += 1000;
    expect(await tooMany('192.0.2.1')).toBeUndefined();
  });

  it('are not counted if the limit is 0', async () => {
    const clock = new FrozenClock(NOW * 1000);
    const limiter = new CountingRefusalLimiter(new MemoryReplayStore(clock), clock, { address: 0, subject: 0 });
    for (let times = 0; times < 100; times += 1)
      expect(await limiter.tooMany({ address: 'a', subject: 'b' })).toBeUndefined();
  });
});

describe('a client that is refused too often', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await ServiceProcess.start({
      TRUST_PROXY: '1',
      REFUSALS_PER_MINUTE_ADDRESS: '3',
      REFUSALS_PER_MINUTE_SUBJECT: '2',
    });
  });
  afterAll(async () => service.stop());

  const now = (): number => Math.floor(Date.now() / 1000);
  const from = async (address: string, token: string): Promise<Reply> =>
    service.request(`/redirect?session_token=${token}&state=s`, { headers: { 'x-forwarded-for': address } });

  it('gets 429 with a time to wait, and its logins continue', async () => {
    const replies: Reply[] = [];
    for (let times = 0; times < 8; times += 1) replies.push(await from('192.0.2.1', 'garbage'));
    // A new minute may have begun meanwhile and allowed three more refusals.
    expect(replies.map(({ status }) => status).filter((status) => status === 401).length).toBeGreaterThanOrEqual(3);
    const last = replies.findLast(({ status }) => status === 429);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(last?.body).toContain('Too many attempts');
    expect(last?.body).toMatch(/Wait \d+ seconds?\. Return to the app/);
    const token = jws(sessionClaims({ iat: now(), exp: now() + 60 }));
    expect((await from('192.0.2.1', token)).status).toBe(200);
    expect((await from('192.0.2.2', 'garbage')).status).toBe(401);
    const limited = (await service.requestLines()).find(({ code }) => code === 'too_many_requests');
    expect(limited).toMatchObject({ originalCode: 'token_not_compact', status: 429 });
  });

  it('has one address, with and without the port that its proxy adds', async () => {
    const statuses: number[] = [];
    for (let times = 0; times < 8; times += 1)
      statuses.push((await from(`203.0.113.200:${50_000 + times}`, 'garbage')).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('is identified by its address, not by its own X-Forwarded-For', async () => {
    const statuses: number[] = [];
    for (let times = 0; times < 7; times += 1)
      statuses.push((await from(`198.51.100.${times}, 192.0.2.77`, 'garbage')).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('is identified by its address, however a proxy writes it', async () => {
    const statuses: number[] = [];
    const spellings = ['192.0.2.88', ' 192.0.2.88 ', '192.0.2.88:1024', '10.0.0.1 , 192.0.2.88', '::ffff:192.0.2.88'];
    for (const spelling of [...spellings, ...spellings]) statuses.push((await from(spelling, 'garbage')).status);
    expect(statuses.slice(-1)).toEqual([429]);
    const network: number[] = [];
    for (const port of [1, 2, 3, 4, 5, 6, 7])
      network.push((await from(`[2001:DB8:9::${port}]:${port}`, 'garbage')).status);
    expect(network.at(-1)).toBe(429);
  });

  it('is identified by the subject of its token, from any address', async () => {
    const expired = jws(sessionClaims({ iat: now() - 100, exp: now() - 10, sub: 'auth0|often' }));
    const statuses: number[] = [];
    for (let times = 0; times < 6; times += 1) statuses.push((await from(`203.0.113.${times}`, expired)).status);
    expect(statuses.at(-1)).toBe(429);
    const other = jws(sessionClaims({ iat: now() - 100, exp: now() - 10, sub: 'auth0|seldom' }));
    expect((await from('203.0.113.99', other)).status).toBe(401);
  });
});

describe('every refusal of a client counts', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await ServiceProcess.start({ TRUST_PROXY: '0', REFUSALS_PER_MINUTE_ADDRESS: '3' });
  });
  afterAll(async () => service.stop());

  it.each([
    ['that does not parse', 'GET / HTTP/9.9\r\n\r\n'],
    ['with too large a head', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['with an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: x\r\n\r\n'],
  ])('%s', async (_what, text) => {
    const statuses: (string | undefined)[] = [];
    // A new minute may begin meanwhile.
    for (let times = 0; times < 8; times += 1) statuses.push(/^HTTP\/1\.1 (\d+)/.exec(await service.raw(text))?.[1]);
    expect(statuses.at(-1)).toBe('429');
  });
});

describe('without a setting for proxies', () => {
  it('no address is counted, because it may belong to a proxy', async () => {
    const service = await ServiceProcess.start();
    const statuses = new Set<number>();
    for (let times = 0; times < 80; times += 1)
      statuses.add((await service.request('/redirect?session_token=garbage&state=s')).status);
    expect([...statuses]).toEqual([401]);
    await service.stop();
  });
});

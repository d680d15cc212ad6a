import { readFileSync } from 'node:fs';
import { ServiceProcess } from '../harness/service-process.js';
import { jws, sessionClaims } from '../harness/tokens.js';

const REQUESTS = 40;
/** Maximum additional processor time of a request at ten times a bound, in milliseconds. */
const MORE_MS = 3;

/** Parts of a request at ten times the bound of docs/reference/limits.md, with the status of the answer. */
const TEN_TIMES: readonly [name: string, call: { query?: string; headers?: Record<string, string> }, status: number][] =
  [
    // The longest headers that fit into a request, because ten times their bound costs too little to measure. Only
    // refusals read Accept.
    ['Accept', { query: '&state=a&state=b', headers: { accept: 'text/html;q=0.1,'.repeat(1800) } }, 400],
    ['Accept-Language', { headers: { 'accept-language': 'de-AT;q=0.1,'.repeat(2400) } }, 200],
    ['Cookie with step sessions', { headers: { cookie: cookies(160) } }, 200],
    ['Cookie', { headers: { cookie: 'a=b; '.repeat(6000) } }, 200],
    ['traceparent', { headers: { traceparent: `00-${'a'.repeat(550)}` } }, 200],
    ['X-Request-Id', { headers: { 'x-request-id': 'a'.repeat(640) } }, 200],
    ['X-Forwarded-For', { headers: { 'x-forwarded-for': '192.0.2.1, '.repeat(1500) } }, 200],
    ['X-Forwarded-Prefix', { headers: { 'x-forwarded-prefix': `/${'a'.repeat(1000)}` } }, 200],
    ['ui_locales', { query: `&ui_locales=${'xx-XX+'.repeat(200)}` }, 200],
    ['other parameters', { query: '&a=b'.repeat(2000) }, 200],
    ['state', { query: `&state=${'s'.repeat(20_480)}` }, 400],
    ['a header of 320 KB', { headers: { 'x-other': 'x'.repeat(327_680) } }, 431],
  ];

function cookies(count: number): string {
  const name = (at: number): string => `__Host-auth-redirect.${String(at).padStart(16, 'x')}.0`;
  const sealed = `${Buffer.from('{"kid":"x"}').toString('base64url')}..a.b.c`;
  return Array.from({ length: count }, (_each, at) => `${name(at)}=${sealed}`).join('; ');
}

describe('the size of a request', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await ServiceProcess.start({ TRUST_PROXY: 'loopback', REFUSALS_PER_MINUTE_ADDRESS: '0' });
  });
  afterAll(async () => service.stop());

  const token = (): string => {
    const now = Math.floor(Date.now() / 1000);
    return jws(sessionClaims({ iat: now, exp: now + 300 }));
  };
  /** Returns the processor time of the service, in milliseconds. */
  const processorMs = (): number => {
    const [, fields = ''] = /\) (.*)/s.exec(readFileSync(`/proc/${service.child.pid}/stat`, 'utf8')) ?? [];
    const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) * 10;
  };
  const cost = async (
    query: string,
    headers: Record<string, string>,
  ): Promise<[milliseconds: number, status: number]> => {
    let status = 0;
    const before = processorMs();
    for (let times = 0; times < REQUESTS; times += 1) {
      const state = query.includes('&state=') ? '' : '&state=s';
      // The service caches its result for an Accept-Language.
      const languages = headers['accept-language'] && {
        'accept-language': `en-x-${times},${headers['accept-language']}`,
      };
      const call = { headers: { ...headers, ...languages } };
      ({ status } = await service.request(`/redirect?session_token=${token()}${state}${query}`, call));
    }
    return [(processorMs() - before) / REQUESTS, status];
  };

  it.each(TEN_TIMES)('has a bound: %s', async (_name, { query = '', headers = {} }, expected) => {
    let more = Infinity;
    // Other work on the machine slows down both, but rarely only one of the two in three attempts.
    for (let attempt = 0; attempt < 3 && more >= MORE_MS; attempt += 1) {
      const [plain] = await cost('', {});
      const [long, status] = await cost(query, headers);
      expect(status).toBe(expected);
      more = Math.min(more, long - plain);
    }
    expect(more).toBeLessThan(MORE_MS);
  });
});

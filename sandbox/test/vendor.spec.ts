import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { VendorAlgorithm } from '../src/vendor/vendor-settings.js';
import type { Answer } from './harness/browser.js';
import { RETURN_TO, VendorBench } from './harness/vendor-bench.js';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const HANDLE = `eyJ.${'h'.repeat(900)}.~&<"'>+ é`;
const GOOD = { handle: HANDLE, return_to: RETURN_TO };

let bench: VendorBench;

beforeAll(async () => {
  bench = await VendorBench.start();
});

afterAll(() => bench.stop());

const locationOf = ({ headers }: Answer): URL => new URL(headers.location ?? 'none:');

/** Returns the value of an attribute, decoded like in a browser. */
const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));

function hiddenFields(page: string): Record<string, string> {
  const fields = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, unescaped(value)]));
}

describe('a result of the vendor', () => {
  it.each<[VendorAlgorithm, string | undefined]>([
    ['RS256', undefined],
    ['ES256', undefined],
    ['HS256', SECRET],
  ])('is signed with %s', async (algorithm, secret) => {
    const vendor = await VendorBench.start({ algorithm, ...(secret ? { secret } : {}) });
    const token = locationOf(await vendor.decide('approve', GOOD)).searchParams.get('token') ?? '';
    const expected = { issuer: vendor.origin, audience: 'auth-redirect', algorithms: [algorithm] };
    const options = { ...expected, currentDate: new Date(vendor.clock.now()) };
    const verified = secret
      ? await jwtVerify(token, Buffer.from(secret), options)
      : await jwtVerify(token, createRemoteJWKSet(vendor.jwksUrl), options);
    expect(verified.payload).toEqual({
      ...{ iss: vendor.origin, aud: 'auth-redirect', iat: vendor.clock.seconds, exp: vendor.clock.seconds + 300 },
      ...{ jti: expect.stringMatching(/^[0-9a-f-]{36}$/), handle: HANDLE, status: 'approved', document: 'passport' },
    });
    expect(Object.keys(decodeProtectedHeader(token))).toEqual(secret ? ['alg', 'typ'] : ['alg', 'kid', 'typ']);
    await vendor.stop();
  });

  it('reports a declined check, with a new id each time', async () => {
    const answers = [await bench.decide('decline', GOOD), await bench.decide('decline', GOOD)];
    const results = answers.map((answer) => decodeJwt(locationOf(answer).searchParams.get('token') ?? ''));
    expect(results.map(({ status }) => status)).toEqual(['declined', 'declined']);
    expect(new Set(results.map(({ jti }) => jti)).size).toBe(2);
  });

  it('is for the client that was configured', async () => {
    const vendor = await VendorBench.start({ audience: 'client-7' });
    const token = locationOf(await vendor.decide('approve', GOOD)).searchParams.get('token') ?? '';
    expect(decodeJwt(token).aud).toBe('client-7');
    await vendor.stop();
  });
});

describe('the way back', () => {
  it.each(['approve', 'decline'])('keeps the query of the service: %s', async (decision) => {
    const answer = await bench.decide(decision, GOOD);
    const { origin, pathname, searchParams } = locationOf(answer);
    expect(answer.status).toBe(303);
    expect(origin + pathname).toBe('http://steps.localhost:3000/redirect/external/back');
    expect([...searchParams.keys()]).toEqual(['login', 'x', 'token']);
    expect(searchParams.get('login')).toBe('a b');
  });

  it('is offered to users who cancel', async () => {
    const answer = await bench.decide('leave', GOOD);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`${RETURN_TO.replace('%20', '+')}&error=access_denied`);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  it('is the address that the page posts to', async () => {
    const page = await bench.arrive(GOOD);
    expect(page.status).toBe(200);
    expect(hiddenFields(page.body)).toEqual(GOOD);
    expect(page.body).not.toContain('<script');
  });

  it('leads only to the configured origins', async () => {
    const vendor = await VendorBench.start({ returnOrigins: ['https://steps.example.com'] });
    const to = (address: string) => vendor.arrive({ handle: 'h', return_to: address });
    expect((await to('https://steps.example.com/back')).status).toBe(200);
    expect((await to('http://steps.example.com/back')).status).toBe(400);
    expect((await to('https://steps.example.com:444/back')).status).toBe(400);
    expect((await to(RETURN_TO)).status).toBe(400);
    await vendor.stop();
  });

  it.each(['http://localhost:1/', 'https://a.b.localhost/', 'http://127.0.0.1:1/', 'http://[::1]/'])(
    'leads to %s if none was named',
    async (address) => {
      expect((await bench.arrive({ handle: 'h', return_to: address })).status).toBe(200);
    },
  );
});

describe('the vendor rejects', () => {
  const back = encodeURIComponent(RETURN_TO);

  it.each([
    ['nothing', '', 'handle is missing.'],
    ['no handle', `return_to=${back}`, 'handle is missing.'],
    ['an empty handle', `handle=&return_to=${back}`, 'handle is missing.'],
    ['two handles', `handle=a&handle=b&return_to=${back}`, 'handle occurs more than once.'],
    ['a handle without end', `handle=${'h'.repeat(1001)}&return_to=${back}`, 'handle is longer than 1000 characters.'],
    ['no return_to', 'handle=a', 'return_to is missing.'],
    ['two of them', `handle=a&return_to=${back}&return_to=${back}`, 'return_to occurs more than once.'],
    ['a path', 'handle=a&return_to=/back', 'return_to is not an absolute http or https address.'],
    ['a host alone', 'handle=a&return_to=//steps.localhost/', 'return_to is not an absolute http or https address.'],
    ['no slashes', 'handle=a&return_to=http:steps.localhost', 'return_to is not an absolute http or https address.'],
    [
      'a script',
      'handle=a&return_to=javascript:alert(1)//localhost',
      'return_to is not an absolute http or https address.',
    ],
    [
      'a stranger',
      'handle=a&return_to=https://evil.example/',
      'This vendor does not redirect to https://evil.example.',
    ],
    ['a lookalike', 'handle=a&return_to=http://xlocalhost/', 'This vendor does not redirect to http://xlocalhost.'],
    [
      'a user name in front of another host',
      'handle=a&return_to=http://steps.localhost@evil.example/',
      'This vendor does not redirect to http://evil.example.',
    ],
  ])('%s', async (_what, query, problem) => {
    const arrived = await bench.arrive(query);
    expect([arrived.status, arrived.headers.location]).toEqual([400, undefined]);
    expect(arrived.body).toContain(problem);
  });

  it.each([{ return_to: 'https://evil.example/' }, { handle: '' }])(
    'a decision about an invalid hand-off: %j',
    async (changes) => {
      const answer = await bench.decide('approve', { ...GOOD, ...changes });
      expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
    },
  );

  it.each([{ decision: 'perhaps' }, {}])('a form with %j', async (changes) => {
    const form = { ...GOOD, ...changes };
    const answer = await bench.browser.fetch(`${bench.origin}/`, { method: 'POST', form });
    expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
  });

  it('an unreadable form, without an echo of its content', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=x' };
    const answer = await bench.browser.fetch(`${bench.origin}/`, { method: 'POST', form: GOOD, headers });
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('node_modules');
  });

  it('a request to another host name', async () => {
    const headers = { host: 'evil.example' };
    expect((await bench.browser.fetch(bench.origin, { headers })).status).toBe(421);
  });
});

describe('the keys of the vendor', () => {
  it('are public ones', async () => {
    const { keys } = JSON.parse((await bench.browser.fetch(bench.jwksUrl.href)).body);
    expect(keys).toEqual([
      { kty: 'RSA', e: 'AQAB', n: expect.any(String), kid: expect.any(String), use: 'sig', alg: 'RS256' },
    ]);
  });

  it('are absent if a secret signs', async () => {
    const vendor = await VendorBench.start({ algorithm: 'HS256', secret: SECRET });
    expect(JSON.parse((await vendor.browser.fetch(vendor.jwksUrl.href)).body)).toEqual({ keys: [] });
    await vendor.stop();
  });
});

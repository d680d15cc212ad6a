import { REFUSALS, type RefusalCode } from '../../src/auth-redirect/errors.js';
import { AuthRedirectOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { ADAPTERS, HostApplication, type Reply } from '../harness/application.js';
import { continueFormOf } from '../harness/page.js';
import {
  decode,
  ISSUER,
  jws,
  NOW,
  PREVIOUS_SECRET,
  SECRET,
  sessionClaims,
  STATE,
  tokenWith,
} from '../harness/tokens.js';

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

function expectSecurePage({ headers, body }: Reply): void {
  expect(headers).toMatchObject({ ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8' });
  const nonce = /script-src 'nonce-([\w-]{22})'/.exec(String(headers['content-security-policy']))?.[1];
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
  );
  expect(body.match(/<(?:script|style)(?! nonce=")/g)).toBeNull();
  expect([...body.matchAll(/ nonce="([^"]*)"/g)].every(([, value]) => value === nonce)).toBe(true);
  for (const name of ['cross-origin-opener-policy', 'x-powered-by', 'etag', 'set-cookie', 'location']) {
    expect(headers).not.toHaveProperty(name);
  }
}

describe.each(ADAPTERS)('the redirect endpoint on %s', (adapter) => {
  let host: HostApplication;

  beforeAll(async () => {
    host = await HostApplication.start(adapter, {
      signInUrl: 'https://app.example.com/login?a=1&b="2"',
      previousSecret: PREVIOUS_SECRET,
    });
  });
  beforeEach(() => {
    host.completed.length = 0;
    host.refused.length = 0;
  });
  afterAll(async () => host.stop());

  it('answers with the page that posts state and continue token to the tenant', async () => {
    const reply = await host.redirect(jws(), STATE);
    expect(reply.status).toBe(200);
    expectSecurePage(reply);
    expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.body)));
    const form = continueFormOf(reply.body);
    expect(form).toMatchObject({ action: `https://${ISSUER}/continue?state=${STATE}`, state: STATE });
    expect(decode(form.sessionToken).claims).toEqual({
      iss: ISSUER,
      sub: sessionClaims().sub,
      iat: NOW,
      exp: NOW + 900,
      state: STATE,
    });
    expect(reply.body).toContain('<form id="continue" method="post"');
    expect(reply.body).toContain('<button type="submit">Continue</button>');
  });

  it.each(['"><script>alert(1)</script>', "' onload=x", '&amp;&#x3D;', 'a b+c/d?e=f&g', 'é🙂漢', '{{7*7}}', '%2B'])(
    'keeps the state %j the same in address, form and claim',
    async (state) => {
      const form = continueFormOf((await host.redirect(jws(), state)).body);
      expect(form.state).toBe(state);
      expect(new URL(form.action).searchParams.get('state')).toBe(state);
      expect(decode(form.sessionToken).claims.state).toBe(state);
    },
  );

  it('has a new nonce on every page', async () => {
    const policies = await Promise.all([1, 2, 3].map(async () => (await host.redirect(jws(), STATE)).headers));
    expect(new Set(policies.map((headers) => headers['content-security-policy'])).size).toBe(3);
  });

  it('does not count HEAD as a completed login', async () => {
    const before = host.completed.length;
    await host.redirect(jws(), STATE, { method: 'HEAD' });
    expect(host.completed).toHaveLength(before);
    await host.redirect(jws(), STATE);
    expect(host.completed).toHaveLength(before + 1);
  });

  it('leaves Strict-Transport-Security to the host if configured', async () => {
    const without = await HostApplication.start(adapter, { strictTransportSecurity: false });
    for (const reply of [await without.redirect(jws(), STATE), await without.request('/redirect')]) {
      expect(reply.headers).not.toHaveProperty('strict-transport-security');
      expect(reply.headers).toMatchObject({ 'x-frame-options': 'DENY' });
    }
    await without.stop();
  });

  it('answers HEAD like GET, without the page', async () => {
    const reply = await host.redirect(jws(), STATE, { method: 'HEAD' });
    expect(reply).toMatchObject({ status: 200, body: '' });
    expect(reply.headers).toMatchObject(SECURITY_HEADERS);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s with Allow', async (method) => {
    const reply = await host.redirect(jws(), STATE, { method, headers: { 'content-length': '0' } });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe('GET, HEAD');
    expectSecurePage(reply);
    expect(reply.body).not.toContain('session_token');
  });

  it('never reads the continue URL from the token', async () => {
    const elsewhere = { continue_uri: 'https://attacker.example/continue', redirect_uri: 'https://attacker.example' };
    const reply = await host.redirect(tokenWith(elsewhere), STATE);
    expect(continueFormOf(reply.body).action).toMatch(/^https:\/\/example\.eu\.auth0\.com\/continue\?/);
    expect(reply.body).not.toContain('attacker');
  });

  describe('a refusal', () => {
    const foreign = jws(sessionClaims(), undefined, 'z'.repeat(40));
    const refusals: [RefusalCode, string][] = [
      ['parameter_missing', '/redirect'],
      ['parameter_repeated', `/redirect?state=a&state=b&session_token=${jws()}`],
      ['parameter_nested', `/redirect?state[]=a&session_token=${jws()}`],
      ['parameter_encoding', `/redirect?state=%zz&session_token=${jws()}`],
      ['parameter_characters', `/redirect?state=a%00b&session_token=${jws()}`],
      ['parameter_too_long', `/redirect?state=${'s'.repeat(2049)}&session_token=${jws()}`],
      ['token_not_compact', '/redirect?state=s&session_token=zebra'],
      ['signature_invalid', `/redirect?state=s&session_token=${foreign}`],
      ['issuer_unknown', `/redirect?state=s&session_token=${tokenWith({ iss: 'zebra.example' })}`],
      ['token_expired', `/redirect?state=s&session_token=${tokenWith({ exp: NOW })}`],
      ['sub_invalid', `/redirect?state=s&session_token=${tokenWith({ sub: ' zebra' })}`],
      ['steps_not_available', `/redirect?state=s&session_token=${tokenWith({ steps: ['zebra'] })}`],
    ];

    it.each(refusals)('%s is a page with the right status that a person understands', async (code, target) => {
      const reply = await host.request(target);
      expect(reply.status).toBe(REFUSALS[code].status);
      expectSecurePage(reply);
      expect(reply.body).toMatch(/<h1>[A-Z][^<]{10,}<\/h1>/);
      expect(reply.body).toContain('href="https://app.example.com/login?a&#x3D;1&amp;b&#x3D;&quot;2&quot;"');
      expect(reply.body).not.toMatch(/zebra|eyJ|Error|stack|\bat .*:\d+:\d+/);
      expect(host.refused).toHaveLength(1);
      expect(host.refused[0]).toMatchObject({ code, status: reply.status });
      expect(host.refused[0]).not.toHaveProperty('fault');
      expect(reply.body).toContain(`<code dir="ltr">${host.refused[0]?.reference}</code>`);
    });

    it.each(refusals)('%s is a problem document for clients that request JSON', async (code, target) => {
      const reply = await host.request(target, { headers: { accept: 'application/json' } });
      expect(reply.status).toBe(REFUSALS[code].status);
      expect(reply.headers).toMatchObject({
        ...SECURITY_HEADERS,
        'content-type': 'application/problem+json',
        vary: 'Accept, Accept-Language',
      });
      expect(JSON.parse(reply.body)).toEqual({
        type: 'about:blank',
        title: expect.any(String),
        status: REFUSALS[code].status,
        detail: expect.any(String),
        code,
        reference: host.refused[0]?.reference,
      });
      expect(reply.body).not.toMatch(/zebra|eyJ/);
    });

    it.each([
      ['application/problem+json', 'application/problem+json'],
      ['application/json, text/html;q=0.5', 'application/problem+json'],
      ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
      ['*/*', 'text/html; charset=utf-8'],
      ['image/png', 'text/html; charset=utf-8'],
      ['', 'text/html; charset=utf-8'],
    ])('for Accept: %s is %s', async (accept, contentType) => {
      expect((await host.request('/redirect', { headers: { accept } })).headers['content-type']).toBe(contentType);
    });

    it.each<[string, string]>([
      ['expired', `/redirect?state=s&session_token=${tokenWith({ exp: NOW })}`],
      ['malformed_link', '/redirect'],
      ['not_valid', '/redirect?state=s&session_token=a.b.c'],
    ])('has a page of its own for the cause %s', async (cause, target) => {
      const { body } = await host.request(target);
      const titles = { expired: 'took too long', malformed_link: 'does not work', not_valid: 'cannot continue' };
      expect(body).toContain(titles[cause as keyof typeof titles]);
    });
  });

  describe('a token with a nonce or jti', () => {
    it.each([{ nonce: 'n-1' }, { jti: 'j-1' }])(
      '%j works for one state, however often the page is refreshed',
      async (mark) => {
        const token = tokenWith(mark);
        expect((await host.redirect(token, 'state-1')).status).toBe(200);
        expect((await host.redirect(token, 'state-1')).status).toBe(200);
        const second = await host.redirect(token, 'state-2');
        expect(second.status).toBe(409);
        expectSecurePage(second);
        expect(second.body).toContain('already used');
        expect(second.body).not.toContain('session_token');
        expect(host.refused).toEqual([expect.objectContaining({ code: 'session_token_already_used', tenant: ISSUER })]);
        expect((await host.redirect(token, 'state-1')).status).toBe(200);
      },
    );

    it.each([{ nonce: 'n-2' }, { jti: 'j-2' }, {}])('cannot be replaced by its continue token: %j', async (claims) => {
      const { sessionToken } = continueFormOf((await host.redirect(tokenWith(claims), 'state-1')).body);
      expect((await host.redirect(sessionToken, 'state-2')).status).toBe(409);
      expect((await host.redirect(sessionToken, 'state-1')).status).toBe(200);
    });

    it('may have a claim named state', async () => {
      const token = tokenWith({ nonce: 'n-3', ip: '203.0.113.7', state: 'CA' });
      expect((await host.redirect(token, 'state-1')).status).toBe(200);
      expect((await host.redirect(token, 'state-2')).status).toBe(409);
    });

    it('is not bound without either: two tabs in the same second get the same token', async () => {
      const token = tokenWith({ sub: 'auth0|two-tabs' });
      expect((await host.redirect(token, 'state-1')).status).toBe(200);
      expect((await host.redirect(token, 'state-2')).status).toBe(200);
    });
  });

  it.each([[undefined], [[]]])('continues if the Action requests no step: steps %j', async (steps) => {
    expect((await host.redirect(tokenWith({ steps }), STATE)).status).toBe(200);
  });

  it('reports the outcome to its host, without the token', async () => {
    await host.redirect(jws(sessionClaims(), undefined, PREVIOUS_SECRET), STATE);
    expect(host.completed).toEqual([
      {
        reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/),
        tenant: ISSUER,
        outcome: 'completed',
        status: 200,
        durationMs: expect.any(Number),
      },
    ]);
  });
});

describe.each(ADAPTERS)('an internal error on %s', (adapter) => {
  afterEach(() => jest.restoreAllMocks());

  it('is a page without its reason, and in production the report has the place and no message', async () => {
    jest.replaceProperty(process.env, 'NODE_ENV', 'production');
    const host = await HostApplication.start(adapter);
    const secretText = 'text-that-came-with-the-request';
    // A failing clock represents any internal error.
    host.clock.now = () => {
      throw Object.assign(new TypeError(secretText), { code: 'ECLOCK' });
    };
    const reply = await host.redirect(jws(), STATE);
    await host.stop();
    expect(reply.status).toBe(500);
    expectSecurePage(reply);
    expect(reply.body).toContain('went wrong on our side');
    expect(reply.body).toContain('Return to the app or website');
    expect(reply.body).not.toContain('href');
    expect(reply.body).not.toContain(secretText);
    expect(host.refused).toHaveLength(1);
    expect(host.refused[0]).toMatchObject({
      code: 'internal_error',
      cause: 'unavailable',
      fault: { name: 'TypeError', code: 'ECLOCK' },
    });
    expect(host.refused[0]?.fault?.frames[0]).toMatch(/redirect\.spec\.ts:\d+:\d+/);
    expect(JSON.stringify(host.refused)).not.toContain(secretText);
  });

  it.each<[string, () => Promise<void>]>([
    ['throws', (): never => raise()],
    ['rejects', async () => raise()],
  ])('in a hook of the host that %s costs nobody a login', async (_name, broken) => {
    const host = await HostApplication.start(adapter, { onCompleted: broken, onRefused: broken });
    expect((await host.redirect(jws(), STATE)).status).toBe(200);
    expect((await host.request('/redirect')).status).toBe(400);
    await host.stop();
  });
});

function raise(): never {
  throw new Error('the audit is down');
}

describe('the continue page', () => {
  it('posts to the configured address', async () => {
    const host = await HostApplication.start('express', { continueUrl: 'http://tenant.localhost:9500/continue' });
    const { body } = await host.redirect(jws(sessionClaims(), undefined, SECRET), STATE);
    await host.stop();
    expect(continueFormOf(body).action).toBe(`http://tenant.localhost:9500/continue?state=${STATE}`);
  });

  it('is the same if every other option is null, like an empty value of a JSON file', async () => {
    const unset = Object.keys(new AuthRedirectOptions()).filter((name) => !['issuer', 'secret'].includes(name));
    expect(unset).toContain('continueUrl');
    const host = await HostApplication.start('express', Object.fromEntries(unset.map((name) => [name, null])));
    const { status, body } = await host.redirect(jws(sessionClaims(), undefined, SECRET), STATE);
    await host.stop();
    expect(status).toBe(200);
    expect(continueFormOf(body).action).toBe(`https://${ISSUER}/continue?state=${STATE}`);
  });
});

import { JwtService } from '@nestjs/jwt';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Clock } from 'nestjs-auth-redirect';
import { FrozenClock } from 'nestjs-auth-redirect/testing';
import { setUp } from './app.setup.js';
import { UsersService } from './users/users.service.js';

const ENVIRONMENT = {
  API_KEY: 'the-key-of-the-tests',
  AUTH0_ISSUER: 'example.eu.auth0.com',
  AUTH0_SESSION_SECRET: 'a-session-secret-of-the-tests-4Kq9zW2m',
};
const NOON = Date.parse('2026-11-23T12:00:00Z');

/** Returns a session token like that of `api.redirect.encodeToken`, issued at noon. */
function sessionToken(claims: object = {}): string {
  const iat = NOON / 1000;
  const payload = {
    iss: ENVIRONMENT.AUTH0_ISSUER,
    sub: 'auth0|ada',
    ip: '203.0.113.7',
    iat,
    exp: iat + 900,
    ...claims,
  };
  return new JwtService().sign(payload, { secret: ENVIRONMENT.AUTH0_SESSION_SECRET, algorithm: 'HS256' });
}

describe('a login through the monolith on Fastify', () => {
  const environment = process.env;
  const clock = new FrozenClock(NOON);
  let app: NestFastifyApplication;
  let origin: string;

  beforeAll(async () => {
    process.env = { ...environment, ...ENVIRONMENT };
    // forRoot reads the environment when the file is loaded.
    const { AppModule } = await import('./app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await setUp(app);
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });

  beforeEach(() => (clock.milliseconds = NOON));

  afterAll(async () => {
    await app.close();
    process.env = environment;
  });

  /** Sends the redirect like Auth0. */
  async function redirect(token: string, state: string, path = '/redirect', headers = {}): Promise<Response> {
    const query = new URLSearchParams({ session_token: token, state });
    return fetch(`${origin}${path}?${query.toString()}`, { redirect: 'manual', headers });
  }

  /** Posts a form like a browser. */
  async function post(path: string, fields: Record<string, string>, cookie = ''): Promise<Response> {
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    return fetch(`${origin}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  }

  function claimsIn(page: string): unknown {
    const [, token = ''] = /name="session_token" value="([^"]+)"/.exec(page) ?? [];
    const secret = ENVIRONMENT.AUTH0_SESSION_SECRET;
    return new JwtService().verify(token, { secret, algorithms: ['HS256'], ignoreExpiration: true });
  }

  it('requests a phone number, stores it, and reports to the Action that it is known', async () => {
    const arrival = await redirect(sessionToken(), 'state-1');
    expect(arrival.status).toBe(303);
    const step = arrival.headers.get('location') ?? '';
    const cookie = arrival.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');

    const wrong = await post(step, { phone: '12' }, cookie);
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain('Please give a mobile number');

    const last = await post(step, { phone: '+491701234567' }, cookie);
    expect(last.status).toBe(200);
    expect(claimsIn(await last.text())).toMatchObject({
      sub: 'auth0|ada',
      state: 'state-1',
      outcome: 'completed',
      steps: { phone: { hasPhone: true } },
    });
    expect(app.get(UsersService).find('auth0|ada')).toEqual({ id: 'auth0|ada', phone: '+491701234567' });
  });

  it('rejects an expired token', async () => {
    const token = sessionToken();
    clock.milliseconds = NOON + 900_000;
    const refused = await redirect(token, 'state-2');
    expect(refused.status).toBe(401);
    const again = await redirect(token, 'state-2', '/redirect', { accept: 'application/json' });
    expect(await again.json()).toMatchObject({ code: 'token_expired', reference: expect.any(String) });
  });

  it('shows a custom page, and continues at the tenant', async () => {
    const token = sessionToken({ sub: 'auth0|grace', nonce: 'a-nonce' });
    const page = await redirect(token, 'a "state" & more', '/login/check');
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('This is your first login.');
    expect(html).toContain('name="state" value="a &quot;state&quot; &amp; more"');

    const last = await post('/login/check', { session_token: token, state: 'a "state" & more' });
    const continuePage = await last.text();
    expect(continuePage).toContain(
      'action="https://example.eu.auth0.com/continue?state&#x3D;a%20%22state%22%20%26%20more"',
    );
    expect(claimsIn(continuePage)).toMatchObject({ sub: 'auth0|grace', state: 'a "state" & more', nonce: 'a-nonce' });
    const next = await redirect(sessionToken({ sub: 'auth0|grace' }), 'state-3', '/login/check');
    expect(await next.text()).toContain('Your last login was at ');
  });

  it('rejects invalid requests of the custom page with the refusal page', async () => {
    const token = sessionToken({ nonce: 'another-nonce' });
    await redirect(token, 'state-4', '/login/check');
    expect((await redirect(token, 'state-5', '/login/check')).status).toBe(409);
    expect((await redirect(`${token}x`, 'state-4', '/login/check')).status).toBe(401);
    expect((await fetch(`${origin}/login/check?state=state-4`)).status).toBe(400);
  });

  it('protects its other routes with its guard', async () => {
    const url = `${origin}/v1/users/auth0%7Cada`;
    expect((await fetch(url)).status).toBe(403);
    const answer = await fetch(url, { headers: { 'x-api-key': ENVIRONMENT.API_KEY } });
    expect(await answer.json()).toEqual({ id: 'auth0|ada', phone: '+491701234567' });
  });
});

import { JwtService } from '@nestjs/jwt';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from './app.module.js';
import { setUp } from './app.setup.js';
import { AuditService } from './audit/audit.service.js';

const ENVIRONMENT = {
  ACCESS_TOKEN_SECRET: 'an-access-token-secret-of-the-tests-x7',
  AUTH0_ISSUER: 'example.eu.auth0.com',
  AUTH0_SESSION_SECRET: 'a-session-secret-of-the-tests-4Kq9zW2m',
  STAFF_AUTH0_ISSUER: 'staff.eu.auth0.com',
  STAFF_AUTH0_SESSION_SECRET: 'another-session-secret-of-the-tests-8Rt',
};

/** Returns a session token like that of `api.redirect.encodeToken`. */
function sessionToken(claims: object = {}, secret = ENVIRONMENT.AUTH0_SESSION_SECRET): string {
  const payload = { iss: ENVIRONMENT.AUTH0_ISSUER, sub: 'auth0|ada', ip: '203.0.113.7', ...claims };
  return new JwtService().sign(payload, { secret, algorithm: 'HS256', expiresIn: 900 });
}

describe('a login through the monolith on Express', () => {
  const environment = process.env;
  let app: NestExpressApplication;
  let origin: string;

  beforeAll(async () => {
    process.env = { ...environment, ...ENVIRONMENT };
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication<NestExpressApplication>({ logger: false });
    setUp(app);
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
    process.env = environment;
  });

  /** Sends the redirect like Auth0. */
  async function redirect(token: string, state: string, path = '/api/auth/redirect'): Promise<Response> {
    const query = new URLSearchParams({ session_token: token, state });
    return fetch(`${origin}${path}?${query.toString()}`, { redirect: 'manual' });
  }

  /** Posts a step's form like a browser. */
  async function post(path: string, fields: Record<string, string>, cookie: string): Promise<Response> {
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
    return new JwtService().verify(token, { secret: ENVIRONMENT.AUTH0_SESSION_SECRET, algorithms: ['HS256'] });
  }

  /** Opens the first step. */
  async function arrive(token: string, state: string): Promise<{ step: string; cookie: string }> {
    const response = await redirect(token, state);
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    return { step: response.headers.get('location') ?? '', cookie };
  }

  it('requests a name, stores it, and continues at the tenant', async () => {
    const { step, cookie } = await arrive(sessionToken(), 'state-1');
    expect(step).toMatch(/^\/api\/auth\/redirect\/steps\/display-name\?login=/);
    const page = await fetch(origin + step, { headers: { cookie } });
    expect(await page.text()).toContain('What shall we call you?');

    const last = await post(step, { displayName: 'Ada' }, cookie);
    expect(last.status).toBe(200);
    const html = await last.text();
    expect(html).toContain('action="https://example.eu.auth0.com/continue?state&#x3D;state-1"');
    expect(claimsIn(html)).toMatchObject({
      sub: 'auth0|ada',
      state: 'state-1',
      outcome: 'completed',
      steps: { 'display-name': { displayName: 'Ada' } },
    });
  });

  it('continues at once if the user has a name', async () => {
    const response = await redirect(sessionToken(), 'state-2');
    expect(response.status).toBe(200);
    expect(claimsIn(await response.text())).toMatchObject({ sub: 'auth0|ada', state: 'state-2' });
  });

  it('requests another name if the name is in use', async () => {
    const { step, cookie } = await arrive(sessionToken({ sub: 'auth0|grace' }), 'state-3');
    const again = await post(step, { displayName: 'Ada' }, cookie);
    expect(again.status).toBe(422);
    expect(await again.text()).toContain('Somebody else has this name.');
  });

  it('accepts the other tenant only at the other path', async () => {
    const token = sessionToken({ iss: ENVIRONMENT.STAFF_AUTH0_ISSUER }, ENVIRONMENT.STAFF_AUTH0_SESSION_SECRET);
    const response = await redirect(token, 'state-4', '/api/staff/redirect');
    expect(await response.text()).toContain('action="https://staff.eu.auth0.com/continue?state&#x3D;state-4"');
    expect((await redirect(token, 'state-5')).status).toBe(401);
  });

  it('stores the result of every login', async () => {
    const { step, cookie } = await arrive(sessionToken({ sub: 'auth0|joan' }), 'state-6');
    await post(step, { _cancel: 'yes' }, cookie);
    const refused = await redirect(sessionToken({}, 'a-secret-that-the-tests-do-not-share-0Z'), 'state-7');
    expect(refused.status).toBe(401);

    const { records } = app.get(AuditService);
    const [first, ...others] = records;
    const last = records.at(-1);
    expect(first).toMatchObject({ what: 'login, display-name', user: 'auth0|ada' });
    expect(others).toContainEqual(expect.objectContaining({ what: 'denied: cancelled', user: 'auth0|joan' }));
    expect(last).toEqual({ what: 'refused: signature_invalid', reference: expect.any(String) });
    expect(await refused.text()).toContain(last?.reference);
  });

  it('protects its other routes with its guard, and serves the stored name', async () => {
    expect((await fetch(`${origin}/api/v1/users/me`)).status).toBe(401);
    const secret = ENVIRONMENT.ACCESS_TOKEN_SECRET;
    const accessToken = new JwtService().sign({ sub: 'auth0|ada' }, { secret });
    const mine = await fetch(`${origin}/api/v1/users/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(await mine.json()).toEqual({ displayName: 'Ada' });
    expect(mine.headers.get('content-security-policy')).toContain("form-action 'self'");
  });
});

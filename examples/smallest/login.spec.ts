import type { INestApplication } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Test } from '@nestjs/testing';

const secret = 'a-session-secret-of-the-tests-4Kq9zW2m';

describe('the smallest application', () => {
  const environment = process.env;
  let app: INestApplication;

  beforeAll(async () => {
    process.env = { ...environment, AUTH0_ISSUER: 'example.eu.auth0.com', AUTH0_SESSION_SECRET: secret };
    const { AppModule } = await import('./app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    await app.close();
    process.env = environment;
  });

  it('answers the redirect', async () => {
    const payload = { iss: 'example.eu.auth0.com', sub: 'auth0|ada' };
    const token = new JwtService().sign(payload, { secret, algorithm: 'HS256', expiresIn: 900 });
    const query = new URLSearchParams({ session_token: token, state: 'state-1' });
    const response = await fetch(`${await app.getUrl()}/redirect?${query.toString()}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('action="https://example.eu.auth0.com/continue?state&#x3D;state-1"');
  });
});

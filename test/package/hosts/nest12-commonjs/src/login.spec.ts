import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppModule } from './app.module';
import { Login } from './login';

describe('a login through a Nest 12 application of CommonJS', () => {
  let app: INestApplication;
  let origin: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });

  afterAll(() => app.close());

  it('continues at once if it has no steps', async () => {
    const login = await Login.start(origin, { steps: [] });
    expect(login.continueClaims()).toMatchObject({ sub: 'auth0|visitor' });
  });

  it('goes through the profile', async () => {
    const login = await Login.start(origin);
    await login.post({ given_name: 'Ada' });
    expect(login.continueClaims()).toMatchObject({
      outcome: 'completed',
      steps: { profile: { given_name: 'Ada' } },
    });
  });
});

import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { completed } from 'nestjs-auth-redirect';
import { FrozenClock, StepTester } from 'nestjs-auth-redirect/testing';
import { AppModule } from './app.module';
import { Login } from './login';
import { NicknameStep } from './nickname.step';
import { NicknamesService } from './nicknames.service';

describe('a login through a Nest 11 application', () => {
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

  it('goes through the terms and a custom step, which uses a service of the host', async () => {
    const login = await Login.start(origin);
    await login.post({ accepted: 'yes' });
    expect(login.body).toContain('<label for="nickname">Nickname</label>');
    await login.post({ nickname: 'admin' });
    expect(login.body).toContain('This nickname is taken.');
    await login.post({ nickname: 'nest' });
    expect(login.continueClaims()).toMatchObject({
      outcome: 'completed',
      steps: { terms: { version: '2026-11' }, nickname: { nickname: 'nest' } },
    });
  });

  it('is refused for a tenant that is not configured', async () => {
    const login = await Login.start(origin, { iss: 'other.eu.auth0.com' });
    expect(login.status).toBe(401);
  });

  it('has its step tested without HTTP', async () => {
    const tester = new StepTester(new NicknameStep(new FrozenClock(1_795_435_200_000), new NicknamesService()));
    expect(await tester.submit({ nickname: 'nest' })).toEqual(
      completed({ nickname: 'nest', chosenAt: 1_795_435_200_000 }),
    );
  });
});

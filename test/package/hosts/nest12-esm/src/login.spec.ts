import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock } from 'nestjs-auth-redirect';
import { FrozenClock } from 'nestjs-auth-redirect/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.js';
import { Login } from './login.js';

describe('a login through a Nest 12 application of ES modules', () => {
  const clock = new FrozenClock(Date.now());
  let app: INestApplication;
  let origin: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });

  afterAll(() => app.close());

  it('continues at once if it has no steps', async () => {
    const login = await Login.start(origin, { steps: [] });
    expect(login.continueClaims()).toMatchObject({ sub: 'auth0|visitor' });
  });

  it('goes through the terms and a custom step', async () => {
    const login = await Login.start(origin);
    await login.post({ accepted: 'yes' });
    await login.post({ color: 'green' });
    expect(login.body).toContain('Please choose red or blue.');
    await login.post({ color: 'blue' });
    expect(login.continueClaims()).toMatchObject({
      outcome: 'completed',
      steps: { terms: { version: '2026-11' }, color: { color: 'blue', chosenAt: clock.now() } },
    });
  });
});

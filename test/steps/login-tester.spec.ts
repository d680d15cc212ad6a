import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthRedirectModule, completed, handOff, Step, type StepContext, type StepView } from 'nestjs-auth-redirect';
import { LoginTester } from 'nestjs-auth-redirect/testing';
import { BirthdayStep } from '../../examples/custom-step/birthday.step.js';
import { ADAPTERS } from '../harness/application.js';
import { ISSUER, SECRET } from '../harness/tokens.js';

class VendorStep extends Step<object, string> {
  readonly id = 'vendor';
  readonly form = class {};

  view(): StepView {
    return { template: 'external', title: 'Vendor', model: { text: 'Go there.' } };
  }

  submit(context: StepContext) {
    return handOff(`https://vendor.example/?back=${encodeURIComponent(context.returnUrl())}`);
  }

  override returned(_context: StepContext, { result }: Readonly<Record<string, unknown>>) {
    return completed(String(result));
  }
}

describe.each(ADAPTERS)('LoginTester on %s', (adapter) => {
  let app: INestApplication;
  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [
        AuthRedirectModule.forRoot({
          issuer: ISSUER,
          secret: SECRET,
          viewsDirectory: 'examples/custom-step/views',
          publicUrl: 'https://login.example.com/auth/redirect',
          path: 'auth/redirect',
          steps: [BirthdayStep, VendorStep],
        }),
      ],
    }).compile();
    app = module.createNestApplication(adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(), {
      logger: false,
    });
  });
  afterEach(async () => app.close());
  const tester = (): LoginTester => new LoginTester(app, '/auth/redirect');

  it('logs in through the pages of all steps, a hand-off included', async () => {
    const login = tester();
    expect((await login.begin()).body).toContain('<legend><bdi>Birthday</bdi></legend>');
    expect(await login.submit({ 'birthday-day': 'x' })).toMatchObject({
      status: 422,
      body: expect.stringContaining('like 12/31/1990'),
    });
    expect(await login.submit({ 'birthday-day': '31', 'birthday-month': '12', 'birthday-year': '1990' })).toMatchObject(
      {
        status: 200,
        body: expect.stringContaining('Go there'),
      },
    );
    const { location = '' } = await login.submit({});
    expect(new URL(location).host).toBe('vendor.example');
    const { claims } = await login.returned({ result: 'verified' });
    expect(claims).toMatchObject({ iss: ISSUER, sub: 'auth0|tester', outcome: 'completed' });
    expect(claims?.steps).toEqual({ birthday: { adult: true }, vendor: 'verified' });
  });

  it('adds claims to the session token', async () => {
    expect((await tester().begin({ steps: [], sub: 'auth0|ada' })).claims).toMatchObject({ sub: 'auth0|ada' });
  });

  it('cancels', async () => {
    const login = tester();
    await login.begin();
    expect((await login.submit({ _cancel: 'yes' })).claims).toMatchObject({ outcome: 'denied', error: 'cancelled' });
  });
});

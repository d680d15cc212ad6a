import { Controller, Get, Injectable, Module, Req, Res, type DynamicModule, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AuthRedirectError,
  AuthRedirectModule,
  AuthRedirectOptionsError,
  Clock,
  completed,
  ContinueTokenService,
  PagesService,
  RedirectService,
  RequestsService,
  send,
  StateBindingService,
  Step,
  type AuthRedirectOptions,
  type AuthRedirectOptionsFactory,
  type CompletedEvent,
  type DeniedEvent,
  type EndedLogin,
  type HttpRequest,
  type HttpResponse,
  type StepResult,
  type StepView,
} from '../../src/index.js';
import { ADAPTERS } from '../harness/application.js';
import { BusyHost, ColorStep } from '../harness/busy-host.js';
import { continueFormOf } from '../harness/page.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { ISSUER, jws, PREVIOUS_SECRET, SECRET, sessionClaims, tokenWith } from '../harness/tokens.js';

const OPTIONS = { issuer: ISSUER, secret: SECRET };
const SHOP = { issuer: 'shop.eu.auth0.com', secret: PREVIOUS_SECRET };
const shopToken = (): string => jws(sessionClaims({ iss: SHOP.issuer }), undefined, SHOP.secret);

@Injectable()
class OptionsService implements AuthRedirectOptionsFactory {
  createAuthRedirectOptions(): AuthRedirectOptions {
    return OPTIONS;
  }
}

@Module({ providers: [OptionsService], exports: [OptionsService] })
class OptionsModule {}

@Injectable()
class ColorsService {
  readonly all = ['red', 'blue'];
}

@Module({ providers: [ColorsService], exports: [ColorsService] })
class ColorsModule {}

class AnyForm {}

@Injectable()
class CountStep extends Step<AnyForm, number> {
  readonly id = 'count';
  readonly form = AnyForm;

  constructor(private readonly colors: ColorsService) {
    super();
  }

  view(): StepView {
    return { template: 'terms', title: 'Count', model: { introduction: null, documents: [] } };
  }

  submit(): StepResult<AnyForm, number> {
    return completed(this.colors.all.length);
  }
}

/** A step of another copy of the package throws that copy's errors. */
class ForeignError extends Error {
  override readonly name = 'AuthRedirectError';
  readonly code = 'token_expired';
}

class FailingStep extends ColorStep {
  override submit(): never {
    throw new ForeignError('from elsewhere');
  }
}

/** Custom routes that use the module's parts. */
@Controller('check')
class CheckController {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly stateBinding: StateBindingService,
    private readonly pages: PagesService,
    private readonly requests: RequestsService,
    private readonly redirects: RedirectService,
  ) {}

  @Get('parts')
  async parts(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    const handling = this.requests.begin(request);
    const query = new URLSearchParams(request.url.split('?')[1]);
    try {
      const compact = query.get('session_token') ?? '';
      const state = query.get('state') ?? '';
      const sessionToken = this.continueTokens.verify(compact);
      await this.stateBinding.bind(compact, sessionToken, state);
      const continueToken = this.continueTokens.sign(sessionToken, state);
      const continueUrl = `https://${ISSUER}/continue`;
      send(response, this.pages.continuePage({ continueUrl, state, sessionToken: continueToken }));
      handling.completed({ sessionToken, steps: {} });
    } catch (error) {
      send(response, await handling.refused(error));
    }
  }

  @Get('whole')
  async whole(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    send(response, await this.redirects.answer(request));
  }
}

describe.each(ADAPTERS)('the module on %s', (adapter) => {
  let host: BusyHost;
  afterEach(async () => {
    await host.stop();
  });

  const walked = async (steps: Record<string, string>, token = tokenWith({})): Promise<StepBrowser> => {
    const browser = new StepBrowser(host);
    await browser.arrive(token);
    await browser.post(steps);
    return browser;
  };

  it('can be imported twice, for two tenants under two paths, each with its own steps and keys', async () => {
    host = await BusyHost.start(adapter, {
      imports: [
        AuthRedirectModule.forRoot({ ...OPTIONS, path: 'one', steps: [ColorStep] }),
        AuthRedirectModule.forRoot({ ...SHOP, path: 'shop/two' }),
      ],
    });
    const query = (token: string): string => new URLSearchParams({ session_token: token, state: 's' }).toString();
    const first = await host.request(`/one?${query(tokenWith({}))}`);
    expect([first.status, first.headers.location]).toEqual([303, expect.stringMatching(/^\/one\/steps\/color\?/)]);
    const second = await host.request(`/shop/two?${query(shopToken())}`);
    expect(continueFormOf(second.body).action).toBe('https://shop.eu.auth0.com/continue?state=s');
    expect((await host.request(`/one?${query(shopToken())}`)).status).toBe(401);
    expect((await host.request(`/shop/two?${query(tokenWith({}))}`)).status).toBe(401);
    expect((await host.request('/shop/two/steps/color')).status).toBe(404);
  });

  it.each<[string, () => DynamicModule]>([
    ['useFactory', () => AuthRedirectModule.forRootAsync({ useFactory: async () => OPTIONS })],
    ['useClass', () => AuthRedirectModule.forRootAsync({ useClass: OptionsService })],
    ['useExisting', () => AuthRedirectModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsService })],
    [
      'inject',
      () =>
        AuthRedirectModule.forRootAsync({
          imports: [OptionsModule],
          inject: [OptionsService],
          useFactory: (options: OptionsService) => options.createAuthRedirectOptions(),
        }),
    ],
  ])('takes its options from %s', async (_name, imported) => {
    host = await BusyHost.start(adapter, { imports: [imported()] });
    expect((await host.redirect(tokenWith({}), 's')).status).toBe(200);
  });

  it.each<[string, DynamicModule]>([
    ['forRoot', AuthRedirectModule.forRoot({ ...OPTIONS, imports: [ColorsModule], steps: [CountStep] })],
    [
      'forRootAsync',
      AuthRedirectModule.forRootAsync({ imports: [ColorsModule], steps: [CountStep], useFactory: () => OPTIONS }),
    ],
  ])('injects exports of the host’s modules into steps: %s', async (_name, imported) => {
    host = await BusyHost.start(adapter, { imports: [imported] });
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({}));
    expect(continueClaimsOf(await browser.post({}))).toMatchObject({ steps: { count: 2 } });
  });

  it('links to its steps below the public path if a proxy removes a prefix', async () => {
    const publicUrl = 'https://login.example.com/auth/redirect';
    host = await BusyHost.start(adapter, {
      imports: [AuthRedirectModule.forRoot({ ...OPTIONS, publicUrl, steps: [ColorStep] })],
    });
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({}));
    expect(browser.location).toMatch(/^\/auth\/redirect\/steps\/color\?login=/);
    const page = await browser.get(browser.location.slice('/auth'.length));
    expect(page.body).toMatch(/action="\/auth\/redirect\/steps\/color\?login/);
  });

  it('answers routes of the host without routes of its own', async () => {
    host = await BusyHost.start(adapter, {
      imports: [AuthRedirectModule.forRoot({ ...OPTIONS, path: false })],
      controllers: [CheckController],
    });
    const query = new URLSearchParams({ session_token: tokenWith({ nonce: 'n' }), state: 's' }).toString();
    for (const way of ['parts', 'whole']) {
      const reply = await host.request(`/check/${way}?${query}`);
      expect(continueClaimsOf(reply)).toMatchObject({ iss: ISSUER, state: 's', nonce: 'n' });
      expect((await host.request(`/check/${way}?${query.replace('state=s', 'state=t')}`)).status).toBe(409);
    }
    expect((await host.redirect(tokenWith({}), 's')).status).toBe(404);
  });

  it('is available to every module of the host if it is global', async () => {
    @Injectable()
    class Elsewhere {
      constructor(readonly continueTokens: ContinueTokenService) {}
    }
    @Module({ providers: [Elsewhere] })
    class ElsewhereModule {}
    host = await BusyHost.start(adapter, {
      imports: [AuthRedirectModule.forRoot({ ...OPTIONS, isGlobal: true }), ElsewhereModule],
    });
    expect(host.get(Elsewhere)?.continueTokens.verify(tokenWith({})).issuer).toBe(ISSUER);
  });

  it('reports completed and refused logins to the host', async () => {
    const records: [CompletedEvent | DeniedEvent, EndedLogin][] = [];
    const record = (event: CompletedEvent | DeniedEvent, login: EndedLogin): void => void records.push([event, login]);
    host = await BusyHost.start(adapter, {
      imports: [AuthRedirectModule.forRoot({ ...OPTIONS, steps: [ColorStep], onCompleted: record, onDenied: record })],
    });
    await walked({ color: 'red' }, tokenWith({ sub: 'auth0|first' }));
    await walked({ color: 'none' }, tokenWith({ sub: 'auth0|second' }));
    expect(records).toEqual([
      [
        expect.objectContaining({ outcome: 'completed', tenant: ISSUER }),
        { sessionToken: expect.objectContaining({ subject: 'auth0|first' }), steps: { color: 'red' } },
      ],
      [
        expect.objectContaining({ outcome: 'denied', error: 'no_color', tenant: ISSUER }),
        { sessionToken: expect.objectContaining({ subject: 'auth0|second' }), steps: {} },
      ],
    ]);
    expect(JSON.stringify(records.map(([event]) => event))).not.toContain('auth0|');
  });

  it('recognizes refusals of another copy of the package by their code', async () => {
    host = await BusyHost.start(adapter, {
      imports: [AuthRedirectModule.forRoot({ ...OPTIONS, steps: [FailingStep], onRefused: () => undefined })],
    });
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({}));
    const reply = await browser.post({ color: 'red' }, undefined, { accept: 'application/json' });
    expect(JSON.parse(reply.body)).toMatchObject({ status: 401, code: 'token_expired' });
  });
});

describe('a module with an invalid configuration', () => {
  const problemsOf = async (imported: DynamicModule, more: Type<unknown>[] = []): Promise<readonly string[]> => {
    const starting = Test.createTestingModule({ imports: [imported], providers: more }).compile();
    return starting.then(
      () => [],
      (error: AuthRedirectOptionsError) => error.problems,
    );
  };

  it.each<[string, DynamicModule, string]>([
    ['without a secret', AuthRedirectModule.forRoot({ issuer: ISSUER }), 'secret'],
    ['with the secret of an example', AuthRedirectModule.forRoot({ issuer: ISSUER, secret: 'x'.repeat(40) }), 'secret'],
    [
      'with an async factory that gives half',
      AuthRedirectModule.forRootAsync({ useFactory: () => ({ secret: SECRET }) }),
      'issuer',
    ],
    ['with a step twice', AuthRedirectModule.forRoot({ ...OPTIONS, steps: [ColorStep, FailingStep] }), 'steps'],
  ])('fails startup: %s', async (_name, imported, option) => {
    const problems = await problemsOf(imported);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${option} `))]);
    expect(problems.join()).not.toContain(SECRET);
  });

  it('throws an error with a code', () => {
    expect(new AuthRedirectOptionsError([]).code).toBe('options_invalid');
    expect(new AuthRedirectError('token_expired')).toMatchObject({ code: 'token_expired', status: 401 });
    expect(Clock).toBeDefined();
  });
});

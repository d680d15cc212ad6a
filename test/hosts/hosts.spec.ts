import { randomUUID } from 'node:crypto';
import fastifyCompress from '@fastify/compress';
import fastifyHelmet from '@fastify/helmet';
import {
  Catch,
  Controller,
  Get,
  Injectable,
  ParseIntPipe,
  Render,
  SetMetadata,
  ValidationPipe,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import cookieSession from 'cookie-session';
import type { FastifyReply } from 'fastify';
import helmet from 'helmet';
import { map, type Observable } from 'rxjs';
import { AuthRedirectModule, type AuthRedirectExtras } from '../../src/index.js';
import { ADAPTERS, type Reply } from '../harness/application.js';
import { BusyHost, ColorStep } from '../harness/busy-host.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { ISSUER, SECRET, tokenWith } from '../harness/tokens.js';

const OPTIONS = { issuer: ISSUER, secret: SECRET };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { 'content-type': 'application/json' };

const taking = (extras: AuthRedirectExtras = {}): DynamicModule =>
  AuthRedirectModule.forRoot({ ...OPTIONS, steps: [ColorStep], ...extras });

/** Logs in with a step, from the redirect to the continue page. */
async function loggedIn(host: BusyHost): Promise<Reply> {
  const browser = new StepBrowser(host);
  expect((await browser.arrive(tokenWith({ nonce: randomUUID() }))).status).toBe(303);
  const page = await browser.get();
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.body).toContain('Choose one.');
  expect((await browser.post({ color: 'green' })).status).toBe(422);
  const reply = await browser.post({ color: 'red' });
  expect(continueClaimsOf(reply)).toMatchObject({ outcome: 'completed', steps: { color: 'red' } });
  return reply;
}

const Public = (): MethodDecorator & ClassDecorator => SetMetadata('isPublic', true);

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return Reflect.getMetadata('isPublic', this.of(context)) === true;
  }

  protected of(context: ExecutionContext): object {
    return context.getHandler();
  }
}

class ClassGuard extends RefusingGuard {
  protected override of(context: ExecutionContext): object {
    return context.getClass();
  }
}

class EnvelopeInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<object> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Catch()
class TeapotFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse();
    response.status(418).send('teapot');
  }
}

@Resolver()
class HelloResolver {
  @Query(() => String)
  hello(): string {
    return 'hello';
  }
}

@Controller('rendered')
class RenderedController {
  @Get()
  @Render('own')
  own(): object {
    return { name: 'Ada' };
  }
}

const onExpress = (app: INestApplication): NestExpressApplication => app as NestExpressApplication;
const onFastify = (app: INestApplication): NestFastifyApplication => app as NestFastifyApplication;

describe.each(ADAPTERS)('a host on %s', (adapter) => {
  const isExpress = adapter === 'express';
  let host: BusyHost | undefined;
  afterEach(async () => {
    await host?.stop();
    host = undefined;
  });

  it('with a global prefix has the endpoint below it', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      configure: (app) => void app.setGlobalPrefix('api'),
      at: '/api/redirect',
    });
    await loggedIn(host);
    expect((await host.request('/api/notes')).status).toBe(200);
    expect((await host.request('/redirect')).status).toBe(404);
  });

  it('with URI versioning has the endpoint without a version', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      configure: (app) => void app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    await loggedIn(host);
    expect((await host.request('/v1/notes')).status).toBe(200);
    expect((await host.request('/notes')).status).toBe(404);
  });

  it('with header versioning needs no header for the endpoint', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      configure: (app) =>
        void app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version', defaultVersion: '2' }),
    });
    await loggedIn(host);
    expect((await host.request('/notes', { headers: { 'x-version': '2' } })).status).toBe(200);
  });

  it('with strict global pipes keeps them for its own routes', async () => {
    const strict = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true });
    host = await BusyHost.start(adapter, { imports: [taking()], configure: (app) => void app.useGlobalPipes(strict) });
    await loggedIn(host);
    const add = async (body: object): Promise<number | undefined> =>
      (await host?.request('/notes', { method: 'POST', headers: JSON_BODY, body: JSON.stringify(body) }))?.status;
    expect(await add({ text: 'tea' })).toBe(200);
    expect(await add({ text: 'tea', color: 'red' })).toBe(400);
    expect(await add({})).toBe(400);
  });

  it('with a global pipe that accepts only numbers keeps it for its own routes', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      providers: [{ provide: APP_PIPE, useClass: ParseIntPipe }],
    });
    expect((await loggedIn(host)).status).toBe(200);
  });

  it.each([RefusingGuard, ClassGuard])(
    'with a global guard lets its own decorator mark the routes public: %p',
    async (guard) => {
      const providers = [{ provide: APP_GUARD, useClass: guard }];
      host = await BusyHost.start(adapter, { imports: [taking({ decorators: [Public()] })], providers });
      await loggedIn(host);
      expect((await host.request('/notes')).status).toBe(403);
    },
  );

  it('with a global guard guards the routes without a decorator', async () => {
    const providers = [{ provide: APP_GUARD, useClass: RefusingGuard }];
    host = await BusyHost.start(adapter, { imports: [taking()], providers });
    expect((await host.redirect(tokenWith({}), 'state')).status).toBe(403);
  });

  it('with an interceptor that wraps everything wraps its own answers, and not the pages', async () => {
    const providers = [{ provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor }];
    host = await BusyHost.start(adapter, { imports: [taking()], providers });
    expect((await loggedIn(host)).body).toMatch(/^<!doctype html>/i);
    expect(JSON.parse((await host.request('/notes')).body)).toEqual({ data: { notes: ['buy milk'] } });
  });

  it('with a filter for every exception applies it to its own routes, and refusals are pages', async () => {
    const providers = [{ provide: APP_FILTER, useClass: TeapotFilter }];
    host = await BusyHost.start(adapter, { imports: [taking()], providers });
    await loggedIn(host);
    const refused = await host.redirect('a.b.c', 'state');
    expect([refused.status, refused.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect((await host.request('/nothing')).status).toBe(418);
  });

  it('with its own view engine renders its own views with it', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      controllers: [RenderedController],
      configure: (app) => {
        const page = (model: object): string => `own page of ${String(Reflect.get(model, 'name'))}`;
        if (isExpress) {
          const express = onExpress(app);
          express.engine('txt', (_path: string, model: object, done: (error: unknown, page: string) => void) =>
            done(null, page(model)),
          );
          express.setViewEngine('txt');
          express.set('view', ViewOfNoFile);
        } else {
          onFastify(app)
            .getHttpAdapter()
            .getInstance()
            .decorateReply('view', async function view(this: FastifyReply, _name: string, model: object) {
              return this.send(page(model));
            });
        }
      },
    });
    await loggedIn(host);
    expect((await host.request('/rendered')).body).toBe('own page of Ada');
  });

  it('with helmet answers the pages under their own policy, which lets them post', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      configure: async (app) => {
        if (isExpress) app.use(helmet());
        else await onFastify(app).register(fastifyHelmet);
      },
    });
    const { headers } = await loggedIn(host);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-/);
    expect(policy).not.toContain('form-action');
    expect(headers['cross-origin-opener-policy']).toBeUndefined();
    const own = await host.request('/notes');
    expect(own.headers['content-security-policy']).toContain("form-action 'self'");
    expect(own.headers['cross-origin-opener-policy']).toBe('same-origin');
  });

  it('with CORS for all origins shows the pages to no other site', async () => {
    const configure = (app: INestApplication): void => app.enableCors({ origin: true, credentials: true });
    host = await BusyHost.start(adapter, { imports: [taking()], configure });
    const headers = { origin: 'https://other.example' };
    const reply = await host.redirect(tokenWith({}), 'state', { headers });
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
    expect(reply.headers).not.toHaveProperty('access-control-allow-credentials');
    const own = await host.request('/notes', { headers });
    expect(own.headers['access-control-allow-origin']).toBe('https://other.example');
  });

  it('with compression keeps it for its own routes, and the pages can be read', async () => {
    host = await BusyHost.start(adapter, {
      imports: [AuthRedirectModule.forRoot(OPTIONS)],
      configure: async (app) => {
        if (isExpress) app.use(compression({ threshold: 0 }));
        else await onFastify(app).register(fastifyCompress, { threshold: 0, encodings: ['gzip'] });
      },
    });
    const { port } = host;
    const fetched = async (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'gzip' } });
    const query = new URLSearchParams({ session_token: tokenWith({}), state: 'state' });
    const page = await fetched(`/redirect?${query.toString()}`);
    expect(await page.text()).toMatch(/<form[^]*<\/html>/);
    const own = await fetched('/notes');
    expect(own.headers.get('content-encoding')).toBe('gzip');
    expect(await own.json()).toEqual({ notes: ['buy milk'] });
  });

  it('with sessions in cookies keeps its own', async () => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      configure: (app) => {
        if (isExpress) {
          app.use(cookieSession({ name: 'own', keys: ['a key that signs cookies'] }));
          app.use((request: { session: { visits?: number } }, _response: unknown, next: () => void) => {
            request.session.visits = (request.session.visits ?? 0) + 1;
            next();
          });
        } else {
          const fastify = onFastify(app).getHttpAdapter().getInstance();
          fastify.addHook('onRequest', async (_request, reply) => void reply.header('set-cookie', 'own=1'));
        }
      },
    });
    const cookies = (reply: Reply): string[] =>
      (reply.headers['set-cookie'] ?? []).map((cookie) => cookie.split(/[=.]/, 1)[0] ?? '');
    expect(cookies(await host.request('/notes'))).toContain('own');
    const browser = new StepBrowser(host);
    browser.site = 'login.example.com';
    const arrived = await browser.arrive(tokenWith({ nonce: 'n' }));
    // Fastify adds its own cookies to the answers that it sends.
    const expected = isExpress ? ['own', '__Host-auth-redirect'] : ['__Host-auth-redirect'];
    expect(cookies(arrived)).toEqual(expect.arrayContaining(expected));
    await loggedIn(host);
  });

  it('with body parsing off gets its own bodies as before, and the forms are read', async () => {
    host = await BusyHost.start(adapter, { imports: [taking()], nest: { bodyParser: false } });
    await loggedIn(host);
    const post = async (path: string): Promise<number | undefined> =>
      (await host?.request(path, { method: 'POST', headers: FORM, body: 'text=tea' }))?.status;
    expect(await post('/notes')).toBe(isExpress ? 200 : 415);
    expect(await post('/nothing')).toBe(404);
  });

  it('with body parsing off refuses its own forms, as without the module', async () => {
    const replies: Reply[] = [];
    for (const imports of [[], [taking()]]) {
      host = await BusyHost.start(adapter, { imports, nest: { bodyParser: false } });
      const { status, body } = await host.request('/notes', { method: 'POST', headers: FORM, body: 'text=tea' });
      replies.push({ status, body, headers: {} });
      await host.stop();
    }
    host = undefined;
    expect(replies[1]).toEqual(replies[0]);
  });

  it.each(['raw', 'text'] as const)('that reads every body as %s leaves the forms whole', async (type) => {
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      nest: { bodyParser: false },
      configure: (app) => {
        if (isExpress) onExpress(app).useBodyParser(type, { type: '*/*' });
        else {
          const parseAs = type === 'raw' ? 'buffer' : 'string';
          const fastify = onFastify(app).getHttpAdapter().getInstance();
          fastify.addContentTypeParser('*', { parseAs }, (_request, body, done) => done(null, body));
        }
      },
    });
    expect((await loggedIn(host)).status).toBe(200);
  });

  it('that keeps raw bodies still receives them', async () => {
    host = await BusyHost.start(adapter, { imports: [taking()], nest: { rawBody: true } });
    expect((await loggedIn(host)).status).toBe(200);
  });

  it('with GraphQL answers both', async () => {
    const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      playground: false,
    });
    host = await BusyHost.start(adapter, { imports: [graphql, taking()], providers: [HelloResolver] });
    await loggedIn(host);
    const body = JSON.stringify({ query: '{ hello }' });
    const reply = await host.request('/graphql', { method: 'POST', headers: JSON_BODY, body });
    expect(JSON.parse(reply.body)).toEqual({ data: { hello: 'hello' } });
  });

  it('that describes its API does not find the pages in it', async () => {
    let paths: string[] = [];
    host = await BusyHost.start(adapter, {
      imports: [taking()],
      configure: (app) => {
        paths = Object.keys(SwaggerModule.createDocument(app, new DocumentBuilder().build()).paths);
      },
    });
    expect(paths).toEqual(['/notes']);
    await loggedIn(host);
  });
});

/** Express checks that a view's file exists; these views have none. */
class ViewOfNoFile {
  readonly path = 'own.txt';
  readonly #engine: (path: string, options: object, done: (error: unknown, page: string) => void) => void;

  constructor(_name: string, { engines }: { engines: Record<string, ViewOfNoFile['render']> }) {
    this.#engine = engines['.txt'] as never;
  }

  render(options: object, done: (error: unknown, page: string) => void): void {
    this.#engine(this.path, options, done);
  }
}

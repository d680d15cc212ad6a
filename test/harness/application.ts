import type { Server } from 'node:http';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FactoryProvider, INestApplication, NestApplicationOptions, Type, ValueProvider } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AuthRedirectModule, type InjectedFactory } from '../../src/auth-redirect/auth-redirect.module.js';
import type { AuthRedirectOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { Clock } from '../../src/auth-redirect/clock.js';
import type { CompletedEvent, DeniedEvent, RefusedEvent, StepEvent } from '../../src/auth-redirect/options/events.js';
import type { RefusalLimiter } from '../../src/auth-redirect/requests/refusal-limiter.js';
import type { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import type { Step } from '../../src/auth-redirect/steps/step.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { ISSUER, NOW, SECRET } from './tokens.js';

/** Tests of HTTP behavior run on both adapters. */
export const ADAPTERS = ['express', 'fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

type FactoryOrValue = ValueProvider | FactoryProvider;

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A server that answers redirects. */
export interface Served {
  request(target: string, call?: Call): Promise<Reply>;
  redirect(sessionToken: string, state: string, call?: Call): Promise<Reply>;
}

/** An application that listens on a free port of loopback. */
export class ServedApplication implements Served {
  /** @param at Path of its redirect endpoint. */
  protected constructor(
    protected app?: INestApplication,
    private readonly at = '/redirect',
  ) {}

  async stop(): Promise<void> {
    await this.app?.close();
  }

  provider<Provider>(type: abstract new (...parameters: never[]) => Provider): Provider {
    if (!this.app) throw new Error('the application is not started');
    return this.app.get<Provider>(type, { strict: false });
  }

  /** Returns the application's port on loopback. */
  get port(): number {
    const server: Server = this.app?.getHttpServer();
    return (server.address() as AddressInfo).port;
  }

  /** Sends a request to exactly this target, without normalization by a client library. */
  async request(target: string, call: Call = {}): Promise<Reply> {
    return send({ host: '127.0.0.1', port: this.port, path: target, ...call });
  }

  /** Sends the redirect like Auth0. */
  async redirect(sessionToken: string, state: string, call: Call = {}): Promise<Reply> {
    const query = new URLSearchParams({ session_token: sessionToken, state });
    return this.request(`${this.at}?${query.toString()}`, call);
  }
}

/** A host application with the module, on a free port of loopback, with a frozen clock. */
export class HostApplication extends ServedApplication {
  readonly completed: (CompletedEvent | DeniedEvent)[] = [];
  readonly refused: RefusedEvent[] = [];
  readonly stepped: StepEvent[] = [];
  readonly clock = new FrozenClock(NOW * 1000);

  /** @param providers Providers that steps inject, from a module of the host. */
  static async start(
    adapter: AdapterName,
    overrides: Partial<AuthRedirectOptions> = {},
    hooks: 'recorded' | 'none' = 'recorded',
    steps: readonly (Type<Step> | FactoryProvider<Step>)[] = [],
    providers: readonly FactoryOrValue[] = [],
    made: {
      readonly replayStore?: InjectedFactory<ReplayStore>;
      readonly refusalLimiter?: InjectedFactory<RefusalLimiter>;
    } = {},
    nest: NestApplicationOptions = {},
  ): Promise<HostApplication> {
    const host = new HostApplication();
    class HostModule {}
    const imported = {
      module: HostModule,
      providers: [...providers],
      exports: providers.map(({ provide }) => provide),
    };
    const module = await Test.createTestingModule({
      imports: [
        AuthRedirectModule.forRootAsync({
          imports: [imported],
          ...made,
          steps,
          useFactory: () => ({
            issuer: ISSUER,
            secret: SECRET,
            ...(hooks === 'recorded' && {
              onCompleted: (event: CompletedEvent) => void host.completed.push(event),
              onDenied: (event: DeniedEvent) => void host.completed.push(event),
              onRefused: (event: RefusedEvent) => void host.refused.push(event),
              onStep: (event: StepEvent) => void host.stepped.push(event),
            }),
            ...overrides,
          }),
        }),
      ],
    })
      .overrideProvider(Clock)
      .useValue(host.clock)
      .compile();
    host.app = module.createNestApplication(adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(), {
      logger: false,
      ...nest,
    });
    await host.app.listen(0, '127.0.0.1');
    return host;
  }
}

/** Sends one request over a separate connection. */
export async function send(options: {
  host: string;
  port: number;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    call.on('error', reject);
    call.end(options.body);
  });
}

import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';
import type { Environment } from '../configuration/environment.js';

/** Idle connections are closed this often while requests in flight finish, in milliseconds. */
const SWEEP_MS = 100;

/** Time that requests in flight have to finish, in milliseconds; a connection that has sent nothing yet counts as one. */
const GRACE_MS = 5000;

/**
 * Before Nest stops listening: from now on nobody is sent here, who comes all the same is answered and told that the connection
 * ends; after the delay what has begun is answered, and none is waited for longer than the grace.
 */
@Injectable()
export class DrainHook implements BeforeApplicationShutdown {
  /** Whether the service is about to end. */
  isDraining = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly config: ConfigService<Environment, true>,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.isDraining = true;
    const server: Server = this.adapterHost.httpAdapter.getHttpServer();
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.setHeader('Connection', 'close');
    });
    await wait(this.config.get('DRAIN_DELAY_MS', { infer: true }));
    setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  }
}

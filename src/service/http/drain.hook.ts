import type { Server, ServerResponse } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Idle connections are closed this often while requests in flight finish, in milliseconds. */
const SWEEP_MS = 100;

/** Time that requests in flight have to finish, in milliseconds; a connection that has sent nothing yet counts as one. */
const GRACE_MS = 5000;

/**
 * Before Nest stops listening: what has begun is answered, every client is told that its connection ends, and none is waited
 * for longer than the grace.
 */
@Injectable()
export class DrainHook implements BeforeApplicationShutdown {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server: Server = this.adapterHost.httpAdapter.getHttpServer();
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.setHeader('Connection', 'close');
    });
    setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  }
}

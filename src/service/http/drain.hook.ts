import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';
import type { Environment } from '../configuration/environment.js';
import { LogOutput } from '../logging/log-output.js';

/** Interval at which idle connections are closed while requests in flight finish, in milliseconds. */
const SWEEP_MS = 100;

/** Time for the rest once all connections are closed, mainly Redis, in milliseconds. Then the process exits anyway. */
const LAST_MS = 1000;

/**
 * Ends the service. After SIGTERM, readiness fails and answers carry `Connection: close`. After the delay the server stops
 * listening, and requests in flight finish. At the deadline every connection is closed.
 */
@Injectable()
export class DrainHook implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #logger = new Logger('Shutdown');
  readonly #delay: number;
  readonly #deadline: number;
  /** Express's unfinished responses. */
  readonly #open = new Set<ServerResponse>();
  /** Whether the service is ending. */
  isDraining = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    config: ConfigService<Environment, true>,
    private readonly output: LogOutput,
  ) {
    this.#delay = config.get('DRAIN_DELAY_MS', { infer: true });
    this.#deadline = config.get('SHUTDOWN_DEADLINE_MS', { infer: true });
  }

  /** Express's first middleware. */
  readonly watch = (_request: unknown, response: ServerResponse, next: () => void): void => {
    this.beforeAnswer(response);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    next();
  };

  /** Announces the end of the connection. Called just before a direct answer is written, and so cheaper than `watch`. */
  readonly beforeAnswer = (response: ServerResponse): void => {
    if (this.isDraining) closeAfter(response);
  };

  /** Nest calls the root module's hooks first, so that a step's hanging hook delays nothing. */
  onModuleDestroy(): void {
    this.isDraining = true;
    this.#open.forEach(closeAfter);
    setTimeout(() => void this.#exit(), this.#delay + this.#deadline + LAST_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await wait(this.#delay);
    setInterval(() => this.#server.closeIdleConnections(), SWEEP_MS).unref();
    setTimeout(() => this.#server.closeAllConnections(), this.#deadline).unref();
  }

  /** Nest calls the root module's hook last. */
  async onApplicationShutdown(): Promise<void> {
    await this.output.end();
  }

  get #server(): Server {
    return this.adapterHost.httpAdapter.getHttpServer();
  }

  /** Exits with 0 although something hangs: all connections are closed, so no request fails. */
  async #exit(): Promise<void> {
    this.#logger.warn('something did not end in time; the process ends without it');
    await this.output.end();
    process.exit(0);
  }
}

/** Tells the client, often a proxy, to send no further request on this connection. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

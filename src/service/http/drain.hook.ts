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

/** Interval for closing idle connections while open requests finish. */
const SWEEP_MS = 100;

/** Time for the rest of the shutdown, mainly Redis. */
const LAST_MS = 1000;

/**
 * After SIGTERM, readiness fails and answers have `Connection: close`. After the delay, the server stops listening, and open requests
 * finish. At the deadline, all connections are closed.
 */
@Injectable()
export class DrainHook implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #logger = new Logger('Shutdown');
  readonly #delay: number;
  readonly #deadline: number;
  /** Unfinished responses of Express. */
  readonly #open = new Set<ServerResponse>();
  isDraining = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    config: ConfigService<Environment, true>,
    private readonly output: LogOutput,
  ) {
    this.#delay = config.get('DRAIN_DELAY_MS', { infer: true });
    this.#deadline = config.get('SHUTDOWN_DEADLINE_MS', { infer: true });
  }

  /** Runs as the first middleware of Express. */
  readonly watch = (_request: unknown, response: ServerResponse, next: () => void): void => {
    this.beforeAnswer(response);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    next();
  };

  /** Prepares direct answers; cheaper than `watch`. */
  readonly beforeAnswer = (response: ServerResponse): void => {
    if (this.isDraining) closeAfter(response);
  };

  /** Nest calls the root module's hook first, so a hanging hook of a step cannot delay this one. */
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

  /** Exits with 0 even if something hangs: without connections, no request fails. */
  async #exit(): Promise<void> {
    this.#logger.warn('something did not end in time; the process exits anyway');
    await this.output.end();
    process.exit(0);
  }
}

/** Makes a client or proxy send no further request on this connection. */
function closeAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

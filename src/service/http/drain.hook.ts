import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';
import type { Environment } from '../configuration/environment.js';

/** Idle connections are closed this often while requests in flight finish, in milliseconds. */
const SWEEP_MS = 100;

/** Time for what is left once all connections are closed, Redis above all, in milliseconds. Then the process ends all the same. */
const LAST_MS = 1000;

/**
 * Ends the service. From the signal on nobody is sent here, and who comes all the same is answered and told that the connection
 * ends. After the delay nothing new is taken, and what has begun is answered. At the deadline every connection is closed, be it in
 * the middle of an answer, of a request, or silent from its beginning.
 */
@Injectable()
export class DrainHook implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger('Shutdown');
  /** Answers of the framework's that are not finished. */
  readonly #open = new Set<ServerResponse>();
  /** Whether the service is about to end. */
  isDraining = false;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly config: ConfigService<Environment, true>,
  ) {}

  /** The first that Express calls. */
  readonly watch = (_request: unknown, response: ServerResponse, next: () => void): void => {
    this.beforeAnswer(response);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    next();
  };

  /** For a redirect it is called at its end: to know of each answer that is open takes a third of the time that one takes. */
  readonly beforeAnswer = (response: ServerResponse): void => {
    if (this.isDraining) lastOnItsConnection(response);
  };

  /** The first that Nest calls, and of all modules this one first: a hook of a step that hangs delays nothing. */
  onModuleDestroy(): void {
    this.isDraining = true;
    this.#open.forEach(lastOnItsConnection);
    setTimeout(() => this.#end(), this.#delay + this.#deadline + LAST_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await wait(this.#delay);
    setInterval(() => this.#server.closeIdleConnections(), SWEEP_MS).unref();
    setTimeout(() => this.#server.closeAllConnections(), this.#deadline).unref();
  }

  get #server(): Server {
    return this.adapterHost.httpAdapter.getHttpServer();
  }

  get #delay(): number {
    return this.config.get('DRAIN_DELAY_MS', { infer: true });
  }

  get #deadline(): number {
    return this.config.get('SHUTDOWN_DEADLINE_MS', { infer: true });
  }

  /** Nobody is served any more: that something hangs is worth a line, and not a failure. */
  #end(): void {
    this.#logger.warn('something did not end in time; the process ends without it');
    process.exit(0);
  }
}

/** A proxy that is told so sends nothing more on a connection that is about to be closed. */
function lastOnItsConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

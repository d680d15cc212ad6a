import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { faultOf } from '../../auth-redirect/requests/fault.js';
import type { Environment } from '../configuration/environment.js';
import { Metrics } from './metrics.js';

const DEFAULT_PORT = 9464;

/** Uses a separate port, which no ingress exposes. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Metrics');
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #collection: Promise<string | undefined> | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly config: ConfigService<Environment, true>,
  ) {}

  /** @throws The system's error if the configured port is in use; for the default port, logs only a warning. */
  async onApplicationBootstrap(): Promise<void> {
    const port = this.config.get('METRICS_PORT', { infer: true });
    const host = this.config.get('HOST', { infer: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject).listen(port ?? DEFAULT_PORT, host, resolve);
      });
    } catch (error) {
      if (port !== undefined) throw error;
      this.#logger.warn(`no metrics: port ${DEFAULT_PORT} is in use; set METRICS_PORT`);
    }
  }

  onApplicationShutdown(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' || url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await this.#collect();
    if (text === undefined) response.writeHead(500).end();
    else response.writeHead(200, { 'Content-Type': this.metrics.registry.contentType }).end(text);
  }

  /** Concurrent requests share one text. Returns undefined if a metric fails. */
  async #collect(): Promise<string | undefined> {
    this.#collection ??= this.metrics.registry
      .metrics()
      .catch((error: unknown) => {
        this.#logger.error({ message: 'the metrics cannot be collected', fault: faultOf(error) });
        return undefined;
      })
      .finally(() => (this.#collection = undefined));
    return this.#collection;
  }
}

import { createServer, type Server } from 'node:http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from './metrics.js';

/** Serves `GET /metrics` on a port of its own, which no ingress leads to. */
@Injectable()
export class MetricsServer implements OnApplicationShutdown {
  readonly #logger = new Logger('Metrics');
  #server: Server | undefined;

  constructor(private readonly metrics: Metrics) {}

  /**
   * @param isRequired Whether a port that is in use stops the start; where nobody asked for it, it is said in the log.
   * @throws The system's error where it is required.
   */
  async listen(host: string, port: number, isRequired: boolean): Promise<void> {
    const server = createServer((request, response) => {
      const isMetrics = request.method === 'GET' && request.url === '/metrics';
      void this.metrics.registry.metrics().then((text) => {
        response.writeHead(isMetrics ? 200 : 404, { 'Content-Type': this.metrics.registry.contentType });
        return response.end(isMetrics ? text : '');
      });
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, resolve);
      });
      this.#server = server;
    } catch (error) {
      if (isRequired) throw error;
      this.#logger.warn(`no metrics: port ${port} is in use; set METRICS_PORT`);
    }
  }

  onApplicationShutdown(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

import { Logger } from '@nestjs/common';
import type { ConfigService } from '@nestjs/config';
import { Gauge } from 'prom-client';
import { Metrics } from '../../src/service/metrics/metrics.js';
import { MetricsServer } from '../../src/service/metrics/metrics-server.js';
import { send, type Reply } from '../harness/application.js';
import { freePort } from '../harness/service-process.js';

describe('the server of the metrics', () => {
  const metrics = new Metrics();
  let collections = 0;
  let failure: Error | undefined;
  let server: MetricsServer;
  let port: number;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const collect = async (): Promise<void> => {
      collections += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (failure) throw failure;
    };
    metrics.registry.registerMetric(new Gauge({ name: 'slow', help: 'slow', registers: [], collect }));
    port = await freePort();
    const variables: Record<string, unknown> = { HOST: '127.0.0.1', METRICS_PORT: port };
    const config = { get: (name: string) => variables[name] };
    server = new MetricsServer(metrics, config as unknown as ConfigService<never, true>);
    await server.onApplicationBootstrap();
  });
  beforeEach(() => {
    collections = 0;
    failure = undefined;
  });
  afterAll(() => {
    Logger.overrideLogger(true);
    server.onApplicationShutdown();
  });
  const request = async (path: string, method = 'GET'): Promise<Reply> =>
    send({ host: '127.0.0.1', port, path, method });

  it('collects once for requests at the same time', async () => {
    const replies = await Promise.all([request('/metrics'), request('/metrics'), request('/metrics')]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(replies[0]?.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(collections).toBe(1);
    await request('/metrics');
    expect(collections).toBe(2);
  });

  it('collects nothing for other paths and methods', async () => {
    expect((await request('/')).status).toBe(404);
    expect((await request('/metrics/x')).status).toBe(404);
    expect((await request('/metrics', 'POST')).status).toBe(404);
    expect(collections).toBe(0);
  });

  it('answers 500 if a metric fails, and continues', async () => {
    failure = new Error('a fault');
    expect((await request('/metrics')).status).toBe(500);
    failure = undefined;
    expect((await request('/metrics')).status).toBe(200);
  });
});

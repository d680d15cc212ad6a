import type { LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock, SystemClock } from '../../src/auth-redirect/clock.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { redisReplayStore, redisReplayStoreAsync, type RedisReplayStore } from '../../src/redis/index.js';
import { RedisServer } from '../harness/redis-server.js';
import { soon, until } from './observed-store.js';

let server: RedisServer;
beforeEach(async () => {
  server = await RedisServer.start();
});
afterEach(async () => server.stop());

/** Records the application's log. */
class Recorder implements LoggerService {
  readonly lines: string[] = [];
  log(...words: unknown[]): void {
    this.lines.push(`log ${words.map(String).join(' ')}`);
  }
  warn(...words: unknown[]): void {
    this.lines.push(`warn ${words.map(String).join(' ')}`);
  }
  error(...words: unknown[]): void {
    this.lines.push(`error ${words.map(String).join(' ')}`);
  }
}

async function applicationWith(provider: ReturnType<typeof redisReplayStore>, logger = new Recorder()) {
  const providers = [
    { provide: Clock, useClass: SystemClock },
    { provide: 'REDIS_URL', useFactory: () => server.url },
    { provide: ReplayStore, ...provider },
  ];
  const module = await Test.createTestingModule({ providers }).compile();
  const app = module.createNestApplication({ logger });
  await app.init();
  logger.lines.length = 0;
  return { app, logger, store: app.get<RedisReplayStore>(ReplayStore) };
}

async function clients(): Promise<number> {
  return String(await server.command('CLIENT', 'LIST', 'TYPE', 'normal')).split('\n').length - 1;
}

describe('the store in a Nest application', () => {
  it.each([
    ['its options', () => redisReplayStore({ url: server.url })],
    [
      'options of another provider',
      () => redisReplayStoreAsync({ inject: ['REDIS_URL'], useFactory: (url: string) => ({ url }) }),
    ],
  ])('is created from %s and quits with the application', async (_what, provider) => {
    const { app, store } = await applicationWith(provider());
    expect(await store.remember('a', 'one', soon())).toBe('one');
    expect(await clients()).toBe(2);
    await app.close();
    await until(async () => (await clients()) === 1);
    expect(store.fault).toBe('closed');
  });

  it('logs a line when Redis stops answering and one when it answers again', async () => {
    const { app, logger, store } = await applicationWith(redisReplayStore({ url: server.url }));
    await store.remember('a', 'one', soon());
    await server.kill();
    for (let calls = 0; calls < 10; calls += 1) await store.remember('a', 'one', soon());
    await server.restart();
    await until(() => store.fault === undefined);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn Redis does not answer: (?:connection_lost|unreachable) RedisReplayStore$/),
      'log Redis answers again RedisReplayStore',
    ]);
    await app.close();
  });

  it('logs the error of a callback and continues', async () => {
    const onDegraded = (): never => {
      throw new Error('a mistake of the host');
    };
    const { app, logger, store } = await applicationWith(redisReplayStore({ url: server.url, onDegraded }));
    await store.remember('a', 'one', soon());
    await server.kill();
    expect(await store.remember('a', 'two', soon())).toBe('one');
    expect(logger.lines).toEqual([expect.stringContaining('a mistake of the host')]);
    await app.close();
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './service-process.js';

const PROGRAM = process.env.REDIS_SERVER || '/usr/bin/redis-server';

/** What redis.conf would hold, like `{ requirepass: 'x' }`; a list is a setting with several words. */
type Settings = Readonly<Record<string, string | readonly string[]>>;

function wordsOf(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...[value].flat()]);
}

/** A real Redis on loopback, that keeps nothing on disk unless it is told to. */
export class RedisServer {
  #child: ChildProcess | undefined;
  #fillers: Socket[] = [];
  #output = '';

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private words: readonly string[],
  ) {}

  static async start(settings: Settings = {}): Promise<RedisServer> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const all = { bind: '127.0.0.1', port: String(port), dir: folder, save: '', appendonly: 'no', ...settings };
    const server = new RedisServer(port, folder, wordsOf(all));
    await server.restart();
    return server;
  }

  /** Watches a master, and names it by this name; one Sentinel is enough to. */
  static async startSentinel(name: string, master: RedisServer): Promise<RedisServer> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'redis-sentinel-'));
    const file = join(folder, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} 300`,
      `sentinel failover-timeout ${name} 2000`,
    ];
    writeFileSync(file, lines.join('\n'));
    const sentinel = new RedisServer(port, folder, [file, '--sentinel']);
    await sentinel.restart();
    return sentinel;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /**
   * Starts it on the same port, without what it knew, and waits until it listens.
   *
   * @param settings What is other than before, from now on.
   */
  async restart(settings: Settings = {}): Promise<void> {
    await this.kill();
    this.words = [...this.words, ...wordsOf(settings)];
    const child = spawn(PROGRAM, this.words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#output += String(chunk)));
    while (!(await this.#listens())) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`redis ended: ${this.#output}`);
      await pause(5);
    }
  }

  /** Stops it in the middle of whatever it does; connections stay open and nothing is answered. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Freezes it, and fills the queue of connections that it has not accepted: from then on, the network drops new ones. */
  async blackHole(): Promise<void> {
    this.freeze();
    for (let index = 0; index < 32; index += 1) {
      this.#fillers.push(connect(this.port, '127.0.0.1').on('error', () => undefined));
    }
    await pause(50);
  }

  thaw(): void {
    for (const filler of this.#fillers.splice(0)) filler.destroy();
    this.#child?.kill('SIGCONT');
  }

  /** As a crash does: at once, with all it knew. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** What redis-cli would be told; for things that only an operator does. */
  async command(...words: readonly string[]): Promise<unknown> {
    const redis = new Redis(this.port, '127.0.0.1', { protocol: 2, enableReadyCheck: false, retryStrategy: null });
    redis.on('error', () => undefined);
    try {
      return await redis.call(words[0] ?? 'PING', ...words.slice(1));
    } finally {
      redis.disconnect();
    }
  }

  async #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

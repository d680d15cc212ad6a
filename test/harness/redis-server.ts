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

/** Lines of redis.conf, like `{ requirepass: 'x' }`. A list is a setting with several words. */
type Settings = Readonly<Record<string, string | readonly string[]>>;

function wordsOf(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...[value].flat()]);
}

const SLOTS = 16_384;

/** A real Redis on loopback, by default without persistence. */
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

  /** Starts Sentinels that watch a master under a name. Two of them must agree that the master is down. */
  static async startSentinels(count: number, name: string, master: RedisServer): Promise<RedisServer[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const port = await freePort();
        const folder = mkdtempSync(join(tmpdir(), 'redis-sentinel-'));
        const file = join(folder, 'sentinel.conf');
        const lines = [
          `port ${port}`,
          'bind 127.0.0.1',
          `dir ${folder}`,
          `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
          `sentinel down-after-milliseconds ${name} 300`,
          `sentinel failover-timeout ${name} 2000`,
        ];
        writeFileSync(file, lines.join('\n'));
        const sentinel = new RedisServer(port, folder, [file, '--sentinel']);
        await sentinel.restart();
        return sentinel;
      }),
    );
  }

  /** Starts the nodes of a cluster, each with its share of the slots, and waits until each knows all of them. */
  static async startCluster(count: number, settings: Settings = {}): Promise<RedisServer[]> {
    const nodes = await Promise.all(Array.from({ length: count }, async () => RedisServer.#startClusterNode(settings)));
    for (const [index, node] of nodes.entries()) {
      const [from = 0, next = 0] = [index, index + 1].map((share) => Math.round((share * SLOTS) / count));
      await node.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(next - 1));
      await node.#meet(nodes[0] ?? node);
    }
    while (!(await Promise.all(nodes.map(async (node) => node.#knowsCluster(count)))).every(Boolean)) await pause(20);
    return nodes;
  }

  /** Starts a replica of a node of a cluster and waits until all nodes know it. */
  static async startClusterReplica(of: RedisServer, nodes: readonly RedisServer[]): Promise<RedisServer> {
    const replica = await RedisServer.#startClusterNode({});
    await replica.#meet(of);
    while (!(await replica.#knowsCluster(nodes.length))) await pause(20);
    await replica.command('CLUSTER', 'REPLICATE', String(await of.command('CLUSTER', 'MYID')));
    for (const node of nodes) {
      while (!String(await node.command('CLUSTER', 'NODES')).includes(' slave ')) await pause(20);
    }
    return replica;
  }

  static async #startClusterNode(settings: Settings): Promise<RedisServer> {
    const busPort = String(await freePort());
    const cluster = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '1000', 'cluster-port': busPort };
    const replication = { 'repl-diskless-sync-delay': '0' };
    return RedisServer.start({ ...cluster, ...replication, ...settings });
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /**
   * Restarts Redis on the same port, without its data in memory, and waits until it listens.
   *
   * @param settings New settings.
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

  /** Freezes the process. Connections stay open without answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Freezes the process and fills its connection queue, so that the network drops further connections. */
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

  /** Ends the process like a crash. Data in memory is lost. */
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

  /** Sends a command as an operator would with redis-cli. */
  async command(...words: readonly string[]): Promise<unknown> {
    const redis = new Redis(this.port, '127.0.0.1', { protocol: 2, enableReadyCheck: false, retryStrategy: null });
    redis.on('error', () => undefined);
    try {
      return await redis.call(words[0] ?? 'PING', ...words.slice(1));
    } finally {
      redis.disconnect();
    }
  }

  async #meet(node: RedisServer): Promise<void> {
    const busPort = node.words[node.words.indexOf('--cluster-port') + 1] ?? '';
    await this.command('CLUSTER', 'MEET', '127.0.0.1', String(node.port), busPort);
  }

  async #knowsCluster(size: number): Promise<boolean> {
    const info = String(await this.command('CLUSTER', 'INFO'));
    return info.includes('cluster_state:ok') && info.includes(`cluster_size:${size}\r`);
  }

  async #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { RedisReplayStore } from '../../src/redis/index.js';
import { until } from '../redis/observed-store.js';

/**
 * The network between one process and Redis. While the line is cut, it refuses connections, and Redis keeps its data.
 */
export class Line {
  isCut = false;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(redisPort: number): Promise<Line> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new Line(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => line.#join(socket, connect(redisPort, '127.0.0.1')));
    return line;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Cuts the line, and waits until the store has noticed. */
  async cut(store: RedisReplayStore): Promise<void> {
    this.isCut = true;
    await this.stop();
    await until(() => store.fault !== undefined);
  }

  /** Restores the line, and waits until the store uses it. */
  async mend(store: RedisReplayStore): Promise<void> {
    this.isCut = false;
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    await until(() => store.fault === undefined);
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(...ends: readonly [Socket, Socket]): void {
    const [client, redis] = ends;
    client.pipe(redis).pipe(client);
    for (const end of ends) {
      this.#sockets.add(end);
      end.setNoDelay().on('error', () => undefined);
      end.on('close', () => {
        this.#sockets.delete(end);
        for (const other of ends) other.destroy();
      });
    }
  }
}

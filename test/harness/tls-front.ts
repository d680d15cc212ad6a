import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import type { TlsFiles } from '../redis/tls-files.js';

/** Terminates TLS in front of a port of this machine. Requests stay unchanged. */
export class TlsFront {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor({ certificate, key }: TlsFiles, target: number) {
    this.#server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
      const onward = connect(target, '127.0.0.1');
      for (const end of [socket, onward]) {
        this.#sockets.add(end);
        // If one end closes, the other end is closed, too.
        end.on('error', () => undefined).on('close', () => [socket, onward].forEach((other) => other.destroy()));
      }
      socket.pipe(onward).pipe(socket);
    });
  }

  static async start(files: TlsFiles, target: number): Promise<TlsFront> {
    const front = new TlsFront(files, target);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

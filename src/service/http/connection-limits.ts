import { IncomingMessage, ServerResponse, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { RefusedConnection } from '../metrics/metrics.js';
import { clientNetwork } from '../rate-limits/client-network.js';

/** Milliseconds in which a client has to send the head of a request, and all of it. A form has 20 seconds of its own. */
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;

/** Milliseconds after which a connection ends that neither sends nor takes anything. No answer takes as long. */
const SILENCE_MS = 60_000;

/** Most requests of a connection that wait for their turn. Browsers and proxies send the next one after the answer. */
const WAITING_MAX = 16;

/** Limits of the connections of a server; 0 means no limit. */
export interface ConnectionLimits {
  readonly total: number;
  /** For each IPv4 address, and each /64 network of IPv6. */
  readonly perAddress: number;
}

/** Bounds what open connections can cost, which Node does not do while answers are made. */
export class Connections {
  readonly #ofNetwork = new Map<string, number>();
  readonly #waiting = new WeakMap<Socket, number>();

  /** @param refused Called for each connection that was refused or ended. */
  constructor(
    server: Server,
    { total, perAddress }: ConnectionLimits,
    private readonly refused: (reason: RefusedConnection) => void,
  ) {
    Object.assign(server, { headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS, timeout: SILENCE_MS });
    if (total > 0) server.maxConnections = total;
    server.on('drop', () => refused('total'));
    if (perAddress > 0) server.on('connection', (socket) => this.#count(socket, perAddress));
  }

  /** Returns whether the request may be answered. If too many wait before it, its connection ends. */
  admits({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (socket.destroyed) return false;
    // Node gives the socket to the response whose turn it is.
    if (response.socket) return true;
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    this.#waiting.set(socket, waiting);
    response.once('close', () => this.#waiting.set(socket, (this.#waiting.get(socket) ?? 0) - 1));
    if (waiting < WAITING_MAX) return true;
    socket.destroy();
    this.refused('pipelining');
    return false;
  }

  #count(socket: Socket, max: number): void {
    const network = clientNetwork(socket.remoteAddress ?? '');
    const open = (this.#ofNetwork.get(network) ?? 0) + 1;
    this.#ofNetwork.set(network, open);
    socket.once('close', () => {
      const left = (this.#ofNetwork.get(network) ?? 0) - 1;
      if (left > 0) this.#ofNetwork.set(network, left);
      else this.#ofNetwork.delete(network);
    });
    if (open <= max) return;
    socket.destroy();
    this.refused('address');
  }
}

const nobody = new Socket().destroy();

/**
 * What Node's server makes of requests. Its parser does not stop before the end of what it has read, which can be 3,640 requests; those
 * that follow on an ended connection share one object.
 */
export class BoundedRequest extends IncomingMessage {
  /** Complete, so that Node keeps no header for it: with `Expect`, the shared response would collect interim answers. */
  static readonly #ended = Object.assign(new IncomingMessage(nobody), { complete: true });

  // oxlint-disable-next-line typescript/consistent-return -- a constructor without a value returns its object.
  constructor(socket: Socket) {
    if (socket.destroyed) return BoundedRequest.#ended;
    super(socket);
  }
}

/** What Node's server makes of responses; see {@link BoundedRequest}. */
export class BoundedResponse extends ServerResponse<BoundedRequest> {
  static readonly #ended = Object.assign(new ServerResponse(new IncomingMessage(nobody)), { on: () => undefined });

  // oxlint-disable-next-line typescript/consistent-return -- as above
  constructor(...parameters: ConstructorParameters<typeof ServerResponse<BoundedRequest>>) {
    if (parameters[0].socket.destroyed) return BoundedResponse.#ended;
    super(...parameters);
  }
}

import { IncomingMessage, ServerResponse, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { RefusedConnection } from '../metrics/metrics.js';
import { clientNetwork } from '../rate-limits/client-network.js';

/** Time limits for a request's head, and for the whole request. Forms have their own limit of 20 seconds. */
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;

/** No answer takes that long. */
const SILENCE_MS = 60_000;

/** Limit for pipelined requests of a connection. Browsers and proxies wait for each answer. */
const WAITING_MAX = 16;

/** 0 means no limit. */
export interface ConnectionLimits {
  readonly total: number;
  /** Limit for each IPv4 address or IPv6 /64 network. */
  readonly perAddress: number;
}

/** Node does not limit pipelined requests. */
export class Connections {
  readonly #ofNetwork = new Map<string, number>();
  readonly #waiting = new WeakMap<Socket, number>();

  /** @param refused Called for each closed connection. */
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

  /** Returns whether to answer the request. If too many wait, closes the connection. */
  admits({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (socket.destroyed) return false;
    // Node assigns the socket to the response whose turn it is.
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

const closedSocket = new Socket().destroy();

/**
 * Node's parser continues to the end of its data, which can contain 3,640 requests. After the connection is closed, the remaining requests
 * share one object.
 */
export class BoundedRequest extends IncomingMessage {
  /** Complete, so that Node stores no headers in it. With `Expect`, the shared response would collect interim answers. */
  static readonly #ended = Object.assign(new IncomingMessage(closedSocket), { complete: true });

  // oxlint-disable-next-line typescript/consistent-return -- a constructor without a value returns its object.
  constructor(socket: Socket) {
    if (socket.destroyed) return BoundedRequest.#ended;
    super(socket);
  }
}

/** See {@link BoundedRequest}. */
export class BoundedResponse extends ServerResponse<BoundedRequest> {
  static readonly #ended = Object.assign(new ServerResponse(new IncomingMessage(closedSocket)), {
    on: () => undefined,
  });

  // oxlint-disable-next-line typescript/consistent-return -- a constructor without a value returns its object.
  constructor(...parameters: ConstructorParameters<typeof ServerResponse<BoundedRequest>>) {
    if (parameters[0].socket.destroyed) return BoundedResponse.#ended;
    super(...parameters);
  }
}

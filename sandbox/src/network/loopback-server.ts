import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { SandboxError } from '../sandbox-errors.js';

/** Listens on IPv4 and, if the machine has it, IPv6. */
export interface LoopbackServer {
  readonly port: number;
  /** Sets the listener for requests. The listener needs the port. */
  handle(listener: RequestListener): void;
  /** Stops at once and closes open connections. */
  close(): Promise<void>;
}

/** A certificate and its private key, in PEM. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
}

/** Listens on loopback only, because anyone who can reach the sandbox can log in. */
export async function listenLoopback(port: number, tls?: TlsSettings): Promise<LoopbackServer> {
  let current: RequestListener = (_request, response) => response.writeHead(503).end();
  const listener: RequestListener = (request, response) => current(request, response);
  const newServer = (): Server => (tls ? tlsServer(tls, listener) : createServer(listener));
  const first = await listen(newServer(), port, '127.0.0.1');
  const bound = portOf(first, port);
  const servers = [first, await listenIpv6(newServer(), bound, first)].filter((server) => server !== undefined);
  return {
    port: bound,
    handle: (next) => {
      current = next;
    },
    close: async () => {
      await Promise.all(servers.map(stop));
    },
  };
}

function tlsServer(tls: TlsSettings, listener: RequestListener): Server {
  try {
    return createTlsServer(tls, listener);
  } catch (error) {
    const message = 'The certificate (--tls-cert) and its key (--tls-key) have to be in PEM and belong together.';
    throw new SandboxError('certificate_invalid', message, { cause: error });
  }
}

async function listenIpv6(server: Server, port: number, first: Server): Promise<Server | undefined> {
  try {
    return await listen(server, port, '::1');
  } catch (error) {
    if (error instanceof SandboxError) {
      await stop(first);
      throw error;
    }
    return undefined; // Without IPv6, IPv4 is enough.
  }
}

function listen(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen({ port, host, ipv6Only: host === '::1' }, () => resolve(server));
  });
}

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : asked;
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new SandboxError('port_in_use', `Port ${port} is in use. Choose another one, or 0 for any free port.`, {
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new SandboxError('port_forbidden', `Port ${port} may not be opened by this user. Choose one above 1023.`, {
      cause: error,
    });
  }
  return error;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

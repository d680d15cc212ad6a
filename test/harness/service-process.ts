import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { scripts } from '../../package.json';
import { send, type Reply } from './application.js';
import { ISSUER, SECRET } from './tokens.js';

/** The arguments of Node in `npm run start:prod`: flags, and the built service. */
const START = scripts['start:prod'].split(' ').slice(1);

/** The built service, started like `npm run start:prod`. */
export class ServiceProcess {
  readonly lines: string[] = [];
  stderr = '';
  readonly #markers = new Set<string>();

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const complete = (rest + chunk).split('\n');
      rest = complete.pop() ?? '';
      this.lines.push(...complete);
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr += chunk;
    });
  }

  /**
   * Starts the service without waiting.
   *
   * @param stdout File descriptor of its standard output. Default: a pipe whose lines this object collects.
   */
  static async spawn(
    environment: Record<string, string> = {},
    stdout: number | 'pipe' = 'pipe',
  ): Promise<ServiceProcess> {
    const port = Number(environment.PORT) || (await freePort());
    const variables = {
      AUTH0_ISSUER: ISSUER,
      AUTH0_SESSION_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: String(port),
      METRICS_PORT: '0',
    };
    const child = spawn(process.execPath, START, {
      stdio: ['ignore', stdout, 'pipe'],
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...variables, ...environment },
    });
    return new ServiceProcess(child, port);
  }

  /** Starts the service and waits until it listens. */
  static async start(
    environment: Record<string, string> = {},
    stdout: number | 'pipe' = 'pipe',
  ): Promise<ServiceProcess> {
    const service = await ServiceProcess.spawn(environment, stdout);
    while (!(await service.#listens())) {
      if (service.child.exitCode !== null) throw new Error(`the service ended: ${service.stderr}`);
    }
    return service;
  }

  async request(path: string, call: { method?: string; headers?: Record<string, string> } = {}): Promise<Reply> {
    return send({ host: '127.0.0.1', port: this.port, path, ...call });
  }

  /** Sends these bytes, and returns all received bytes when the connection ends. */
  async raw(bytes: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(bytes);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString();
  }

  /** Returns all parsed log lines of requests. Waits for them, because an answer can arrive before its line. */
  async requestLines(): Promise<Record<string, unknown>[]> {
    await this.#logSettled();
    return this.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg, reference }) => msg === 'request' && !this.#markers.has(String(reference)));
  }

  /** Returns all output of the service. */
  async log(): Promise<string> {
    await this.#logSettled();
    return this.lines.join('\n') + this.stderr;
  }

  /** Waits for the line of one more request: lines are in order, so all earlier lines are there, too. */
  async #logSettled(): Promise<void> {
    const { body } = await this.request('/log-marker', { headers: { accept: 'application/json' } });
    const { reference } = JSON.parse(body) as { reference: string };
    this.#markers.add(reference);
    while (!this.lines.some((line) => line.includes(reference))) await setImmediate();
  }

  async ended(): Promise<{ code: number | null; signal: string | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  async stop(): Promise<{ code: number | null; signal: string | null }> {
    this.child.kill('SIGTERM');
    return this.ended();
  }

  async #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}

/**
 * Ports below those that the system assigns (from 32768 on Linux), and different in each test process. So no other
 * server can occupy the port before the service starts.
 */
const PORTS_OF_A_WORKER = 4000;
const FIRST_PORT = 10_000 + (Number(process.env.JEST_WORKER_ID ?? 0) % 5) * PORTS_OF_A_WORKER;
let offset = process.pid % PORTS_OF_A_WORKER;

export async function freePort(): Promise<number> {
  offset = (offset + 1) % PORTS_OF_A_WORKER;
  const port = FIRST_PORT + offset;
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
}

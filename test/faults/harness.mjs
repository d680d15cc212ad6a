// Shared code of the scripts in this folder: the built service, a Redis, logins, and the report. See README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { login, newTenant } from '../../bench/harness/tokens.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The command line of `npm run start:prod`, without npm. */
const START = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .scripts['start:prod'].split(' ')
  .slice(1);
const START_MS = 20_000;
const PAYLOAD_BYTES = 300;
/** Longer than the service's longest wait, the 15 seconds of a step. */
const REQUEST_MS = 25_000;

const running = new Set();

export const tenant = newTenant('faults');

/** A folder for the files of this run. */
export const folder = mkdtempSync(join(tmpdir(), 'faults-'));
export const termsFile = join(folder, 'steps.yaml');
writeFileSync(termsFile, 'terms: { title: Terms, version: a }');

// Ends all programs when this process ends for any reason. SIGKILL also ends a frozen process.
process.on('exit', () => {
  running.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Prints one line of the report. */
export const report = (text) => process.stdout.write(`      ${text}\n`);

/** Prints whether a result matches the table of docs/explanation/resilience.md. If not, the script exits with 1. */
export function check(isFine, text) {
  process.stdout.write(`${isFine ? 'ok   ' : 'NOT  '} ${text}\n`);
  if (!isFine) process.exitCode = 1;
}

/** Repeats an attempt until the result is neither undefined nor false. */
export async function until(what, attempt, milliseconds = START_MS) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const result = await attempt();
    if (result !== undefined && result !== false) return result;
    await wait(20);
  }
  throw new Error(`${what}: not within ${milliseconds} ms`);
}

/** @returns {() => number} the seconds since this call, with one decimal */
export function stopwatch() {
  const began = performance.now();
  return () => Number(((performance.now() - began) / 1000).toFixed(1));
}

/** Starts a program that ends with this script. */
export function startProgram(program, words, settings) {
  const child = spawn(program, words, settings);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

const isListening = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/**
 * The built service. `lines` contains its log, unless `stdout` is a file descriptor. `stderr` contains its other
 * output.
 */
export class Service {
  lines = [];
  stderr = '';

  /**
   * Starts the service without waiting.
   *
   * @param environment Variables in addition to those of one tenant, on a free port of loopback.
   * @param {{ stdout?: number | 'pipe', before?: string[] }} how `before`: words before `node`, such as a taskset
   * command.
   */
  static async spawn(environment = {}, { stdout = 'pipe', before = [] } = {}) {
    if (!existsSync(join(ROOT, START.at(-1)))) throw new Error('the service is not built: npm run build');
    const service = new Service();
    service.port = await freePort();
    service.metricsPort = await freePort();
    const [program, ...words] = [...before, process.execPath, ...START];
    const secret = environment.AUTH0_SESSION_SECRET_DIRECTORY ? {} : { AUTH0_SESSION_SECRET: tenant.secret };
    service.child = startProgram(program, words, {
      cwd: ROOT,
      stdio: ['ignore', stdout, 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(service.port),
        METRICS_PORT: String(service.metricsPort),
        AUTH0_ISSUER: tenant.issuer,
        ...secret,
        ...environment,
      },
    });
    service.child.stderr.setEncoding('utf8').on('data', (text) => (service.stderr += text));
    let rest = '';
    service.child.stdout?.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      service.lines.push(...lines);
    });
    service.agent = new Agent({ keepAlive: true });
    return service;
  }

  /** Starts the service and waits until it is ready. */
  static async start(environment, how) {
    const service = await Service.spawn(environment, how);
    await service.ready();
    return service;
  }

  /** Waits until `/readyz` answers 200. */
  async ready() {
    await until('readiness', async () => {
      if (this.child.exitCode !== null) throw new Error(`the service ended: ${this.stderr}`);
      return (await this.send('/readyz').catch(() => undefined))?.status === 200;
    });
  }

  /** Sends a request over a keep-alive connection. */
  send(target, call = {}) {
    return send({ host: '127.0.0.1', port: this.port, agent: this.agent, path: target, ...call });
  }

  /** Signs in without steps. */
  login(state) {
    return this.send(newLogin(state).target);
  }

  /** Returns the log lines with this text. */
  logged(text) {
    return this.lines.filter((line) => line.includes(text));
  }

  /** Returns the value of a metric: the sum of all its series. */
  async metric(name) {
    const { body } = await send({ host: '127.0.0.1', port: this.metricsPort, path: '/metrics' });
    const series = body.split('\n').filter((line) => line.startsWith(name));
    return series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  async stop() {
    this.child.kill('SIGTERM');
    return this.ended();
  }

  /** @returns {Promise<number | null>} the exit code */
  async ended() {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    this.agent.destroy();
    return this.child.exitCode;
  }
}

/** A Redis without persistence. */
export class Redis {
  static async at(port) {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = startProgram(process.env.REDIS_SERVER || 'redis-server', settings, { stdio: 'ignore', cwd: folder });
    child.once('error', (error) => process.stderr.write(`redis-server: ${error.message}\n`));
    await until('Redis', () => isListening(port));
    return Object.assign(new Redis(), { child, port, url: `redis://127.0.0.1:${port}` });
  }

  async kill() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Returns the parameters of Auth0's redirect: `token`, `state` and the `target` that contains both. */
export const newLogin = (state) => login('valid', tenant, PAYLOAD_BYTES, state);
/** Returns the address of a login with a used token. */
export const withToken = ({ token }, state) => `/redirect?session_token=${token}&state=${state}`;

/** Sends a request. Rejects if the answer is missing or incomplete. */
export function send({ body = '', ...options }) {
  return new Promise((resolve, reject) => {
    const sent = request({ timeout: REQUEST_MS, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
      answer.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    sent.once('error', reject);
    sent.end(body);
  });
}

/** A browser in the middle of a login with steps. Any replica can answer its next request. */
export class StepLogin {
  cookies = new Map();

  /** Opens Auth0's redirect and the page of the first step. */
  static async begin(service) {
    const browser = new StepLogin();
    browser.arrival = newLogin();
    const { status } = await browser.to(service, browser.arrival.target);
    if (status !== 303) throw new Error(`${status} instead of the first step`);
    browser.page = browser.location;
    return browser;
  }

  /** Posts the form of the step. */
  post(service, fields = { accepted: 'yes' }) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    return this.to(service, this.page, { method: 'POST', headers, body: new URLSearchParams(fields).toString() });
  }

  async to(service, target, call = {}) {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await service.send(target, { ...call, headers: { ...call.headers, cookie } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    this.location = answer.headers.location ?? this.location;
    return answer;
  }
}

/** Returns whether this is the continue page. */
export const isContinuePage = ({ status, body }) =>
  status === 200 && body.includes(`action="${tenant.continueUrl}?state`);

/**
 * Signs in repeatedly until `stop()` is called.
 *
 * @param attempt One login; returns whether it succeeded.
 * @returns `stop()`, which returns the number of logins, the failed ones with reasons, and all sorted durations in
 * milliseconds.
 */
export function load(connections, attempt) {
  const result = { logins: 0, failures: [], durations: [] };
  const stopping = new AbortController();
  const client = async (index) => {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      const failure = await attempt(index).then(
        (answer) => (isContinuePage(answer) ? undefined : `status ${answer.status}`),
        (error) => String(error.code ?? error.message),
      );
      result.logins += 1;
      result.durations.push(performance.now() - began);
      if (failure !== undefined) result.failures.push(failure);
    }
  };
  const clients = Array.from({ length: connections }, (_, index) => client(index));
  return {
    result,
    stop: async () => {
      stopping.abort();
      await Promise.all(clients);
      result.durations.sort((one, other) => one - other);
      return result;
    },
  };
}

/** @returns {string} the figures of a load in words */
export function inWords({ logins, failures, durations }) {
  const at = (share) => durations[Math.floor(share * (durations.length - 1))].toFixed(0);
  const reasons = failures.length > 0 ? ` (${[...new Set(failures)].join(', ')})` : '';
  return `${failures.length} of ${logins} logins failed${reasons}; median ${at(0.5)} ms, 99 of 100 within ${at(0.99)} ms`;
}

/** Returns the unverified claims of a continue page's token. */
export function continueClaims({ body }) {
  const [, payload] = /name="session_token" value="[\w-]+\.([\w-]+)\./.exec(body);
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

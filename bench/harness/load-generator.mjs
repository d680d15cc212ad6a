// Runs the load generator in a separate process, which load.mjs starts and controls.
import { randomInt } from 'node:crypto';
import { checkContinuePage } from './checker.mjs';
import { Connection, parseAnswer } from './connection.mjs';
import { cpuSeconds, machineSeconds, residentMegabytes } from './processes.mjs';
import { percentile } from './statistics.mjs';
import { login } from './tokens.mjs';

/** The generator checks one answer in this many completely. */
const CHECKED = 997;

const HEADERS = [
  'Host: login.bench.example',
  'Connection: keep-alive',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site: cross-site',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-Dest: document',
  'Accept-Encoding: gzip, deflate, br',
  'Accept-Language: en-US,en;q=0.9',
].join('\r\n');

const pools = new Map();

function requestOf({ kind, tenants, payloadBytes }, number) {
  const sent = login(kind, tenants[number % tenants.length], payloadBytes);
  return { sent, bytes: Buffer.from(`GET ${sent.target} HTTP/1.1\r\n${HEADERS}\r\n\r\n`, 'latin1') };
}

/**
 * Signs tokens before the measurement, so that the generator only sends. Each run continues in the pool after the last login of the
 * previous run.
 */
function definePool({ name, count, ...what }) {
  const requests = Array.from({ length: count }, (_, number) => requestOf(what, number));
  let next = randomInt(count);
  pools.set(name, { isValid: what.kind === 'valid', next: () => requests[(next = (next + 1) % count)] });
}

/** Defines a pool in which every request is a new login. */
function defineFreshPool({ name, ...what }) {
  let number = 0;
  pools.set(name, { isValid: what.kind === 'valid', next: () => requestOf(what, (number += 1)) });
}

function usedSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Sends requests, and records the times of answers during the measurement. */
class Run {
  #latencies = new Float64Array(1 << 16);
  #answered = 0;
  #isMeasured = false;
  #stopped = false;
  #overdue = [];

  constructor(order, reject) {
    this.order = order;
    this.pool = pools.get(order.pool);
    this.fail = (error) => {
      this.#stopped = true;
      reject(error);
    };
    this.idle = Array.from({ length: order.connections }, () => this.#connection());
    this.connections = [...this.idle];
  }

  #connection() {
    const connection = new Connection(this.order.port, (...answer) => this.#take(connection, ...answer), this.fail);
    return connection;
  }

  #take(connection, status, bytes, bodyStart) {
    const { pool } = this;
    const isRefusal = status >= 400 && status < 500;
    if (pool.isValid ? status !== 200 : !isRefusal) this.fail(new Error(`answered ${status}`));
    if (this.#isMeasured) this.#record(performance.now() - connection.sentAt);
    if (pool.isValid && this.#answered % CHECKED === 0) this.#check(connection.sent, bytes, bodyStart);
    if (this.#stopped) return;
    if (this.order.rate === undefined) this.#send(connection, performance.now());
    else if (this.#overdue.length > 0) this.#send(connection, this.#overdue.shift());
    else this.idle.push(connection);
  }

  #check(sent, bytes, bodyStart) {
    try {
      checkContinuePage(parseAnswer(bytes, bodyStart), sent);
    } catch (error) {
      this.fail(error);
    }
  }

  #record(latency) {
    if (this.#answered === this.#latencies.length) {
      const larger = new Float64Array(this.#answered * 2);
      larger.set(this.#latencies);
      this.#latencies = larger;
    }
    this.#latencies[this.#answered] = latency;
    this.#answered += 1;
  }

  #send(connection, sentAt) {
    const { sent, bytes } = this.pool.next();
    connection.sent = sent;
    connection.sentAt = sentAt;
    connection.send(bytes);
  }

  /** Sends requests at even intervals, even if the server is slower. Their time counts from the due time. */
  #beginOpenLoop() {
    const gap = 1000 / this.order.rate;
    let due = performance.now();
    const turn = () => {
      for (const now = performance.now(); due <= now; due += gap) {
        const connection = this.idle.pop();
        if (connection) this.#send(connection, due);
        else this.#overdue.push(due);
      }
      if (!this.#stopped) setImmediate(turn);
    };
    turn();
  }

  begin() {
    if (this.order.rate !== undefined) return this.#beginOpenLoop();
    for (const connection of this.idle) this.#send(connection, performance.now());
    return undefined;
  }

  async measure() {
    const { pid, durationMs, requests = Infinity } = this.order;
    this.#isMeasured = true;
    const before = { at: performance.now(), cpu: cpuSeconds(pid), all: machineSeconds(), own: usedSeconds() };
    await this.#until(() => performance.now() - before.at >= durationMs || this.#answered >= requests);
    const seconds = (performance.now() - before.at) / 1000;
    const cpu = cpuSeconds(pid) - before.cpu;
    const own = usedSeconds() - before.own;
    const all = machineSeconds() - before.all;
    this.#isMeasured = false;
    const latencies = this.#latencies.subarray(0, this.#answered).sort();
    return {
      requests: this.#answered,
      requestsPerSecond: this.#answered / seconds,
      cpuMicroseconds: (cpu * 1e6) / this.#answered,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      residentMegabytes: residentMegabytes(pid),
      generatorLoad: own / seconds,
      othersLoad: (all - cpu - own) / seconds,
    };
  }

  #until(isOver) {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!isOver() && !this.#stopped) return;
        clearInterval(timer);
        resolve();
      }, 10);
    });
  }

  stop() {
    this.#stopped = true;
    for (const connection of this.connections) connection.close();
  }
}

async function run(order) {
  let current;
  const failed = new Promise((_, reject) => {
    current = new Run(order, reject);
  });
  const measured = async () => {
    await Promise.all(current.connections.map((connection) => connection.opened()));
    current.begin();
    await new Promise((resolve) => setTimeout(resolve, order.rampMs));
    return current.measure();
  };
  try {
    return await Promise.race([failed, measured()]);
  } finally {
    current.stop();
  }
}

const ORDERS = { pool: definePool, freshPool: defineFreshPool, run };

process.on('message', async ({ id, order, ...what }) => {
  try {
    process.send({ id, result: await ORDERS[order](what) });
  } catch (error) {
    process.send({ id, fault: error.message });
  }
});
process.on('disconnect', () => process.exit());

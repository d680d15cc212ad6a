import { randomUUID } from 'node:crypto';
import { Backoff } from './backoff.js';
import { withinDeadline } from './deadline.js';
import { faultOf, LASTING_FAULTS, RedisUnavailable, type RedisFault } from './redis-fault.js';
import type { RedisTarget } from './redis-url.js';
import { ReplayRedis } from './replay-redis.js';

/** Calls that may wait for Redis at a time; what comes on top is turned away. */
export const CALLS_IN_FLIGHT_MAX = 5000;

const RECONNECT_FIRST_MS = 20;
const PROBE_FIRST_MS = 50;
const RETRY_MAX_MS = 1000;

/** After this long without a fault, the pauses before reconnecting and probing are short again, in milliseconds. */
const CALM_MS = 10_000;

/** So long that only lost data makes another generation, in milliseconds: 30 days. */
const GENERATION_LIFE_MS = 30 * 24 * 3_600_000;

export interface RedisLinkSettings {
  readonly target: RedisTarget;
  readonly caFile: string | undefined;
  /** Milliseconds. */
  readonly deadline: number;
  /** The key of what tells whether Redis still has the data it had. */
  readonly generationKey: string;
  readonly onDegraded: (fault: RedisFault) => void;
  /** Called before any call is sent, with the generation of the data that Redis has. */
  readonly onUp: (generation: string, wasDown: boolean) => void;
}

/**
 * Asks Redis, and never waits longer than the deadline.
 *
 * - `connecting`: at the start, and after an idle connection ended. Calls wait, as it is there within a moment as a rule.
 * - `up`: calls are sent.
 * - `down`: after a call without an answer, or a failed attempt to connect. Calls are turned away at once, none is sent; a
 *   probe goes on asking and ends it.
 * - `closed`: for good.
 */
export class RedisLink {
  readonly #redis: ReplayRedis;
  readonly #reconnects = new Backoff(RECONNECT_FIRST_MS, RETRY_MAX_MS);
  readonly #probes = new Backoff(PROBE_FIRST_MS, RETRY_MAX_MS);
  #state: 'connecting' | 'up' | 'down' | 'closed' = 'connecting';
  #fault: RedisFault = 'unreachable';
  #connected = Promise.withResolvers<void>();
  #inFlight = 0;
  #isProbing = false;
  #connectTimer: NodeJS.Timeout | undefined;
  #probeTimer: NodeJS.Timeout | undefined;
  #calmTimer: NodeJS.Timeout | undefined;

  /** @throws The system's error where the CA file cannot be read. */
  constructor(private readonly settings: RedisLinkSettings) {
    this.#redis = new ReplayRedis(settings.target, settings.caFile, () => this.#reconnects.next());
    this.#redis.on('error', (error) => this.#down(faultOf(error)));
    this.#redis.on('close', () => this.#reconnect());
    this.#redis.on('ready', () => void this.#probe());
    this.#redis.on('end', () => this.#connectAgain());
    this.#awaitConnection('unreachable');
  }

  /** Why calls are turned away; undefined while they are not. */
  get fault(): RedisFault | undefined {
    return this.#state === 'down' || this.#state === 'closed' ? this.#fault : undefined;
  }

  /**
   * @returns The answer.
   * @throws RedisUnavailable within the deadline.
   */
  async ask<T>(command: (redis: ReplayRedis) => Promise<T>): Promise<T> {
    if (this.fault) throw new RedisUnavailable(this.fault);
    if (this.#inFlight >= CALLS_IN_FLIGHT_MAX) return this.#fail('overloaded');
    this.#inFlight += 1;
    try {
      return await withinDeadline(this.settings.deadline, this.#send(command));
    } catch (error) {
      return this.#fail(faultOf(error));
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Waits until Redis answers or is known not to; no longer than the deadline. */
  async settled(): Promise<void> {
    await withinDeadline(this.settings.deadline, this.#connected.promise).catch(() => undefined);
  }

  /** Lets calls in flight end, within the deadline, and closes the connection. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#fault = 'closed';
    this.#connected.resolve();
    for (const timer of [this.#connectTimer, this.#probeTimer, this.#calmTimer]) clearTimeout(timer);
    if (this.#redis.status === 'ready') {
      await withinDeadline(this.settings.deadline, this.#redis.quit()).catch(() => undefined);
    }
    this.#redis.disconnect();
  }

  async #send<T>(command: (redis: ReplayRedis) => Promise<T>): Promise<T> {
    await this.#connected.promise;
    // Nobody waits for it any more: one that waited for the connection past its deadline finds the link down.
    if (this.fault) throw new RedisUnavailable(this.fault);
    return command(this.#redis);
  }

  #fail(fault: RedisFault): never {
    this.#down(fault);
    throw new RedisUnavailable(fault);
  }

  #down(fault: RedisFault): void {
    if (this.#state === 'closed') return;
    const isNews = this.#state !== 'down' || (fault !== this.#fault && LASTING_FAULTS.has(fault));
    this.#fault = fault;
    if (this.#state !== 'down') {
      this.#state = 'down';
      clearTimeout(this.#connectTimer);
      clearTimeout(this.#calmTimer);
      this.#connected.resolve();
      void this.#probe();
    }
    if (isNews) this.settings.onDegraded(fault);
  }

  #up(generation: string): void {
    if (this.#state === 'closed') return;
    const wasDown = this.#state === 'down';
    this.#state = 'up';
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#calmTimer);
    this.#calmTimer = setTimeout(() => this.#calm(), CALM_MS).unref();
    this.settings.onUp(generation, wasDown);
    this.#connected.resolve();
  }

  #calm(): void {
    this.#reconnects.reset();
    this.#probes.reset();
  }

  /** Servers and balancers end idle connections: no fault, if the next one is there in time. */
  #reconnect(): void {
    if (this.#state !== 'up') return;
    this.#state = 'connecting';
    this.#connected = Promise.withResolvers();
    this.#awaitConnection('connection_lost');
  }

  #awaitConnection(fault: RedisFault): void {
    this.#connectTimer = setTimeout(() => this.#down(fault), this.settings.deadline).unref();
  }

  /** The client gives up where an address makes no sense to it, though the Sentinels' next answer may. */
  #connectAgain(): void {
    if (this.#state === 'closed') return;
    setTimeout(() => {
      if (this.#state !== 'closed') this.#redis.connect().catch(() => undefined);
    }, this.#reconnects.next()).unref();
  }

  async #probe(): Promise<void> {
    if (this.#isProbing || this.#state === 'closed') return;
    this.#isProbing = true;
    clearTimeout(this.#probeTimer);
    try {
      this.#up(await withinDeadline(this.settings.deadline, this.#generation()));
    } catch (error) {
      this.#probeFailed(error);
    } finally {
      this.#isProbing = false;
    }
  }

  /** A write, because a Redis that only reads is of no use. */
  async #generation(): Promise<string> {
    if (this.#redis.status !== 'ready') throw new RedisUnavailable(this.#fault);
    return this.#redis.replayRemember(this.settings.generationKey, randomUUID(), GENERATION_LIFE_MS);
  }

  #probeFailed(error: unknown): void {
    this.#down(faultOf(error));
    if (this.#state === 'down') this.#probeTimer = setTimeout(() => void this.#probe(), this.#probes.next()).unref();
  }
}

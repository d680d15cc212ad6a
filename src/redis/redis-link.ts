import { randomUUID } from 'node:crypto';
import type { Clock } from '../auth-redirect/clock.js';
import { Backoff } from './backoff.js';
import { withinDeadline } from './deadline.js';
import { Gate } from './gate.js';
import { faultOf, LASTING_FAULTS, RedisUnavailable, type RedisFault } from './redis-fault.js';
import type { RedisTarget } from './redis-url.js';
import { ReplayCommands } from './replay-commands.js';
import { ReplayRedis } from './replay-redis.js';

/** Calls that may wait for Redis at a time; what comes on top is turned away. */
export const CALLS_IN_FLIGHT_MAX = 5000;

const RECONNECT_FIRST_MS = 20;
const PROBE_FIRST_MS = 50;
const RETRY_MAX_MS = 1000;

/** After this long without a fault, the pauses before reconnecting and probing are short again, in milliseconds. */
const CALM_MS = 10_000;

/** The key that tells whether Redis still has the data it had. */
const GENERATION_KEY = 'generation';
/** So long that only lost data makes another generation, in seconds: 30 days. */
const GENERATION_LIFE_SECONDS = 30 * 24 * 3600;

export interface RedisLinkSettings {
  readonly target: RedisTarget;
  readonly ca: Buffer | undefined;
  /** Milliseconds. */
  readonly deadline: number;
  readonly keyPrefix: string;
  readonly clock: Clock;
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
  readonly #commands: ReplayCommands;
  readonly #reconnects = new Backoff(RECONNECT_FIRST_MS, RETRY_MAX_MS);
  readonly #probes = new Backoff(PROBE_FIRST_MS, RETRY_MAX_MS);
  #state: 'connecting' | 'up' | 'down' | 'closed' = 'connecting';
  #fault: RedisFault = 'unreachable';
  #connected = new Gate();
  #inFlight = 0;
  #isProbing = false;
  #hasAnswered = false;
  #probeTimer: NodeJS.Timeout | undefined;
  #calmTimer: NodeJS.Timeout | undefined;

  constructor(private readonly settings: RedisLinkSettings) {
    this.#redis = new ReplayRedis(settings.target, settings.ca, () => this.#reconnects.next());
    this.#commands = new ReplayCommands(this.#redis, settings.keyPrefix, settings.clock);
    this.#redis.on('error', (error) => this.#connectionFailed(faultOf(error)));
    this.#redis.on('close', () => this.#reconnect());
    this.#redis.on('ready', () => void this.#probe());
    this.#redis.on('end', () => this.#connectAgain());
  }

  /** Why calls are turned away; undefined while they are not. */
  get fault(): RedisFault | undefined {
    return this.#state === 'down' || this.#state === 'closed' ? this.#fault : undefined;
  }

  /** Whether Redis has answered, and nothing speaks against its doing so again. */
  get isAnswering(): boolean {
    return this.#hasAnswered && this.fault === undefined;
  }

  /**
   * @returns The answer.
   * @throws RedisUnavailable within the deadline.
   */
  async ask<T>(command: (redis: ReplayCommands) => Promise<T>): Promise<T> {
    if (this.fault) throw new RedisUnavailable(this.fault);
    if (this.#inFlight >= CALLS_IN_FLIGHT_MAX) return this.#fail('overloaded');
    this.#inFlight += 1;
    try {
      return await withinDeadline(this.settings.deadline, this.#send(command));
    } catch (error) {
      return this.#fail(this.#faultOf(error));
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Waits until Redis answers or is known not to; no longer than the deadline. */
  async settled(): Promise<void> {
    try {
      await withinDeadline(this.settings.deadline, this.#connected.opened);
    } catch (error) {
      this.#down(this.#faultOf(error));
    }
  }

  /** Lets calls in flight end, within the deadline, and closes the connection. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#fault = 'closed';
    this.#connected.open();
    clearTimeout(this.#probeTimer);
    clearTimeout(this.#calmTimer);
    if (this.#redis.status === 'ready') {
      await withinDeadline(this.settings.deadline, this.#redis.quit()).catch(() => undefined);
    }
    this.#redis.disconnect();
  }

  /**
   * Once more where the connection ended under it, which idle ones do. All that is asked may be asked twice; a count is one too
   * high then.
   */
  async #send<T>(command: (redis: ReplayCommands) => Promise<T>): Promise<T> {
    await this.#ready();
    try {
      return await command(this.#commands);
    } catch (error) {
      if (faultOf(error) !== 'connection_lost') throw error;
      this.#reconnect();
      await this.#ready();
      return command(this.#commands);
    }
  }

  /** @throws RedisUnavailable also where the deadline has passed meanwhile: that took the link down. */
  async #ready(): Promise<void> {
    await this.#connected.opened;
    if (this.fault) throw new RedisUnavailable(this.fault);
  }

  #faultOf(error: unknown): RedisFault {
    const fault = faultOf(error);
    return fault === 'timeout' && this.#state === 'connecting' ? 'unreachable' : fault;
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
      clearTimeout(this.#calmTimer);
      this.#connected.open();
      void this.#probe();
    }
    if (isNews) this.settings.onDegraded(fault);
  }

  #up(generation: string): void {
    if (this.#state === 'closed') return;
    const wasDown = this.#state === 'down';
    this.#state = 'up';
    this.#hasAnswered = true;
    clearTimeout(this.#calmTimer);
    this.#calmTimer = setTimeout(() => this.#calm(), CALM_MS).unref();
    this.settings.onUp(generation, wasDown);
    this.#connected.open();
  }

  #calm(): void {
    this.#reconnects.reset();
    this.#probes.reset();
  }

  #connectionFailed(fault: RedisFault): void {
    if (fault === 'connection_lost' && this.#state !== 'down') this.#reconnect();
    else this.#down(fault);
  }

  /** Servers and balancers end idle connections: no fault, if the next one is there in time. */
  #reconnect(): void {
    if (this.#state !== 'up') return;
    this.#state = 'connecting';
    this.#connected = new Gate();
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
    const expiresAt = this.settings.clock.now() / 1000 + GENERATION_LIFE_SECONDS;
    return this.#commands.remember(GENERATION_KEY, randomUUID(), expiresAt);
  }

  #probeFailed(error: unknown): void {
    this.#down(faultOf(error));
    if (this.#state === 'down') this.#probeTimer = setTimeout(() => void this.#probe(), this.#probes.next()).unref();
  }
}

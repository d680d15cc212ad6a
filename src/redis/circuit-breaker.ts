import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { RedisClient } from './redis-client.js';
import { faultOf, LASTING, type RedisFault } from './redis-fault.js';

export const CALLS_IN_FLIGHT_MAX = 5000;

const PROBE_PAUSE_MS = 200;

/** The message of ioredis for `commandTimeout`. */
const TIMED_OUT = 'Command timed out';

/** Ends every call within the deadline. The first failed call opens the circuit: calls fail at once until Redis answers a probe. */
export class CircuitBreaker {
  #fault: RedisFault | undefined;
  #failedKey = '';
  #hasAnswered = false;
  #inFlight = 0;

  /**
   * @param deadline The deadline in milliseconds.
   * @param probe Must succeed only if a call with this key would succeed.
   * @param report Called when the circuit opens or closes, and when its fault proves lasting. Must not throw.
   */
  constructor(
    private readonly client: RedisClient,
    private readonly deadline: number,
    private readonly probe: (key: string) => Promise<unknown>,
    private readonly report: (fault: RedisFault | undefined) => void,
  ) {
    client.setMaxListeners(0);
    client.on('error', (error) => {
      const fault = faultOf(error);
      // A lost connection alone is no outage: the next attempt to connect decides.
      if (fault !== 'connection_lost') this.#open(fault);
    });
  }

  /** Returns undefined while the circuit is closed. */
  get fault(): RedisFault | undefined {
    return this.#fault;
  }

  get isAnswering(): boolean {
    return this.#hasAnswered && this.#fault === undefined;
  }

  /** Returns undefined if no answer arrives within the deadline. */
  async call<T>(key: string, command: () => Promise<T>): Promise<T | undefined> {
    if (this.#inFlight >= CALLS_IN_FLIGHT_MAX) this.#open('overloaded', key);
    if (this.#fault) return undefined;
    this.#inFlight += 1;
    const answer = await this.#answerTo(this.#send(command), key);
    this.#inFlight -= 1;
    return answer;
  }

  /** Opens the circuit permanently. Closes the connection after the last answer, within the deadline. */
  async quit(): Promise<void> {
    this.#fault = 'closed';
    if (this.client.status === 'ready') {
      await withinDeadline(this.client.quit(), this.deadline).catch(() => undefined);
    }
    this.client.disconnect();
  }

  /** Sends a command again if the connection ends before the answer: servers and load balancers end idle connections. */
  async #send<T>(command: () => Promise<T>, attempts = 2): Promise<T> {
    if (this.client.status !== 'ready') await once(this.client, 'ready');
    if (this.#fault) throw new Error(TIMED_OUT);
    try {
      return await command();
    } catch (error) {
      if (attempts === 1 || faultOf(error) !== 'connection_lost') throw error;
      return this.#send(command, attempts - 1);
    }
  }

  async #answerTo<T>(command: Promise<T>, key: string): Promise<T | undefined> {
    try {
      const answer = await withinDeadline(command, this.deadline);
      this.#hasAnswered = true;
      return answer;
    } catch (error) {
      const fault = faultOf(error);
      this.#open(fault === 'timeout' && this.client.status !== 'ready' ? 'unreachable' : fault, key);
      return undefined;
    }
  }

  #open(fault: RedisFault, key = this.#failedKey): void {
    const wasOpen = this.#fault !== undefined;
    if (wasOpen && (this.#fault === 'closed' || this.#fault === fault || !LASTING.has(fault))) return;
    this.#fault = fault;
    this.#failedKey = key;
    if (!wasOpen) void this.#recover();
    this.report(fault);
  }

  async #recover(): Promise<void> {
    while (this.#fault !== undefined) {
      await wait(PROBE_PAUSE_MS * (0.75 + Math.random() / 4), undefined, { ref: false });
      if (this.fault === 'closed') return;
      // ioredis gives up on an invalid address. The Sentinels may return a valid address next.
      if (this.client.status === 'end') this.client.connect().catch(() => undefined);
      if (this.client.status !== 'ready') continue;
      const answer = await this.#answerTo(this.probe(this.#failedKey), this.#failedKey);
      if (answer !== undefined) this.#close();
    }
  }

  #close(): void {
    if (this.#fault === 'closed') return;
    this.#fault = undefined;
    this.report(undefined);
  }
}

/** Also limits a second attempt, unlike `commandTimeout` of ioredis. */
async function withinDeadline<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    // An answer that arrived while this process was busy is in time: Node reads it before it runs immediates.
    timer = setTimeout(() => setImmediate(() => reject(new Error(TIMED_OUT))), milliseconds);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

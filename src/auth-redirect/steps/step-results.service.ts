import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { AuthRedirectError } from '../errors.js';
import type { JsonValue } from '../json.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import { findLinkProblem } from '../validation/problems.js';
import { openSealed, seal } from './seal.js';
import type { Login } from './step-sessions.service.js';
import type { Completed, Denied, StepResult } from './step.js';

/** Lifetime without renewal. */
export const LEASE_MS = 8000;
/** Two renewals in a row may fail. */
const RENEWAL_MS = LEASE_MS / 4;

/** Maximum wait of a post for another one of the same step and login, by the monotonic clock. */
const STEP_WAIT_MAX_MS = 15_000;
/** Limit for waiting posts of one step and login. Users post two or three times. */
const WAITING_MAX = 200;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 400;

/** A slow step can end after the session token has expired. */
const GRACE_SECONDS = 60;
const KIND = 'step-result';

/** Format of {@link Denied.error}. */
const ERROR = /^[\w.-]{1,64}$/;
/** Longer descriptions are cut off. */
const DESCRIPTION_MAX_LENGTH = 500;

export type AnyResult = StepResult<object, JsonValue>;

export type FinalResult = Completed<JsonValue> | Denied;

export interface StepWork {
  run(): Promise<AnyResult>;
  /** Called once for each step and login, when this post's result is stored. */
  settled(result: FinalResult): void;
}

/** A running submission, which other posts of the step wait for. */
interface Turn {
  /** Never rejects. */
  readonly final: Promise<FinalResult | undefined>;
  waiting: number;
}

interface Entry {
  readonly key: string;
  readonly sealKey: Uint8Array;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Stores at most one final result for each step of a login, across replicas, even if the form is posted repeatedly or with old cookies. In
 * another browser, the same link begins another login.
 */
@Injectable()
export class StepResultsService {
  /** Running submissions in this process, by entry. */
  readonly #turns = new Map<string, Turn>();

  constructor(
    private readonly store: ReplayStore,
    private readonly continueTokens: ContinueTokenService,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs the work unless the step has a final result. Posts of one step run one after another.
   *
   * @returns The work's result, or the stored one.
   * @throws AuthRedirectError `step_in_progress` after 15 seconds or if 200 posts wait; `token_expired` if the session token expires
   *   meanwhile. After an error of the work, which is rethrown, the next post can run.
   */
  async settle({ session, sessionToken }: Login, step: string, work: StepWork): Promise<AnyResult> {
    const { expiresAt, tenant } = sessionToken;
    const key = digest('step-result', session.id, session.sessionToken, step);
    const sealKey = this.continueTokens.keyOf(sessionToken).stepResultKey(key);
    const entry = { key, sealKey, expiresAt: expiresAt + GRACE_SECONDS };
    const end = performance.now() + STEP_WAIT_MAX_MS;
    while (performance.now() < end) {
      if (this.#isPast(expiresAt)) throw new AuthRedirectError('token_expired', { tenant });
      const turn = this.#turns.get(key);
      if (turn && turn.waiting >= WAITING_MAX) break;
      const milliseconds = Math.min(end - performance.now(), expiresAt * 1000 - this.clock.now());
      const result = await (turn ? waited(turn, milliseconds) : this.#takeTurn(entry, end, work));
      if (result) return result;
    }
    // The lease of a crashed replica expires within LEASE_MS.
    throw new AuthRedirectError('step_in_progress', { tenant, retryAfter: LEASE_MS / 1000 });
  }

  async #takeTurn(entry: Entry, end: number, work: StepWork): Promise<AnyResult | undefined> {
    const result = this.#underLease(entry, end, work);
    const final = result
      .then((settled) => (settled && isFinal(settled) ? settled : undefined))
      .catch(() => undefined)
      .finally(() => this.#turns.delete(entry.key));
    this.#turns.set(entry.key, { final, waiting: 0 });
    return result;
  }

  /**
   * If the process dies, the lease expires, and other replicas can run the work. A live process that loses the lease continues: the first
   * stored result wins.
   *
   * @returns Undefined if another replica holds the lease until `end`, or until the session token expires.
   */
  async #underLease(entry: Entry, end: number, work: StepWork): Promise<AnyResult | undefined> {
    const [key, owner] = [digest('step-lease', entry.key), randomUUID()];
    const take = async (): Promise<boolean> => this.store.lease(key, owner, LEASE_MS);
    for (let pause = FIRST_PAUSE_MS; !(await retried(take)); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const stored = await this.#stored(entry);
      if (stored || performance.now() >= end || this.#isPast(entry.expiresAt - GRACE_SECONDS)) return stored;
      await wait(pause);
    }
    const renewals = setInterval(() => {
      if (!this.#isPast(entry.expiresAt)) take().catch(() => undefined);
    }, RENEWAL_MS).unref();
    try {
      return await this.#run(entry, work);
    } finally {
      clearInterval(renewals);
      await retried(async () => this.store.release(key, owner)).catch(() => undefined);
    }
  }

  async #run(entry: Entry, work: StepWork): Promise<AnyResult> {
    const stored = await this.#stored(entry);
    if (stored) return stored;
    const result = await work.run();
    if (!isFinal(result)) return result;
    // A retry must send the same text, because the store may have it already.
    const sealed = seal(JSON.stringify(result), { typ: KIND }, entry.sealKey);
    const holding = await retried(async () => this.store.remember(entry.key, sealed, entry.expiresAt));
    if (holding !== sealed) return (await this.#stored(entry)) ?? result;
    work.settled(result);
    return result;
  }

  async #stored({ key, sealKey }: Entry): Promise<FinalResult | undefined> {
    const sealed = await this.store.recall(key);
    const text = sealed === undefined ? undefined : openSealed(sealed, KIND, sealKey);
    if (text === undefined) return undefined;
    const result: FinalResult = JSON.parse(text);
    return result;
  }

  #isPast(expiresAt: number): boolean {
    return this.clock.now() / 1000 >= expiresAt;
  }
}

async function waited(turn: Turn, milliseconds: number): Promise<FinalResult | undefined> {
  const timer = new AbortController();
  turn.waiting += 1;
  try {
    return await Promise.race([turn.final, wait(milliseconds, undefined, { signal: timer.signal })]);
  } finally {
    turn.waiting -= 1;
    timer.abort();
  }
}

/** Retries a call whose reply may be lost. The call must be safe to repeat. */
async function retried<T>(call: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (tries <= 1) throw error;
    await wait(FIRST_PAUSE_MS);
    return retried(call, tries - 1);
  }
}

function isFinal(result: AnyResult): result is FinalResult {
  return result.type === 'completed' || result.type === 'denied';
}

/** @throws TypeError if the step's result is invalid. */
export function checkedResult(step: string, result: AnyResult | undefined): AnyResult {
  if (!result) throw new TypeError(`${step} returned no result`);
  switch (result.type) {
    case 'completed':
      if (JSON.stringify(result.data) === undefined)
        throw new TypeError(`${step} completed without data, not even null`);
      return result;
    case 'denied':
      if (!ERROR.test(result.error))
        throw new TypeError(`${step} denied with an error that is not 1 to 64 of a-z, A-Z, 0-9, _, - and .`);
      return { ...result, description: result.description.slice(0, DESCRIPTION_MAX_LENGTH) };
    case 'handOff':
      if (findLinkProblem(result.url))
        throw new TypeError(`${step} handed off to a value that is not an absolute https URL`);
      return { ...result, url: new URL(result.url).href };
    case 'invalid':
    case 'pending':
      return result;
    default:
      result satisfies never;
      throw new TypeError(`${step} returned an unknown type of result`);
  }
}

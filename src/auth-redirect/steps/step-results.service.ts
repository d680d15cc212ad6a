import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock.js';
import { ContinueTokenService } from '../token/continue-token.service.js';
import { AuthRedirectError } from '../errors.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';
import { openSealed, seal } from './seal.js';
import type { Completed, Denied } from './step.js';
import type { JsonValue } from '../json.js';
import type { StepLogin } from './step-logins.service.js';
import type { AnyResult } from './step-result.js';

/** Longest that a post waits for another one of the same step and login, in milliseconds. */
export const STEP_WAIT_MAX_MS = 15_000;
const POLL_MS = 50;
const LEASE_MS = 10_000;
const TYPE = 'step-result';

type FinalResult = Completed<JsonValue> | Denied;

/** How often a result is offered to a store that does not take it. */
const STORE_TRIES = 3;
/** What is settled outlives the login by this many seconds: work that was begun in time may end after it. */
const GRACE_SECONDS = 60;

/**
 * Lets a step of a login come to one result, however often its form is posted, from whatever copy of the browser's cookies, to
 * whichever replica. The result is that browser's: whoever opens the same link elsewhere has to take the step.
 */
@Injectable()
export class StepResultsService {
  constructor(
    private readonly store: ReplayStore,
    private readonly continueTokens: ContinueTokenService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param run The work. It is done by one at a time, and not again once it has come to `completed` or `denied`.
   * @returns What `run` gave, now or earlier.
   * @throws AuthRedirectError `token_expired` where the login has ended meanwhile, `step_in_progress` where another post has been at it for longer than {@link STEP_WAIT_MAX_MS},
   *   or has never come back; and all that `run` throws, after which it may be tried again.
   */
  async settle(login: StepLogin, step: string, run: () => Promise<AnyResult>): Promise<AnyResult> {
    const entry = digest('step-result', login.session.id, login.session.sessionToken, step);
    const turn = { key: digest('turn', entry), owner: randomUUID() };
    const key = this.continueTokens.keyOf(login.sessionToken).stepResultKey(entry);
    const { expiresAt, tenant } = login.sessionToken;
    const until = expiresAt + GRACE_SECONDS;
    for (let waited = 0; waited <= STEP_WAIT_MAX_MS; waited += POLL_MS) {
      if (this.clock.now() / 1000 >= expiresAt) throw new AuthRedirectError('token_expired', { tenant });
      const sealed = await this.store.recall(entry);
      const settled = sealed === undefined ? undefined : openSealed(sealed, TYPE, key);
      if (settled !== undefined) return resultOf(settled);
      if (await this.store.lease(turn.key, turn.owner, LEASE_MS)) {
        return this.#run(run, turn, async (result) =>
          this.#remember(entry, seal(JSON.stringify(result), TYPE, key), until),
        );
      }
      await wait(POLL_MS);
    }
    throw new AuthRedirectError('step_in_progress', { tenant });
  }

  /** The same text each time: a store that failed to answer may have taken it. */
  async #remember(entry: string, sealed: string, until: number, tries = STORE_TRIES): Promise<void> {
    try {
      await this.store.remember(entry, sealed, until);
    } catch (error) {
      if (tries <= 1) throw error;
      await wait(POLL_MS);
      await this.#remember(entry, sealed, until, tries - 1);
    }
  }

  async #run(
    run: () => Promise<AnyResult>,
    turn: { readonly key: string; readonly owner: string },
    remember: (result: FinalResult) => Promise<unknown>,
  ): Promise<AnyResult> {
    let result: AnyResult | undefined;
    try {
      result = await run();
      if (isFinal(result)) await remember(result);
      return result;
    } finally {
      if (!result || !isFinal(result)) await this.store.release(turn.key, turn.owner);
    }
  }
}

function resultOf(json: string): FinalResult {
  const result: FinalResult = JSON.parse(json);
  return result;
}

function isFinal(result: AnyResult): result is FinalResult {
  return result.type === 'completed' || result.type === 'denied';
}

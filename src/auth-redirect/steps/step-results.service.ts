import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ContinueTokenService } from '../continue-token/continue-token.service.js';
import { AuthRedirectError } from '../errors.js';
import { digest } from '../replay/digest.js';
import { ReplayStore } from '../replay/replay-store.js';
import { openSealed, seal } from './seal.js';
import type { Completed, Denied, JsonValue } from './step.js';
import type { StepLogin } from './step-logins.service.js';
import type { AnyResult } from './step-result.js';

/** Longest that a post waits for another one of the same step and login, in milliseconds. */
export const STEP_WAIT_MAX_MS = 15_000;
const POLL_MS = 50;
const TYPE = 'step-result';

type FinalResult = Completed<JsonValue> | Denied;

/** Lets a step of a login come to one result, however often its form is posted, from wherever, to whichever replica. */
@Injectable()
export class StepResultsService {
  constructor(
    private readonly store: ReplayStore,
    private readonly continueTokens: ContinueTokenService,
  ) {}

  /**
   * @param run The work. It is done by one at a time, and not again once it has come to `completed` or `denied`.
   * @returns What `run` gave, now or earlier.
   * @throws AuthRedirectError `step_in_progress` where another post has been at it for longer than {@link STEP_WAIT_MAX_MS},
   *   or has never come back; and all that `run` throws, after which it may be tried again.
   */
  async settle(login: StepLogin, step: string, run: () => Promise<AnyResult>): Promise<AnyResult> {
    const entry = digest('step-result', login.session.sessionToken, login.session.state, step);
    const turn = digest('turn', entry);
    const key = this.continueTokens.keyOf(login.sessionToken).stepResultKey(entry);
    const { expiresAt, tenant } = login.sessionToken;
    for (let waited = 0; waited <= STEP_WAIT_MAX_MS; waited += POLL_MS) {
      const sealed = await this.store.recall(entry);
      const settled = sealed === undefined ? undefined : await openSealed<FinalResult>(sealed, TYPE, key);
      if (settled) return settled;
      if ((await this.store.count(turn, expiresAt)) === 1) {
        return this.#run(run, turn, async (result) =>
          this.store.remember(entry, await seal(result, TYPE, key), expiresAt),
        );
      }
      await wait(POLL_MS);
    }
    throw new AuthRedirectError('step_in_progress', { tenant });
  }

  async #run(
    run: () => Promise<AnyResult>,
    turn: string,
    remember: (result: FinalResult) => Promise<unknown>,
  ): Promise<AnyResult> {
    let result: AnyResult | undefined;
    try {
      result = await run();
      if (isFinal(result)) await remember(result);
      return result;
    } finally {
      if (!result || !isFinal(result)) await this.store.forget(turn);
    }
  }
}

function isFinal(result: AnyResult): result is FinalResult {
  return result.type === 'completed' || result.type === 'denied';
}

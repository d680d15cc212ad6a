import type { StepContext } from '../../../auth-redirect/steps/step.js';
import type { HttpClient } from '../../../http-client/index.js';
import { handleIn, verdictIn, type Verdict } from '../answers/vendor-answer.js';
import type { VendorAnswerSettings } from '../answers/vendor-answer.options.js';
import type { HandOffRecord } from '../hand-offs.js';
import { ReturnRefusal } from '../return-refusal.js';
import { VendorClient, type RequestTemplate } from './vendor-client.js';

/** Minimum time between two requests for a login's result, even if browsers request its page more often. */
const PAUSE_SECONDS = 2;

export class VendorResults {
  readonly #client: VendorClient;

  constructor(
    client: HttpClient,
    private readonly settings: RequestTemplate & VendorAnswerSettings,
  ) {
    this.#client = new VendorClient(client, settings, 'result_failed');
  }

  /**
   * Returns the verdict about a hand-off; undefined if there is none yet.
   *
   * @throws ReturnRefusal `result_failed`, `claims_too_large`, and `handle_missing` or `handle_invalid` for the result of another login.
   */
  async read({ handle, session }: HandOffRecord, { memory }: StepContext): Promise<Verdict | undefined> {
    if ((await memory.count(`result ${handle}`, PAUSE_SECONDS)) > 1) return undefined;
    const answer = await this.#client.send({ handle, ...(session !== undefined && { session }) });
    const found = handleIn(answer, this.settings);
    if (found !== handle) throw new ReturnRefusal(found === undefined ? 'handle_missing' : 'handle_invalid');
    return verdictIn(answer, this.settings);
  }
}

import type { StepContext } from '../../../auth-redirect/steps/step.js';
import { findLinkProblem } from '../../../auth-redirect/validation/problems.js';
import type { HttpClient } from '../../../http-client/index.js';
import { valueAt } from '../answers/json-path.js';
import { ReturnRefusal } from '../return-refusal.js';
import { VendorClient } from './vendor-client.js';
import type { StartOptions } from './vendor-request.options.js';

/** Ids of sessions at vendors. They become a part of an address. */
const SESSION = /^[A-Za-z0-9][\w.:~-]{0,199}$/;

export interface VendorSession {
  /** The vendor's address for the user. */
  readonly url: string;
  /** The vendor's id of the session, if configured. */
  readonly session?: string;
}

export class VendorSessions {
  readonly #client: VendorClient;

  constructor(
    client: HttpClient,
    private readonly options: StartOptions,
  ) {
    this.#client = new VendorClient(client, options, 'start_failed');
  }

  /** @throws ReturnRefusal `start_failed`, `address_not_allowed`, `session_not_usable` */
  async create(handle: string, context: StepContext): Promise<VendorSession> {
    const { address, session } = this.options;
    const answer = await this.#client.send({ handle, returnUrl: context.returnUrl(), locale: context.locale });
    const url = this.#allowed(valueAt(answer, address));
    return session === undefined ? { url } : { url, session: usable(valueAt(answer, session)) };
  }

  #allowed(address: unknown): string {
    if (typeof address !== 'string' || findLinkProblem(address) !== undefined) {
      throw new ReturnRefusal('address_not_allowed');
    }
    const url = new URL(address);
    if (!this.options.hosts.includes(url.hostname)) throw new ReturnRefusal('address_not_allowed');
    return url.href;
  }
}

function usable(session: unknown): string {
  if (typeof session !== 'string' || !SESSION.test(session)) throw new ReturnRefusal('session_not_usable');
  return session;
}

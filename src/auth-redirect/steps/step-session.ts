import type { JsonValue } from '../json.js';

/** How a login ended before its steps did. */
export interface DeniedOutcome {
  readonly error: string;
  readonly description: string;
}

/** What is remembered of one login while its steps run. It lives in the browser, encrypted; see {@link StepSessionSeal}. */
export interface StepSession {
  /** Stands in the address, so that each tab finds its own. Worth nothing without the cookie. */
  readonly id: string;
  /** Auth0's state, as it came with the session token. */
  readonly state: string;
  /** The session token as it came. It is verified anew on every request, which is also what ends the session in time. */
  readonly sessionToken: string;
  /** Language of the pages. */
  readonly locale: string;
  /** What the steps gave that are done, by step id. */
  readonly done: Readonly<Record<string, JsonValue>>;
  /** Set once the continue page was shown: a page that is gone back to does not post by itself. */
  readonly isSentOn?: true;
  /** Set once the login is denied; nothing follows. */
  readonly denied?: DeniedOutcome;
}

/** Length of the windows of all limits, in seconds. */
export const HOUR_SECONDS = 3600;

/**
 * Limits messages, tries and changes of the recipient. The store counts them, over all browsers and replicas.
 *
 * @publicApi
 */
export interface CodeLimits {
  /** Sent messages of a login. Default: 5. Twice as many attempts to send may fail. */
  readonly messagesPerLogin: number;
  /** Messages of a user in an hour, over all logins. Default: 10. */
  readonly messagesPerUser: number;
  /** Seconds between two messages of a login. Default: 60. */
  readonly secondsBetweenMessages: number;
  /** Wrong codes of a login. Default: 5. */
  readonly triesPerLogin: number;
  /** Codes that a user tries in an hour, over all logins. Default: 20. */
  readonly triesPerUser: number;
  /** How often the user may enter another address in a login. Default: 3. With 0, only the step's own address gets the code. */
  readonly changesPerLogin: number;
  /** How often the user may do so in an hour, over all logins. Default: 10. */
  readonly changesPerUser: number;
}

export const DEFAULT_LIMITS: CodeLimits = {
  messagesPerLogin: 5,
  messagesPerUser: 10,
  secondsBetweenMessages: 60,
  triesPerLogin: 5,
  triesPerUser: 20,
  changesPerLogin: 3,
  changesPerUser: 10,
};

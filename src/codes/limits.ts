export const HOUR_SECONDS = 3600;

/**
 * Limits messages, tries and changes of the recipient, over all browsers and replicas.
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
  /** Tried codes of a user in an hour, over all logins. Default: 20. */
  readonly triesPerUser: number;
  /** Changes of the address in a login by the user. Default: 3. With 0, only the step's own address gets the code. */
  readonly changesPerLogin: number;
  /** Changes of the address in an hour, over all logins. Default: 10. */
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

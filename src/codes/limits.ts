export const HOUR_SECONDS = 3600;

/**
 * Limits messages, tries and changes of the recipient, over all browsers and replicas.
 *
 * @publicApi
 */
export interface CodeLimits {
  /** Sent messages per login. Default: 5. The limit for attempts to send is twice as high. */
  readonly messagesPerLogin: number;
  /** Messages per user and hour, over all logins. Default: 10. */
  readonly messagesPerUser: number;
  /** Minimum seconds between two messages of a login. Default: 60. */
  readonly secondsBetweenMessages: number;
  /** Wrong codes per login. Default: 5. */
  readonly triesPerLogin: number;
  /** Tried codes per user and hour, over all logins. Default: 20. */
  readonly triesPerUser: number;
  /** Changes of the address by the user, per login. Default: 3. With 0, only the step's own address receives the code. */
  readonly changesPerLogin: number;
  /** Changes of the address per user and hour, over all logins. Default: 10. */
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

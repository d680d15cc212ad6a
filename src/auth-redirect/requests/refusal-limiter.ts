/** Who was refused. Neither member appears in an answer or a log line. */
export interface RefusedClient {
  /** IP address of the client, if the HTTP adapter knows it. */
  readonly address: string | undefined;
  /** Digest of tenant and subject, if a verified token named them. */
  readonly subject: string | undefined;
}

/**
 * Decides whether a client is refused too often. Called for refusals only: other logins do not wait for it. The module limits
 * nothing by default; the service does.
 *
 * @publicApi
 */
export abstract class RefusalLimiter {
  /** Returns seconds until this client gets a specific answer again; undefined if it may have one now. */
  abstract tooMany(client: RefusedClient): Promise<number | undefined> | number | undefined;
}

/** Identifies the client of a refused request. Neither member appears in an answer or a log line. */
export interface RefusedClient {
  /** IP address, if the HTTP adapter knows it. */
  readonly address: string | undefined;
  /** Digest of tenant and subject, if the token's signature is verified. */
  readonly subject: string | undefined;
}

/**
 * Limits refusals per client. Called only for refusals, so it does not delay other logins. Default: no limit in the module; the service has
 * one.
 *
 * @publicApi
 */
export abstract class RefusalLimiter {
  /** Returns the seconds until the client gets a specific answer again; undefined if it may get one now. */
  abstract tooMany(client: RefusedClient): Promise<number | undefined> | number | undefined;
}

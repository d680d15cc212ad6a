/** Who was refused. Both are digests or addresses that no answer and no log line holds. */
export interface RefusedClient {
  /** IP address of the client, as the HTTP adapter knows it; undefined where it does not. */
  readonly address: string | undefined;
  /** Digest of tenant and subject, where a token of the tenant named them. */
  readonly subject: string | undefined;
}

/**
 * Decides whether a client is refused too often. It is asked about refusals alone: a login that goes on does not wait for it. The
 * module limits nothing; the service does.
 *
 * @publicApi
 */
export abstract class RefusalLimiter {
  /** @returns Seconds until this client is given an answer of its own again; undefined where it may have one. */
  abstract tooMany(client: RefusedClient): Promise<number | undefined> | number | undefined;
}

/** Limits nothing. */
export class NoRefusalLimiter extends RefusalLimiter {
  tooMany(): undefined {
    return undefined;
  }
}

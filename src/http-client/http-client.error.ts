/**
 * Names the reason for a failed request. `address_refused`: the host has a private address; `response_incomplete`: the connection ended
 * early; `response_too_large`: over `maxBytes`.
 *
 * @publicApi
 */
export type HttpClientErrorCode =
  'timeout' | 'connection_failed' | 'address_refused' | 'response_too_large' | 'response_incomplete' | 'invalid_json';

/**
 * Reports a failed request. The message contains no URL, header or body, so it can be logged.
 *
 * @publicApi
 */
export class HttpClientError extends Error {
  override readonly name = 'HttpClientError';

  /** @param systemCode Error code of the system or TLS, like `ECONNREFUSED`. */
  constructor(
    readonly code: HttpClientErrorCode,
    readonly systemCode?: string,
  ) {
    super(systemCode === undefined ? code : `${code} (${systemCode})`);
  }
}

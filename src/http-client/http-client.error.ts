/**
 * Names why a request failed. `address_refused`: the host has a private address; `response_incomplete`: the connection ended early;
 * `response_too_large`: the answer has more than `maxBytes`.
 *
 * @publicApi
 */
export type HttpClientErrorCode =
  'timeout' | 'connection_failed' | 'address_refused' | 'response_too_large' | 'response_incomplete' | 'invalid_json';

/**
 * A failed request. Its message contains no URL, header or body, so that it can be logged.
 *
 * @publicApi
 */
export class HttpClientError extends Error {
  override readonly name = 'HttpClientError';

  /** @param systemCode The error code of the system or of TLS, like `ECONNREFUSED`. */
  constructor(
    readonly code: HttpClientErrorCode,
    readonly systemCode?: string,
  ) {
    super(systemCode === undefined ? code : `${code} (${systemCode})`);
  }
}

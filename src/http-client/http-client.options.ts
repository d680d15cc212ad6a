import { IsBoolean } from 'class-validator';
import { findCertificateProblem, findFileProblem } from '../auth-redirect/files.js';
import { findLinkProblem, findWholeNumberProblem } from '../auth-redirect/validation/problems.js';
import { IfSet, validateWith } from '../auth-redirect/validation/validators.js';

/** Limit in bytes. All certificates that Mozilla trusts fit. */
export const CA_FILE_MAX_BYTES = 1_048_576;

const TIMEOUT_MAX_SECONDS = 30;
const RETRIES_MAX = 3;
const RESPONSE_MAX_BYTES = 1_048_576;

/**
 * Configures requests that are never repeated.
 *
 * @publicApi
 */
export class SingleRequestOptions {
  /** Time limit of a request with its retries, in whole seconds, 1 to 30. Default: 5. */
  @validateWith('isTimeout', (value) => findWholeNumberProblem(value, 1, TIMEOUT_MAX_SECONDS, 'of seconds '))
  timeout?: number = 5;

  /** Size limit of an answer, in bytes, up to 1,048,576. Default: 65,536. */
  @validateWith('isSize', (value) => findWholeNumberProblem(value, 1, RESPONSE_MAX_BYTES, 'of bytes '))
  maxBytes?: number = 65_536;

  /** Whether requests may go to private addresses (RFC 6890), like 10.0.0.0/8. Default: false. */
  @IsBoolean({ message: 'is neither true nor false' })
  allowPrivateAddresses?: boolean = false;

  /** File with the certificates (PEM) to trust instead of Node's. Read for each request. Default: none. */
  @IfSet((path) => findFileProblem(path, CA_FILE_MAX_BYTES, findCertificateProblem))
  caFile?: string;
}

/**
 * Configures an {@link HttpClient}.
 *
 * @publicApi
 */
export class HttpClientOptions extends SingleRequestOptions {
  /** Retries of a repeatable request, 0 to 3: after a failed connection, 429, 502, 503 and 504. Default: 1. */
  @validateWith('isNumberOfRetries', (value) => findWholeNumberProblem(value, 0, RETRIES_MAX))
  retries?: number = 1;
}

export class HttpClientSettings extends HttpClientOptions {
  declare timeout: number;
  declare retries: number;
  declare maxBytes: number;
  declare allowPrivateAddresses: boolean;
}

/**
 * Accepts an https URL, or http on localhost, without user name, password and fragment.
 *
 * @returns The problem, to follow the option's name; undefined if valid.
 * @publicApi
 */
export function findOutboundUrlProblem(value: unknown): string | undefined {
  const problem = findLinkProblem(value);
  if (problem !== undefined) return problem;
  return String(value).includes('#') ? 'has a fragment, which is not sent: remove it' : undefined;
}

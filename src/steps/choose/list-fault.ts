/** The code of a list that was not requested, because a limit is used up. */
export const TOO_MANY = 'too_many_requests';

/**
 * A list that cannot be used. Its code is for the log, and contains no user data.
 *
 * `too_many_requests`: the login or the user has used up the requests to the endpoint. `claim_missing`, `not_a_list`, `too_many_entries`,
 * `entry_invalid`, `entry_repeated`: the list itself is invalid. `status_<number>`: the endpoint's status. `subject_not_sendable`: the
 * user's `sub` does not fit into the request. `file_not_readable`: a file of `headerFiles`. Other codes come from the HTTP client.
 */
export class ListFault extends Error {
  override readonly name = 'ListFault';

  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}

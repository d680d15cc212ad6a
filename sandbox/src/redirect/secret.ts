/** Auth0's documented limit for `encodeToken` and `validateToken`, in characters. */
const MAX_SECRET_LENGTH = 4096;

/** Rejects `undefined`, for example of a misspelled name of `event.secrets`. */
export function assertSecret(method: string, secret: unknown): asserts secret is string {
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError(`${method}: "secret" must be a non-empty string. Is its name in event.secrets spelled right?`);
  }
  if (secret.length > MAX_SECRET_LENGTH) {
    throw new RangeError(`${method}: "secret" has ${secret.length} characters; the limit is ${MAX_SECRET_LENGTH}.`);
  }
}

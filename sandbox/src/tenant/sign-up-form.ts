import { isEmailAddress } from '../directory/email-address.js';
import { textOf, toJsonObject, type JsonObject } from '../json.js';

/** What the sign-up page posts. */
export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly userMetadata: string;
  readonly moreFields: string;
}

/** Reads what the sign-up page posts. */
export function signUpInput(body: unknown): SignUpInput {
  const { email, password, user_metadata: userMetadata, more_fields: moreFields } = toJsonObject(body);
  return {
    ...{ email: textOf(email).trim(), password: textOf(password) },
    ...{ userMetadata: textOf(userMetadata), moreFields: textOf(moreFields) },
  };
}

/** Says what is wrong with an email address, or returns undefined. */
export function emailProblem(email: string): string | undefined {
  return isEmailAddress(email) ? undefined : 'Enter an email address, such as ada@example.com.';
}

/** Reads `NAME=VALUE` lines; the text is the first line that is none. */
export function readLines(text: string): JsonObject | string {
  const filled = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const wrong = filled.find((line) => !/^\s*[^=\s]+\s*=/.test(line));
  if (wrong !== undefined) return wrong;
  const pairs = filled.map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
  return Object.fromEntries(pairs);
}

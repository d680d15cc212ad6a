import { isEmailAddress } from '../directory/email-address.js';
import { textOf, toJsonObject } from '../json.js';

export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly userMetadata: string;
  readonly moreFields: string;
}

export function signUpInput(body: unknown): SignUpInput {
  const { email, password, user_metadata: userMetadata, more_fields: moreFields } = toJsonObject(body);
  return {
    ...{ email: textOf(email).trim(), password: textOf(password) },
    ...{ userMetadata: textOf(userMetadata), moreFields: textOf(moreFields) },
  };
}

export function emailProblem(email: string): string | undefined {
  return isEmailAddress(email) ? undefined : 'Enter an email address, such as ada@example.com.';
}

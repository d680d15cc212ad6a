import { isRecord } from '../../json.js';
import { factorProblem } from '../factors.js';
import type { ApiMethods, CallNotes } from '../recorder.js';
import type { ApiTools } from './api-part.js';

/** Auth0: Actions Limitations, "Account Linking". */
const USER_ID_CHARACTERS = 128;

/** The tenant selects the factors after the Action has ended. */
export const authenticationApi = ({ event, facts, handler }: ApiTools): ApiMethods => {
  let isPrimaryUserChanged = facts.isPrimaryUserChanged ?? false;
  return {
    'authentication.challengeWith': ([factor, options], notes) => checkFactor('challengeWith', factor, options, notes),
    'authentication.challengeWithAny': ([factors], notes) => checkFactors('challengeWithAny', factors, notes),
    'authentication.enrollWith': ([factor, options], notes) => checkFactor('enrollWith', factor, options, notes),
    'authentication.enrollWithAny': ([factors], notes) => checkFactors('enrollWithAny', factors, notes),
    'authentication.recordMethod': ([url]) => {
      if (!handler.startsWith('onContinue')) {
        throw new Error(`recordMethod: only onContinuePostLogin can record a method, and this is ${handler}.`);
      }
      if (typeof url !== 'string' || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
        throw new TypeError('recordMethod: the provider URL must be an absolute http: or https: URL.');
      }
    },
    'authentication.setPrimaryUser': ([userId], notes) => {
      if (typeof userId !== 'string' || userId === '') {
        throw new TypeError('setPrimaryUser: the user ID must be a non-empty string.');
      }
      if (userId.length > USER_ID_CHARACTERS) {
        throw new RangeError(
          `setPrimaryUser: the user ID has ${userId.length} characters; the limit is ${USER_ID_CHARACTERS}.`,
        );
      }
      if (isPrimaryUserChanged) throw new Error('setPrimaryUser: it can be called once per transaction.');
      isPrimaryUserChanged = true;
      const { user } = event;
      if (isRecord(user) && user['user_id'] === userId) notes.hint = 'The user of this login has this ID already.';
    },
  };
};

function checkFactor(method: string, factor: unknown, options: unknown, notes: CallNotes): void {
  const additional = isRecord(options) ? options['additionalFactors'] : undefined;
  checkFactors(method, [factor, ...(Array.isArray(additional) ? additional : [])], notes);
  if (additional !== undefined && !Array.isArray(additional)) {
    throw new TypeError(`${method}: additionalFactors must be an array, such as [{ type: 'phone' }].`);
  }
}

function checkFactors(method: string, factors: unknown, notes: CallNotes): void {
  if (!Array.isArray(factors)) {
    throw new TypeError(`${method}: the factors must be an array, such as [{ type: 'otp' }].`);
  }
  const problems = factors.flatMap((factor) => {
    if (!isRecord(factor) || typeof factor['type'] !== 'string') {
      throw new TypeError(`${method}: a factor must be an object with a type, such as { type: 'otp' }.`);
    }
    return factorProblem(factor['type']) ?? [];
  });
  if (problems.length > 0) notes.hint = problems.join(' ');
}

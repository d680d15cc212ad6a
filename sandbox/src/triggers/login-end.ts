import { CUSTOM_CLAIMS_MAX_BYTES } from '../execution/custom-claims.js';
import type { ActionsOutcome, LoginTransaction } from '../logins/login-transaction.js';
import type { Masker } from '../transactions/mask.js';
import type { TransactionLog } from '../transactions/transaction-log.js';
import type { HandlerResult } from './action-steps.js';
import { lastCall } from './post-login-effects.js';
import type { TransactionRecord } from '../transactions/transaction.js';

export interface EndParts {
  readonly log: TransactionLog;
  readonly masker: Masker;
  readonly trigger?: { readonly refused?: string };
}

type RefusedStatus = 'failed' | 'denied' | 'interaction required';

/** `error` is absent for access_denied. */
type Refusal = [status: RefusedStatus, description: string, error?: string];

/** @param problem The reason if its `setPrimaryUser` fails the login. */
export function refusalOf({ calls, error }: HandlerResult, problem: string | undefined): Refusal | undefined {
  if (error) return ['failed', error.message];
  const denial = DENIALS.map((name) => lastCall(calls, name)).find((call) => call !== undefined);
  if (denial) return ['denied', textOr(denial.args[0], 'Access denied')];
  const invalid = lastCall(calls, 'api.validation.error');
  if (invalid) return ['denied', textOr(invalid.args[1], ''), textOr(invalid.args[0], 'access_denied')];
  return problem === undefined ? undefined : ['failed', problem];
}

/** Calls whose first argument is the reason. */
const DENIALS = ['api.access.deny', 'api.session.revoke', 'api.refreshToken.revoke'];

/** Auth0 limits custom claims of a token. */
export function claimsRefusal({ idTokenClaims, accessTokenClaims }: LoginTransaction): Refusal | undefined {
  const tokens = Object.entries({ 'ID token': idTokenClaims, 'access token': accessTokenClaims });
  const sizes = tokens.map(([name, claims]) => ({ name, bytes: Buffer.byteLength(JSON.stringify(claims)) }));
  const tooBig = sizes.find(({ bytes }) => bytes > CUSTOM_CLAIMS_MAX_BYTES);
  if (!tooBig) return undefined;
  const { name, bytes } = tooBig;
  const limit = `Auth0's limit is ${CUSTOM_CLAIMS_MAX_BYTES} bytes.`;
  return ['failed', `The custom claims of the ${name} have ${bytes} bytes; ${limit}`];
}

export function refuse(
  { log, masker, trigger }: EndParts,
  { record }: LoginTransaction,
  status: RefusedStatus,
  description: string,
  error = 'access_denied',
): ActionsOutcome {
  record.status = status;
  const title = trigger?.refused === undefined ? {} : { title: trigger.refused };
  const shown = masker.text(description);
  log.add(record, { kind: 'denied', ...title, error, description: shown });
  // A denial's reason is the Action's own text. An error's message may contain a secret by accident.
  return { kind: 'denied', error, description: status === 'failed' ? shown : description };
}

export function warn({ log }: Pick<EndParts, 'log'>, record: TransactionRecord, message: string): void {
  log.add(record, { kind: 'warning', message });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

import type { Clock } from '../../auth-redirect/clock.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { LinkRefusal } from './link-refusal.js';

/** Maximum attempts per login, and per user and hour. */
const ATTEMPTS_PER_LOGIN = 10;
const ATTEMPTS_PER_USER = 30;
const HOUR_SECONDS = 3600;

/** An authorization request, and the values that its answer must match. The values are derived again, so no server stores them. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** Code verifier of PKCE (RFC 7636). */
  readonly codeVerifier: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

/** Begins an attempt, unless the login or the user has reached a limit. */
export async function beginAttempt(context: StepContext, clock: Clock): Promise<Attempt | 'loginLimit' | 'userLimit'> {
  const { memory } = context;
  const number = await memory.count('attempt');
  if (number > ATTEMPTS_PER_LOGIN) return 'loginLimit';
  if ((await memory.countForUser('attempt', HOUR_SECONDS)) > ATTEMPTS_PER_USER) return 'userLimit';
  const startedAt = Math.floor(clock.now() / 1000);
  await memory.remember(`attempt ${number}`, String(startedAt));
  return attemptOf(context, number, startedAt);
}

/**
 * Returns the attempt of a `state`, but only once: its code verifier is for one token request.
 *
 * @throws LinkRefusal `attempt_unknown`, `attempt_used`
 */
export async function useAttempt(context: StepContext, state: unknown): Promise<Attempt> {
  const { memory } = context;
  const number = Number(/\.(\d{1,2})$/.exec(String(state))?.[1]);
  const startedAt = number > 0 ? await memory.recall(`attempt ${number}`) : undefined;
  const attempt = attemptOf(context, number, Number(startedAt));
  if (startedAt === undefined || attempt.state !== state) throw new LinkRefusal('attempt_unknown');
  if ((await memory.count(`use of attempt ${number}`)) > 1) throw new LinkRefusal('attempt_used');
  return attempt;
}

/** The state contains the id of the browser's login, so that two browsers with one link derive different values. */
function attemptOf(context: StepContext, number: number, startedAt: number): Attempt {
  const state = `${context.callback().state}.${number}`;
  const derived = (use: string): string => Buffer.from(context.secret(`${use} ${state}`)).toString('base64url');
  return { state, nonce: derived('nonce'), codeVerifier: derived('code verifier'), startedAt };
}

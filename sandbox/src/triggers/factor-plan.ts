import { FACTORS } from '../execution/factors.js';
import type { FactorMode, FactorPause } from '../logins/login-pause.js';
import type { SandboxUser } from '../directory/user.js';

/** A requested factor that the user is not offered. */
export interface IgnoredFactor {
  readonly type: string;
  readonly reason: string;
}

export interface FactorPlan {
  readonly offered: readonly string[];
  readonly ignored: readonly IgnoredFactor[];
  /** Whether the user has already completed the factor in this login. */
  readonly isSatisfied: boolean;
}

export interface FactorFacts {
  readonly user: SandboxUser;
  readonly enabled: readonly string[];
  /** Completed in this login. */
  readonly completed: ReadonlySet<string>;
}

const COMPLETED = 'completed in this login';

/** Follows Auth0's documented rules for `challengeWith` and the other methods. */
export function planFactors({ mode, types }: FactorPause, facts: FactorFacts): FactorPlan {
  const ignored = types.flatMap((type) => {
    const reason = reasonToIgnore(type, mode, facts);
    return reason === undefined ? [] : [{ type, reason }];
  });
  const offered = types.filter((type) => ignored.every((one) => one.type !== type));
  return { offered, ignored, isSatisfied: offered.length === 0 && ignored.some(({ reason }) => reason === COMPLETED) };
}

function reasonToIgnore(type: string, mode: FactorMode, { user, enabled, completed }: FactorFacts): string | undefined {
  if (!enabled.includes(type)) return 'not enabled on the tenant';
  if (completed.has(type)) return COMPLETED;
  const isEnrolled = hasFactor(user, type);
  if (mode === 'challenge') return isEnrolled ? undefined : 'not enrolled';
  return isEnrolled ? 'already enrolled' : undefined;
}

/** A verified email address needs no enrollment (Auth0: Configure Email Notifications for MFA). */
function hasFactor({ enrolled_factors: enrolled, email_verified: isVerified }: SandboxUser, type: string): boolean {
  return enrolled.includes(type) || (type === 'email' && isVerified === true);
}

/** Users complete an existing factor before they enroll another one. */
export function proofBefore({ mode }: FactorPause, { user, enabled, completed }: FactorFacts): FactorPause | undefined {
  const types = user.enrolled_factors.filter((type) => enabled.includes(type));
  if (mode !== 'enroll' || completed.size > 0 || types.length === 0) return undefined;
  return { kind: 'factor', mode: 'challenge', types, isSelection: true };
}

/** The factors of each provider of `api.multifactor.enable`. */
const PROVIDER_FACTORS: Readonly<Record<string, readonly string[]>> = {
  guardian: ['push-notification', 'phone', 'otp'],
  'google-authenticator': ['otp'],
  duo: ['duo'],
};

/** Returns the factor after all Actions: an existing one, or else a new one. */
export function factorOfProvider(provider: string, canRemember: boolean, { user, enabled }: FactorFacts): FactorPause {
  const all = PROVIDER_FACTORS[provider] ?? FACTORS.filter((type) => type !== 'email' && type !== 'recovery-code');
  const enrolled = user.enrolled_factors.filter((type) => enabled.includes(type));
  const own = enrolled.filter((type) => provider === 'any' || all.includes(type));
  const [mode, types] = own.length > 0 ? (['challenge', own] as const) : (['enroll', all] as const);
  return { kind: 'factor', mode, types, isSelection: false, canRemember };
}

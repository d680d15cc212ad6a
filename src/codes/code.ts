import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../auth-redirect/clock.js';
import type { StepContext, StepMemory } from '../auth-redirect/steps/step.js';
import { HOUR_SECONDS, type CodeLimits } from './limits.js';
import type { CodeRecipient } from './recipient.js';

const CODES = 1_000_000;
const DIGITS = 6;
/** Skips the 32-bit numbers from here on, which would make some codes more likely. */
const UNBIASED = 2 ** 32 - (2 ** 32 % CODES);
const NUMBER_BYTES = 4;

const MINUTE_MS = 60_000;
const CODE_LIFETIME_MS = 10 * MINUTE_MS;
/** A message in the last two minutes of a code contains the next code. Then both codes are valid. */
const LATE_MS = 2 * MINUTE_MS;

/** Tries of a user count within full clock hours, so that a page can say how long to wait. */
const HOUR_MS = HOUR_SECONDS * 1000;

export interface Generation {
  /** Counts from 1. */
  readonly number: number;
  /** Changes the code if the store loses the generation. */
  readonly mark: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * Describes a try:
 *
 * - `right`: a valid code of this login for this recipient.
 * - `wrong`: no code of this login for this recipient.
 * - `expired`: the right code, but too old.
 * - `limit`: no tries are left. Deny the login. A new login has new tries; for `user`, only after `minutes`.
 *
 * @publicApi
 */
export type CodeCheck =
  | { readonly type: 'right' | 'wrong' | 'expired' }
  | { readonly type: 'limit'; readonly limit: 'login' }
  | { readonly type: 'limit'; readonly limit: 'user'; readonly minutes: number };

type UsedUp = Extract<CodeCheck, { readonly type: 'limit' }>;

/** Includes an address that the user entered, so that the code for one address never proves another. */
export function markFor({ mark }: Generation, { change, address }: CodeRecipient): string {
  return change > 0 ? `${mark} ${address}` : mark;
}

/** Returns `000000` to `999999`. The code is derived, not random: all replicas compute the same one, and nothing stores it. */
export function codeOf({ secret }: Pick<StepContext, 'secret'>, mark: string): string {
  for (let round = 1; ; round += 1) {
    const bytes = Buffer.from(secret(`code-${mark}-${round}`));
    for (let offset = 0; offset < bytes.length; offset += NUMBER_BYTES) {
      const number = bytes.readUInt32BE(offset);
      if (number < UNBIASED) return String(number % CODES).padStart(DIGITS, '0');
    }
  }
}

/**
 * Returns all generations so far, the latest first. Starts the next one if the latest is too old for a message.
 *
 * @param now Milliseconds since 1970.
 */
export async function generations(memory: StepMemory, now: number): Promise<readonly [Generation, ...Generation[]]> {
  const earlier: Generation[] = [];
  for (let number = 1; ; number += 1) {
    const own = `${now} ${randomUUID()}`;
    const stored = await memory.remember(`begun-${number}`, own);
    // Counted before any try: if a try finds no counter, the store has lost it.
    if (number === 1 && stored === own) await memory.count('tries');
    const [begunAt = '', mark = ''] = stored.split(' ');
    const isLost = (await memory.recall(`lost-${number}`)) !== undefined;
    const generation = { number, mark, endsAt: isLost ? 0 : Number(begunAt) + CODE_LIFETIME_MS };
    if (now < generation.endsAt - LATE_MS) return [generation, ...earlier];
    earlier.unshift(generation);
  }
}

/** Returns the whole minutes until the code or the login expires, at least 1. */
export function minutesLeft({ sessionToken }: StepContext, { endsAt }: Generation, now: number): number {
  const until = Math.min(endsAt, sessionToken.expiresAt * 1000);
  return Math.max(1, Math.floor((until - now) / MINUTE_MS));
}

/**
 * Counts each try before the comparison, so that parallel tries all count. Right codes count too: otherwise, they would bypass a limit. If
 * the store loses the counter, the code expires.
 */
export async function tryCode(
  context: StepContext,
  recipient: CodeRecipient,
  code: string,
  limits: CodeLimits,
  clock: Clock,
): Promise<CodeCheck> {
  const now = clock.now();
  const tries = (await context.memory.count('tries')) - 1;
  const triesOfUser = await context.memory.countForUser(`tries-${Math.floor(now / HOUR_MS)}`, HOUR_SECONDS);
  const usedUp = (ofLogin: number, ofUser: number): UsedUp | undefined => limitUsedUp(ofLogin, ofUser, limits, now);
  const before = usedUp(tries - 1, triesOfUser - 1);
  if (before) return before;
  if (tries === 0) await endGeneration(context.memory, now);
  const all = await generations(context.memory, now);
  const matching = all.filter((generation) => isSameCode(code, codeOf(context, markFor(generation, recipient))));
  if (matching.some(({ endsAt }) => now < endsAt)) return { type: 'right' };
  return usedUp(tries, triesOfUser) ?? { type: matching.length > 0 ? 'expired' : 'wrong' };
}

function limitUsedUp(
  tries: number,
  triesOfUser: number,
  { triesPerLogin, triesPerUser }: CodeLimits,
  now: number,
): UsedUp | undefined {
  if (triesOfUser >= triesPerUser) {
    return { type: 'limit', limit: 'user', minutes: Math.ceil((HOUR_MS - (now % HOUR_MS)) / MINUTE_MS) };
  }
  return tries >= triesPerLogin ? { type: 'limit', limit: 'login' } : undefined;
}

async function endGeneration(memory: StepMemory, now: number): Promise<void> {
  const [{ number }] = await generations(memory, now);
  await memory.remember(`lost-${number}`, String(now));
}

/** Compares in constant time, to hide the number of right digits. */
export function isSameCode(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

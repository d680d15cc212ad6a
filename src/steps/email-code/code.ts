import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../auth-redirect/clock.js';
import type { StepContext, StepMemory } from '../../auth-redirect/steps/step.js';
import type { Recipient } from './recipient.js';

const CODES = 1_000_000;
const DIGITS = 6;
/** 32-bit numbers from here on would make some codes more likely than others. */
const UNBIASED = 2 ** 32 - (2 ** 32 % CODES);
const NUMBER_BYTES = 4;

const MINUTE_MS = 60_000;
const CODE_LIFETIME_MS = 10 * MINUTE_MS;
/** A message sent in the last two minutes of a code carries the next code. Both are valid then. */
const LATE_MS = 2 * MINUTE_MS;

const TRIES_PER_LOGIN = 5;
/** Over all logins of the user, from one full hour to the next, so that a page can say how long to wait. */
const TRIES_PER_USER = 20;
const HOUR_SECONDS = 3600;
const HOUR_MS = 60 * MINUTE_MS;

/** A part of the login with its own code. */
export interface Generation {
  /** Counted from 1. */
  readonly number: number;
  /** Random, so that the code changes if the store loses the generation. */
  readonly mark: string;
  /** When the code expires, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** Result of a try. */
export type Try = 'right' | 'wrong' | 'expired' | Limit;

/** The used-up limit. */
type Limit = 'loginLimit' | 'userLimit';

/**
 * Returns what the code of a generation is derived from. An address that the user entered is part of it, so that the code for one
 * address never proves another.
 */
export function markFor({ mark }: Generation, { change, address }: Recipient): string {
  return change > 0 ? `${mark} ${address}` : mark;
}

/**
 * Returns the code of a mark, `000000` to `999999`. It is derived, not random: all replicas compute the same code, and
 * nothing stores it.
 */
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
 * Returns all generations of the login so far, the latest first. If the latest is too old for a message, it starts the next.
 *
 * @param now Milliseconds since 1970.
 */
export async function generations(memory: StepMemory, now: number): Promise<readonly [Generation, ...Generation[]]> {
  const earlier: Generation[] = [];
  for (let number = 1; ; number += 1) {
    const own = `${now} ${randomUUID()}`;
    const stored = await memory.remember(`begun-${number}`, own);
    // Counted before any try, so that a try that finds no counter knows that the store has lost it.
    if (number === 1 && stored === own) await memory.count('tries');
    const [begunAt = '', mark = ''] = stored.split(' ');
    const isLost = (await memory.recall(`lost-${number}`)) !== undefined;
    const generation = { number, mark, endsAt: isLost ? 0 : Number(begunAt) + CODE_LIFETIME_MS };
    if (now < generation.endsAt - LATE_MS) return [generation, ...earlier];
    earlier.unshift(generation);
  }
}

/** Returns how many minutes the user has to wait for new tries: the rest of the hour. At least 1. */
export function minutesToWait(now: number): number {
  return Math.ceil((HOUR_MS - (now % HOUR_MS)) / MINUTE_MS);
}

/** Returns for how many whole minutes the code is valid: until it expires, or the login does. At least 1. */
export function minutesLeft({ sessionToken }: StepContext, { endsAt }: Generation, now: number): number {
  const until = Math.min(endsAt, sessionToken.expiresAt * 1000);
  return Math.max(1, Math.floor((until - now) / MINUTE_MS));
}

/**
 * Compares a code with the codes of the login for the recipient. Each try counts before the comparison, so that parallel tries all count. Right
 * codes count too: a limit that they bypass would not stop an attacker. A code whose counter the store has lost is not valid any more.
 */
export async function tryCode(context: StepContext, recipient: Recipient, code: string, clock: Clock): Promise<Try> {
  const now = clock.now();
  const tries = (await context.memory.count('tries')) - 1;
  const triesOfUser = await context.memory.countForUser(`tries-${Math.floor(now / HOUR_MS)}`, HOUR_SECONDS);
  const limit = limitUsedUp(tries - 1, triesOfUser - 1);
  if (limit) return limit;
  if (tries === 0) await endGeneration(context.memory, now);
  const all = await generations(context.memory, now);
  const matching = all.filter((generation) => isSameCode(code, codeOf(context, markFor(generation, recipient))));
  if (matching.some(({ endsAt }) => now < endsAt)) return 'right';
  return limitUsedUp(tries, triesOfUser) ?? (matching.length > 0 ? 'expired' : 'wrong');
}

function limitUsedUp(tries: number, triesOfUser: number): Limit | undefined {
  if (triesOfUser >= TRIES_PER_USER) return 'userLimit';
  return tries >= TRIES_PER_LOGIN ? 'loginLimit' : undefined;
}

async function endGeneration(memory: StepMemory, now: number): Promise<void> {
  const [{ number }] = await generations(memory, now);
  await memory.remember(`lost-${number}`, String(now));
}

/** Compares two codes. The time does not reveal how many digits are right. */
export function isSameCode(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

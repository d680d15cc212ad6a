import { randomUUID } from 'node:crypto';
import type { StepMemory } from '../auth-redirect/steps/step.js';
import { HOUR_SECONDS, type CodeLimits } from './limits.js';
import type { CodeRecipient } from './recipient.js';

/**
 * Limits messages over all users of a tenant, for example to a recipient or a country.
 *
 * @publicApi
 */
export interface TenantLimit {
  /** Name of the limit in {@link CodeDelivery}, like `recipient`. */
  readonly name: string;
  /** Counted value, like the phone number. The store receives only a digest. */
  readonly key: string;
  /** Maximum messages per hour, for this step. */
  readonly perHour: number;
}

/**
 * Describes a delivery, with the whole minutes for which the code is valid, at least 1:
 *
 * - `sent`: the message is on its way.
 * - `failed`: not sent; the next request tries again.
 * - `pause`: the user must wait for `seconds`.
 * - `limit`: the limit is used up: `login`, `user`, or the name of a {@link TenantLimit}.
 *
 * @publicApi
 */
export type CodeDelivery = Outcome & { readonly minutes: number };

export type Outcome =
  | { readonly type: 'sent' | 'failed' }
  | { readonly type: 'pause'; readonly seconds: number }
  | { readonly type: 'limit'; readonly limit: string };

export interface Message {
  readonly recipient: CodeRecipient;
  /** Number of the generation whose code the message contains. */
  readonly generation: number;
  readonly isAgain: boolean;
}

type Limits = Pick<CodeLimits, 'messagesPerLogin' | 'messagesPerUser' | 'secondsBetweenMessages'> & {
  readonly ofTenant: readonly TenantLimit[];
};

/**
 * Sends a message within the limits, once over all browsers and replicas.
 *
 * @param now Milliseconds since 1970.
 * @param send Returns whether the message was sent.
 */
export async function deliver(
  memory: StepMemory,
  message: Message,
  limits: Limits,
  now: number,
  send: () => Promise<boolean>,
): Promise<Outcome> {
  const entry = await reserve(memory, message, limits, now);
  if (typeof entry !== 'number') return entry;
  // Counted before sending, and never reverted: a failed message may still arrive.
  const limit = await limitUsedUp(memory, limits);
  let type: 'sent' | 'failed' = 'failed';
  try {
    if (limit === undefined && (await send())) type = 'sent';
  } finally {
    await memory.remember(`message-${entry}-outcome`, type);
  }
  return limit === undefined ? { type } : { type: 'limit', limit };
}

/** Counts one limit after the other: a refused message does not count against later limits. */
async function limitUsedUp(memory: StepMemory, { messagesPerUser, ofTenant }: Limits): Promise<string | undefined> {
  if ((await memory.countForUser('messages', HOUR_SECONDS)) > messagesPerUser) return 'user';
  for (const { name, key, perHour } of ofTenant) {
    if ((await memory.countForTenant(`messages-${name}-${key}`, HOUR_SECONDS)) > perHour) return name;
  }
  return undefined;
}

/**
 * Reserves an entry with its own outcome, so that a failed message delays no other.
 *
 * @returns The number of the entry, or the reason for no entry.
 */
async function reserve(
  memory: StepMemory,
  { recipient: { change }, generation, isAgain }: Message,
  { messagesPerLogin, secondsBetweenMessages }: Limits,
  now: number,
): Promise<Outcome | number> {
  let sent = 0;
  for (let number = 1; number <= 2 * messagesPerLogin && sent < messagesPerLogin; number += 1) {
    const own = JSON.stringify({ generation, change, at: now, by: randomUUID() });
    const entry = await memory.remember(`message-${number}`, own);
    if (entry === own) return number;
    // A message on its way counts as sent. At worst, the user requests another one.
    if ((await memory.remember(`message-${number}-outcome`, 'sent')) === 'failed') continue;
    sent += 1;
    const earlier: { readonly generation: number; readonly change: number; readonly at: number } = JSON.parse(entry);
    const isSameCode = earlier.generation === generation && earlier.change === change;
    if (!isAgain && isSameCode) return { type: 'sent' };
    const seconds = Math.ceil(secondsBetweenMessages - (now - earlier.at) / 1000);
    if (isAgain && seconds > 0) return { type: 'pause', seconds };
  }
  return { type: 'limit', limit: 'login' };
}

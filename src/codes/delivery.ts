import { randomUUID } from 'node:crypto';
import type { StepMemory } from '../auth-redirect/steps/step.js';
import { HOUR_SECONDS, type CodeLimits } from './limits.js';
import type { CodeRecipient } from './recipient.js';

/**
 * Limits messages over all users of a tenant: to a recipient, or to a group of recipients like a country.
 *
 * @publicApi
 */
export interface TenantLimit {
  /** Names the limit in {@link CodeDelivery}, like `recipient`. */
  readonly name: string;
  /** What is counted, like the phone number. The store only gets a digest of it. */
  readonly key: string;
  /** Messages in an hour, for this step. */
  readonly perHour: number;
}

/**
 * Describes what happened to a message, and for how many whole minutes its code is valid, at least 1:
 *
 * - `sent`: the message is on its way.
 * - `failed`: it could not be sent. The next request tries again.
 * - `pause`: the user has to wait for so many seconds before the next message.
 * - `limit`: a limit is used up: `login`, `user`, or the name of a {@link TenantLimit}.
 *
 * @publicApi
 */
export type CodeDelivery = Outcome & { readonly minutes: number };

export type Outcome =
  | { readonly type: 'sent' | 'failed' }
  | { readonly type: 'pause'; readonly seconds: number }
  | { readonly type: 'limit'; readonly limit: string };

/** A message to send: the first with the code of a generation for a recipient, or one more that the user requested. */
export interface Message {
  readonly recipient: CodeRecipient;
  /** Number of the generation whose code the message carries. */
  readonly generation: number;
  readonly isAgain: boolean;
}

/** How often a login may send. */
type Limits = Pick<CodeLimits, 'messagesPerLogin' | 'messagesPerUser' | 'secondsBetweenMessages'> & {
  readonly ofTenant: readonly TenantLimit[];
};

/**
 * Sends a message within the limits, once across all browsers and replicas.
 *
 * @param now Milliseconds since 1970.
 * @param send Sends the message; returns whether that succeeded.
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
  // Counted before sending and never taken back: a message that seems to fail may still arrive.
  const limit = await limitUsedUp(memory, limits);
  let type: 'sent' | 'failed' = 'failed';
  try {
    if (limit === undefined && (await send())) type = 'sent';
  } finally {
    await memory.remember(`message-${entry}-outcome`, type);
  }
  return limit === undefined ? { type } : { type: 'limit', limit };
}

/** Counts against one limit after the other, so that a refused message does not count against the later limits. */
async function limitUsedUp(memory: StepMemory, { messagesPerUser, ofTenant }: Limits): Promise<string | undefined> {
  if ((await memory.countForUser('messages', HOUR_SECONDS)) > messagesPerUser) return 'user';
  for (const { name, key, perHour } of ofTenant) {
    if ((await memory.countForTenant(`messages-${name}-${key}`, HOUR_SECONDS)) > perHour) return name;
  }
  return undefined;
}

/**
 * Adds an entry to the list of messages in the step's memory. Each entry has its outcome, so that a failed one delays nobody.
 *
 * @returns The number of the entry, or why nothing may be sent now.
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
    // A message on its way counts as sent. At worst the user has to request another one.
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

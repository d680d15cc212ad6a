import { randomUUID } from 'node:crypto';
import type { StepMemory } from '../../auth-redirect/steps/step.js';
import { mailboxKeyOf, type Recipient } from './recipient.js';

/** Time between two messages of a login, in seconds. */
const PAUSE_SECONDS = 60;

const MESSAGES_PER_LOGIN = 5;
/** Attempts to send, failed ones included. */
const ATTEMPTS_PER_LOGIN = 10;
/** Over all logins of the user, in an hour. */
const MESSAGES_PER_USER = 10;
/** To a mailbox that users entered, over all users, in an hour: nobody can fill it by many accounts. */
const MESSAGES_PER_MAILBOX = 5;
const HOUR_SECONDS = 3600;

/** A message to send: the first with the code of a generation for a recipient, or one more that the user requested. */
interface Message {
  readonly recipient: Recipient;
  /** Number of the generation whose code the message carries. */
  readonly generation: number;
  readonly occasion: 'first' | 'again';
}

/** What happened to a message. */
export type Delivery =
  | { readonly type: 'sent' | 'failed' | 'limit' }
  /** The user has to wait for so long before the next message. */
  | { readonly type: 'pause'; readonly seconds: number };

/**
 * Sends a message within the limits of the login and the user, once across all browsers and replicas.
 *
 * @param now Milliseconds since 1970.
 * @param send Sends the message; returns whether that succeeded.
 */
export async function deliver(
  memory: StepMemory,
  message: Message,
  now: number,
  send: () => Promise<boolean>,
): Promise<Delivery> {
  const entry = await reserve(memory, message, now);
  if (typeof entry !== 'number') return entry;
  // Counted before sending and never taken back: a message that seems to fail may still arrive.
  const isWithinLimit = (await isWithinLimitOfUser(memory)) && (await isWithinLimitOfMailbox(memory, message));
  const outcome = isWithinLimit && (await send()) ? 'sent' : 'failed';
  await memory.remember(`mail-${entry}-outcome`, outcome);
  return { type: isWithinLimit ? outcome : 'limit' };
}

async function isWithinLimitOfUser(memory: StepMemory): Promise<boolean> {
  return (await memory.countForUser('mails', HOUR_SECONDS)) <= MESSAGES_PER_USER;
}

/** The Action vouches for the address of the session token. Nobody can use up its mails by entering it elsewhere. */
async function isWithinLimitOfMailbox(memory: StepMemory, { recipient }: Message): Promise<boolean> {
  if (recipient.change === 0) return true;
  const key = `mails-${mailboxKeyOf(recipient.address)}`;
  return (await memory.countForTenant(key, HOUR_SECONDS)) <= MESSAGES_PER_MAILBOX;
}

/**
 * Adds an entry to the list of messages in the step's memory. Each entry has its outcome, so that a failed one delays nobody.
 *
 * @returns The number of the entry, or why nothing may be sent now.
 */
async function reserve(
  memory: StepMemory,
  { recipient: { change }, generation, occasion }: Message,
  now: number,
): Promise<Delivery | number> {
  let sent = 0;
  for (let number = 1; number <= ATTEMPTS_PER_LOGIN && sent < MESSAGES_PER_LOGIN; number += 1) {
    const own = JSON.stringify({ generation, change, at: now, by: randomUUID() });
    const entry = await memory.remember(`mail-${number}`, own);
    if (entry === own) return number;
    // A message on its way counts as sent. At worst the user has to request another one.
    if ((await memory.remember(`mail-${number}-outcome`, 'sent')) === 'failed') continue;
    sent += 1;
    const earlier: { readonly generation: number; readonly change: number; readonly at: number } = JSON.parse(entry);
    const isSameCode = earlier.generation === generation && earlier.change === change;
    if (occasion === 'first' && isSameCode) return { type: 'sent' };
    const seconds = Math.ceil(PAUSE_SECONDS - (now - earlier.at) / 1000);
    if (occasion === 'again' && seconds > 0) return { type: 'pause', seconds };
  }
  return { type: 'limit' };
}

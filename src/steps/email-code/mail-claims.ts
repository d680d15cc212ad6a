import { randomUUID } from 'node:crypto';
import type { StepMemory } from '../../auth-redirect/steps/step.js';

/** Between two mails of a login, in seconds. */
export const PAUSE_SECONDS = 60;

/** Most mails of a login that are handed to the mail server. */
export const MAILS_PER_LOGIN = 5;

/** Most tries to do so. */
const ATTEMPTS_PER_LOGIN = 10;

/** Why a mail is sent: because a code has none yet, or because the user asks for one more. */
export type Occasion = 'first' | 'again';

/** Whether a mail may be sent. */
export type MailClaim =
  | { readonly type: 'claimed'; readonly settle: (outcome: 'sent' | 'failed') => Promise<void> }
  | { readonly type: 'sentBefore' | 'limit' }
  | { readonly type: 'pause'; readonly seconds: number };

interface Attempt {
  readonly generation: number;
  readonly at: number;
}

/**
 * Takes the next of a login's mails, once among all browsers and replicas. The mails are a list in the step's memory, each with
 * what became of it, so that one that could not be sent holds up nobody.
 *
 * @param generation Whose code it carries.
 * @param now Milliseconds since 1970.
 */
export async function claimMail(
  memory: StepMemory,
  generation: number,
  occasion: Occasion,
  now: number,
): Promise<MailClaim> {
  let sent = 0;
  for (let number = 1; number <= ATTEMPTS_PER_LOGIN && sent < MAILS_PER_LOGIN; number += 1) {
    const mine = JSON.stringify({ generation, at: now, by: randomUUID() });
    const holding = await memory.remember(`mail-${number}`, mine);
    if (holding === mine) return { type: 'claimed', settle: settlerOf(memory, number) };
    if ((await outcomeOf(memory, number)) === 'failed') continue;
    sent += 1;
    const attempt: Attempt = JSON.parse(holding);
    if (occasion === 'first' && attempt.generation === generation) return { type: 'sentBefore' };
    const seconds = Math.ceil(PAUSE_SECONDS - (now - attempt.at) / 1000);
    if (occasion === 'again' && seconds > 0) return { type: 'pause', seconds };
  }
  return { type: 'limit' };
}

const nameOfOutcome = (number: number): string => `mail-${number}-outcome`;

/** One that is still on its way counts as sent: at worst the user has to ask for another. */
async function outcomeOf(memory: StepMemory, number: number): Promise<string> {
  return memory.remember(nameOfOutcome(number), 'sent');
}

function settlerOf(memory: StepMemory, number: number): (outcome: 'sent' | 'failed') => Promise<void> {
  return async (outcome) => void (await memory.remember(nameOfOutcome(number), outcome));
}

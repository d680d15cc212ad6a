import { openSealed, seal } from '../auth-redirect/steps/seal.js';
import type { StepContext } from '../auth-redirect/steps/step.js';
import { HOUR_SECONDS, type CodeLimits } from './limits.js';

const KIND = 'code-recipient';

/**
 * Describes the recipient of a code.
 *
 * @publicApi
 */
export interface CodeRecipient {
  /** Phone number, email address, or another address of the channel. */
  readonly address: string;
  /** Number of the change in the login; 0 for the step's own address. */
  readonly change: number;
  /** Whether the user entered an address other than the step's. */
  readonly isEntered: boolean;
}

export async function findRecipient(
  context: StepContext,
  own: string | undefined,
  { changesPerLogin }: CodeLimits,
): Promise<CodeRecipient | undefined> {
  for (let change = changesPerLogin; change > 0; change -= 1) {
    const sealed = await context.memory.recall(`address-${change}`);
    const address = sealed && openSealed(sealed, KIND, context.secret('address'));
    if (address) return { address, change, isEntered: address !== own };
  }
  return own === undefined ? undefined : { address: own, change: 0, isEntered: false };
}

/** Stores the address encrypted. Returns whether the limits allow it. */
export async function changeRecipient(context: StepContext, address: string, limits: CodeLimits): Promise<boolean> {
  const { memory } = context;
  const change = await memory.count('changes');
  if (change > limits.changesPerLogin) return false;
  if ((await memory.countForUser('changes', HOUR_SECONDS)) > limits.changesPerUser) return false;
  await memory.remember(`address-${change}`, seal(address, { typ: KIND }, context.secret('address')));
  return true;
}

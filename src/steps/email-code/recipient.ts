import { domainToASCII } from 'node:url';
import { openSealed, seal } from '../../auth-redirect/steps/seal.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { isPlainAddress, partsOf } from '../../fields/email-address.js';

const CHANGES_PER_LOGIN = 3;
/** Over all logins of the user, in an hour. */
const CHANGES_PER_USER = 10;
const HOUR_SECONDS = 3600;

const KIND = 'email-address';

/** Who gets the code. */
export interface Recipient {
  readonly address: string;
  /** Which change of the login this is; 0 for the address of the session token. */
  readonly change: number;
  /** Whether it is the address of the session token, also if the user entered it again. */
  readonly isOfToken: boolean;
}

/**
 * Returns the recipient: the address that the user entered last, else that of the session token, if it is one plain address.
 *
 * @param isEditable Whether the user can enter one.
 */
export async function recipientOf(context: StepContext, isEditable: boolean): Promise<Recipient | undefined> {
  const { email } = context.sessionToken.claims;
  const own = isPlainAddress(email) ? email : undefined;
  for (let change = isEditable ? CHANGES_PER_LOGIN : 0; change > 0; change -= 1) {
    const sealed = await context.memory.recall(`address-${change}`);
    const address = sealed && openSealed(sealed, KIND, context.secret('address'));
    if (address) return { address, change, isOfToken: address === own };
  }
  return own === undefined ? undefined : { address: own, change: 0, isOfToken: true };
}

/** Makes a plain address the recipient, and returns whether the limits allow it. It is stored encrypted. */
export async function changeRecipient(context: StepContext, address: string): Promise<boolean> {
  const { memory } = context;
  const change = await memory.count('changes');
  if (change > CHANGES_PER_LOGIN) return false;
  if ((await memory.countForUser('changes', HOUR_SECONDS)) > CHANGES_PER_USER) return false;
  await memory.remember(`address-${change}`, seal(address, { typ: KIND }, context.secret('address')));
  return true;
}

/**
 * Returns the same text for addresses that lead to the same mailbox at most providers: without case, dots before the `@`, and a suffix
 * after `+`.
 */
export function mailboxKeyOf(address: string): string {
  const { localPart, domain } = partsOf(address.normalize('NFKC'));
  const [name = ''] = localPart.split('+');
  return `${name.toLowerCase().replaceAll('.', '')}@${domainToASCII(domain)}`;
}

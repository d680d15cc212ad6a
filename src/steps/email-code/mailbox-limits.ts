import { domainToASCII } from 'node:url';
import type { CodeRecipient, TenantLimit } from '../../codes/index.js';
import { partsOf } from '../../fields/email-address.js';

/** Maximum messages per entered mailbox and hour, over all users, so that many accounts cannot fill it. */
const MESSAGES_PER_MAILBOX = 5;

/**
 * The Action vouches for the session token's address. This address has no limit, so that users who enter it elsewhere cannot use up its
 * mails.
 */
export function mailboxLimits({ address, change }: CodeRecipient): readonly TenantLimit[] {
  if (change === 0) return [];
  return [{ name: 'mailbox', key: mailboxKeyOf(address), perHour: MESSAGES_PER_MAILBOX }];
}

/** Returns the same text for addresses of one mailbox at most providers. Ignores case, dots before the `@`, and a suffix after `+`. */
export function mailboxKeyOf(address: string): string {
  const { localPart, domain } = partsOf(address.normalize('NFKC'));
  const [name = ''] = localPart.split('+');
  return `${name.toLowerCase().replaceAll('.', '')}@${domainToASCII(domain)}`;
}

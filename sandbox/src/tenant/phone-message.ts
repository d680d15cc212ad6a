import { randomInt } from 'node:crypto';
import { sendPhoneMessageEvent, type PhoneMessage } from '../triggers/phone-message-event.js';
import type { TriggerOutcome } from '../triggers/trigger-runner.js';
import type { TransactionRecord } from '../transactions/transaction.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import type { RequestFacts } from '../logins/request-facts.js';
import type { FactorMode } from '../logins/login-pause.js';
import type { Tenant } from './tenant.js';
import type { SandboxUser } from '../directory/user.js';

/** The sandbox itself sends no message. */
export async function sendPhoneMessage(
  { log, masker, sources, triggers }: Tenant,
  record: TransactionRecord,
  message: PhoneMessage,
): Promise<TriggerOutcome> {
  const facts = masker.json({ ...message.options });
  log.add(record, { kind: 'note', tone: 'out', title: 'A phone message is due', facts });
  return triggers.run({
    ...{ trigger: 'send-phone-message', record },
    event: (action) => sendPhoneMessageEvent(message, action, sources),
  });
}

/** The number has no owner (NANP: 555-0100 to 555-0199 of each area are for fiction). */
export const EXAMPLE_NUMBER = '+12015550123';

export function exampleMessage(): { readonly code: string; readonly text: string } {
  const code = String(randomInt(100_000, 1_000_000));
  return { code, text: `Your verification code is ${code}` };
}

/** Does nothing without Actions. Returns false if they failed. */
export async function sendFactorMessage(
  tenant: Tenant,
  transaction: LoginTransaction,
  user: SandboxUser,
  mode: FactorMode,
  request: RequestFacts,
): Promise<boolean> {
  if (!tenant.triggers.has('send-phone-message')) return true;
  const { clientId, parameters, record } = transaction;
  const { correlation_id: correlationId } = parameters;
  const outcome = await sendPhoneMessage(tenant, record, {
    ...{ user, request, clientId },
    correlationId,
    options: {
      ...exampleMessage(),
      action: mode === 'enroll' ? 'enrollment' : 'second-factor-authentication',
      message_type: 'sms',
      recipient: user.phone_number ?? EXAMPLE_NUMBER,
    },
  });
  return outcome.kind === 'completed';
}

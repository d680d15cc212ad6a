import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { CODE_LINE_MAX, type CodeDelivery, type CodeRecipient } from '../../codes/index.js';

/** Marks the place of the number in a translated text. */
const PLACE = '\u0000';

interface CodePage {
  /** Result of the delivery of the message. */
  readonly delivery: CodeDelivery;
  readonly recipient: CodeRecipient;
  /** Whether the user requested the message. If so, the list of problems already names the failure. */
  readonly isAnswer: boolean;
  /** Whether the user can enter another number. */
  readonly isEditable: boolean;
}

/** Renders the page that requests the code. It mentions a message only if one was sent. */
export function codePage(context: StepContext, { recipient, delivery, isAnswer, isEditable }: CodePage): StepView {
  const { t } = context;
  const isUnsent = delivery.type === 'failed' || delivery.type === 'limit';
  const [before = '', after = ''] = t('smsCode.text', { number: PLACE, count: delivery.minutes }).split(PLACE);
  return {
    template: 'sms-code',
    title: t('smsCode.title'),
    actions: [
      { name: 'resend', label: t('smsCode.resend') },
      ...(isEditable ? [{ name: 'change', label: t('smsCode.change') }] : []),
    ],
    model: {
      trouble: isAnswer ? null : (deliveryProblem(delivery, context) ?? null),
      number: isUnsent ? null : shownNumber(recipient),
      before,
      after,
      notice: isAnswer && delivery.type === 'sent' ? t('smsCode.resent') : null,
      label: t('smsCode.label'),
      lineMax: CODE_LINE_MAX,
      asks: true,
    },
  };
}

/** Shows an entered number in full, so that users see a mistake. Shows only the end of the session token's number. */
function shownNumber({ address, change }: CodeRecipient): string {
  return change > 0 ? address : `•••\u00A0${address.slice(-2)}`;
}

/**
 * Renders the page that requests a number.
 *
 * @param trouble Reason why the session token's number receives no message; null if there is none.
 * @param hasCode Whether the user can go back to the page that requests the code.
 */
export function numberPage({ t }: StepContext, trouble: string | null, hasCode: boolean): StepView {
  return {
    template: 'sms-code-number',
    title: t('smsCode.numberTitle'),
    submitLabel: t('smsCode.numberSubmit'),
    model: {
      trouble,
      text: t('smsCode.numberText'),
      label: t('smsCode.numberLabel'),
      backLabel: hasCode ? t('smsCode.numberBack') : null,
    },
  };
}

/** Returns nothing for a message on its way: the page itself confirms it. */
export function deliveryProblem(delivery: CodeDelivery, { t }: StepContext): string | undefined {
  switch (delivery.type) {
    case 'sent':
      return undefined;
    case 'pause':
      return t('smsCode.pause', { count: delivery.seconds });
    case 'limit':
      return t('smsCode.notSent');
    case 'failed':
      return t('smsCode.failed');
    default:
      return delivery satisfies never;
  }
}

/** Renders a page on which the user can only continue. That ends the login with an error for the Action. */
export function pageWithoutCode({ t }: StepContext, trouble: string): StepView {
  const model = { trouble, number: null, before: '', after: '', notice: null, label: '', lineMax: 0, asks: false };
  return { template: 'sms-code', title: t('smsCode.numberLabel'), model };
}

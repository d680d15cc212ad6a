import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import { CODE_LINE_MAX, type CodeDelivery, type CodeRecipient } from '../../codes/index.js';
import { masked } from '../../fields/email-address.js';
import { PLACE } from './mail.js';

interface CodePage {
  /** Result of the delivery of the mail. */
  readonly delivery: CodeDelivery;
  readonly recipient: CodeRecipient;
  /** Whether the user requested the mail. If so, the list of problems already names the failure. */
  readonly isAnswer: boolean;
  /** Whether the user can enter another address. */
  readonly isEditable: boolean;
}

/** Renders the page that requests the code. It mentions a mail only if one was sent. */
export function codePage(context: StepContext, page: CodePage): StepView {
  const { recipient, delivery, isAnswer, isEditable } = page;
  const { t } = context;
  const isUnsent = delivery.type === 'failed' || delivery.type === 'limit';
  const [before = '', after = ''] = t('emailCode.text', { address: PLACE, count: delivery.minutes }).split(PLACE);
  return {
    template: 'email-code',
    title: t('emailCode.title'),
    actions: [
      { name: 'resend', label: t('emailCode.resend') },
      ...(isEditable ? [{ name: 'change', label: t('emailCode.change') }] : []),
    ],
    model: {
      trouble: isAnswer ? null : (deliveryProblem(delivery, context) ?? null),
      address: isUnsent ? null : shownAddress(recipient),
      before,
      after,
      notice: isAnswer && delivery.type === 'sent' ? t('emailCode.resent') : null,
      label: t('emailCode.label'),
      lineMax: CODE_LINE_MAX,
      asks: true,
    },
  };
}

/** Shows an entered address in full, so that users see a mistake. If they guessed the address of the token, the page looks the same. */
function shownAddress({ address, change }: CodeRecipient): string {
  return change > 0 ? address : masked(address);
}

/**
 * Renders the page that requests an address.
 *
 * @param hasCode Whether the user can go back to the page that requests the code.
 */
export function addressPage({ t }: StepContext, hasCode: boolean): StepView {
  return {
    template: 'email-code-address',
    title: t('emailCode.addressTitle'),
    submitLabel: t('emailCode.addressSubmit'),
    model: {
      text: t('emailCode.addressText'),
      label: t('emailCode.addressLabel'),
      backLabel: hasCode ? t('emailCode.addressBack') : null,
    },
  };
}

/** Returns undefined for a sent mail: the page itself confirms it. */
export function deliveryProblem(delivery: CodeDelivery, { t }: StepContext): string | undefined {
  switch (delivery.type) {
    case 'sent':
      return undefined;
    case 'pause':
      return t('emailCode.pause', { count: delivery.seconds });
    case 'limit':
      return t('emailCode.notSent');
    case 'failed':
      return t('emailCode.mailFailed');
    default:
      return delivery satisfies never;
  }
}

/** Renders a page on which the user can only continue. That ends the login with an error for the Action. */
export function pageWithoutAddress({ t }: StepContext): StepView {
  const trouble = t('emailCode.noAddress');
  const model = { trouble, address: null, before: '', after: '', notice: null, label: '', lineMax: 0, asks: false };
  return { template: 'email-code', title: t('emailCode.addressLabel'), model };
}

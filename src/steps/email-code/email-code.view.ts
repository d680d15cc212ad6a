import type { StepView } from '../../auth-redirect/pages/step-view.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import type { Delivery } from './code-delivery.js';
import { masked } from './email-address.js';
import { PLACE } from './mail.js';

/** What happened to the mail with the code. */
export interface Sending {
  readonly delivery: Delivery;
  /** For how many minutes the code is valid. */
  readonly minutes: number;
}

interface CodePage extends Sending {
  readonly address: string;
  /** Whether the user requested the mail. If so, the list of problems already has what went wrong. */
  readonly isAnswer: boolean;
}

/** Renders the page that requests the code. It mentions a mail only if one was sent. */
export function codePage(context: StepContext, { address, minutes, delivery, isAnswer }: CodePage): StepView {
  const { t } = context;
  const isUnsent = delivery.type === 'failed' || delivery.type === 'limit';
  const [before = '', after = ''] = t('emailCode.text', { address: PLACE, count: minutes }).split(PLACE);
  return {
    template: 'email-code',
    title: t('emailCode.title'),
    actions: [{ name: 'resend', label: t('emailCode.resend') }],
    model: {
      trouble: isAnswer ? null : (deliveryProblem(delivery, context) ?? null),
      address: isUnsent ? null : masked(address),
      before,
      after,
      notice: isAnswer && delivery.type === 'sent' ? t('emailCode.resent') : null,
      label: t('emailCode.label'),
      asks: true,
    },
  };
}

/** Returns nothing for a mail on its way: the page itself confirms it. */
export function deliveryProblem(delivery: Delivery, { t }: StepContext): string | undefined {
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
  const model = { trouble, address: null, before: '', after: '', notice: null, label: '', asks: false };
  return { template: 'email-code', title: t('emailCode.title'), model };
}

import type { StepContext } from '../../auth-redirect/steps/step.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { minutesOf, type Sending } from './code-mails.js';
import { masked } from './email-address.js';
import type { Generation } from './generations.js';
import { PLACE } from './mail.js';

interface CodePage {
  readonly address: string;
  readonly generation: Generation;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly sending: Sending;
  /** Whether the user asked for a mail: what is wrong with that stands at the top already. */
  readonly isAnswer: boolean;
}

/** The page that asks for the code. It claims that a mail was sent only where one was. */
export function codePage(context: StepContext, { address, generation, now, sending, isAnswer }: CodePage): StepView {
  const { t } = context;
  const isUnsent = sending.type === 'failed' || sending.type === 'limit';
  const count = minutesOf(context, generation, now);
  const [before = '', after = ''] = t('emailCode.text', { address: PLACE, count }).split(PLACE);
  return {
    template: 'email-code',
    title: t('emailCode.title'),
    actions: [{ name: 'resend', label: t('emailCode.resend') }],
    model: {
      trouble:
        isUnsent && !isAnswer ? t(sending.type === 'failed' ? 'emailCode.mailFailed' : 'emailCode.notSent') : null,
      address: isUnsent ? null : masked(address),
      before,
      after,
      notice: isAnswer && sending.type === 'sent' ? t('emailCode.resent') : null,
      label: t('emailCode.label'),
      asks: true,
    },
  };
}

/** There is nothing to do on it but to go on, which ends the login: the Action gets to know. */
export function pageWithoutAddress({ t }: StepContext): StepView {
  const trouble = t('emailCode.noAddress');
  const model = {
    trouble,
    address: null,
    before: '',
    after: '',
    notice: null,
    label: '',
    asks: false,
  };
  return { template: 'email-code', title: t('emailCode.title'), model };
}

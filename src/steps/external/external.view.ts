import { waitView } from '../../auth-redirect/steps/wait-view.js';
import type { StepContext } from '../../auth-redirect/steps/step.js';
import type { StepView } from '../../auth-redirect/pages/step-view.js';

/** Values for the pages about the vendor. */
export interface Places extends Readonly<Record<string, string>> {
  readonly vendor: string;
}

/** Returns the page before the hand-off. */
export function startView({ t }: StepContext, places: Places): StepView {
  return {
    template: 'external',
    title: places.vendor,
    submitLabel: t('external.button', places),
    model: { text: t('external.text', places) },
  };
}

/** Returns the page while the vendor has no result yet. */
export function waitingView(context: StepContext, places: Places, waited: number): StepView {
  const { t } = context;
  const title = t('external.waitTitle', places);
  const submitLabel = t('external.again', places);
  return waitView(context, { title, text: t('external.waitText', places), submitLabel }, waited);
}

/** The choices of a declined user. */
interface Choices {
  readonly canRetry: boolean;
  readonly hasAlternative: boolean;
}

/** Returns the page after the vendor has declined. */
export function declinedView({ t }: StepContext, places: Places, { canRetry, hasAlternative }: Choices): StepView {
  return {
    template: 'external-declined',
    title: t('external.declinedTitle'),
    model: {
      text: t('external.declinedText', places),
      retryLabel: canRetry ? t('external.retry') : null,
      alternativeLabel: hasAlternative ? t('external.alternative') : null,
      endLabel: t('external.end'),
    },
  };
}

import type { StepView } from '../pages/step-view.js';
import type { StepContext } from './step.js';

const FIRST_REFRESH_SECONDS = 3;
const LONGEST_REFRESH_SECONDS = 30;
/** The page refreshes after a tenth of the time that the user has waited. */
const SHARE = 10;

/**
 * Contains the texts of a page that waits.
 *
 * @publicApi
 */
export interface WaitTexts {
  readonly title: string;
  /** Text that explains the wait. */
  readonly text: string;
  /** Text of a button that submits the form. Default: no button. */
  readonly submitLabel?: string;
}

/**
 * Returns a page that refreshes itself, without a script, with buttons to check now and to cancel.
 *
 * @param waited Seconds since the wait began. The page refreshes every 3 seconds at first, every 30 after 5 minutes. Default: 0.
 * @publicApi
 */
export function waitView({ t }: Pick<StepContext, 't'>, { title, text, submitLabel }: WaitTexts, waited = 0): StepView {
  return {
    template: 'wait',
    title,
    refresh: Math.min(LONGEST_REFRESH_SECONDS, Math.max(FIRST_REFRESH_SECONDS, Math.floor(waited / SHARE))),
    model: { text, hint: t('wait.hint'), checkLabel: t('wait.check'), againLabel: submitLabel ?? null },
  };
}

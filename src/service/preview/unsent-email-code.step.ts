import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { invalid, Step, type StepContext, type StepResult } from '../../auth-redirect/steps/step.js';
import { codePage } from '../../steps/email-code/email-code.view.js';
import { EmailCodeForm } from '../../steps/email-code/index.js';

export class UnsentEmailCodeStep extends Step<EmailCodeForm, null> {
  readonly form = EmailCodeForm;

  constructor(readonly id: string) {
    super();
  }

  view(context: StepContext): StepView {
    const recipient = { address: 'alex@example.com', change: 0, isEntered: false };
    return codePage(context, {
      delivery: { type: 'sent', minutes: 10 },
      recipient,
      isAnswer: false,
      isEditable: false,
    });
  }

  submit({ t }: StepContext): StepResult<EmailCodeForm, null> {
    return invalid<EmailCodeForm>({ code: t('emailCode.malformed') });
  }
}

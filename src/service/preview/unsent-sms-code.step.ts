import type { StepView } from '../../auth-redirect/pages/step-view.js';
import { invalid, Step, type StepContext, type StepResult } from '../../auth-redirect/steps/step.js';
import { codePage } from '../../steps/sms-code/sms-code.view.js';
import { SmsCodeForm } from '../../steps/sms-code/index.js';

export class UnsentSmsCodeStep extends Step<SmsCodeForm, null> {
  readonly form = SmsCodeForm;

  constructor(readonly id: string) {
    super();
  }

  view(context: StepContext): StepView {
    const recipient = { address: '+12015550123', change: 0, isEntered: false };
    return codePage(context, {
      delivery: { type: 'sent', minutes: 10 },
      recipient,
      isAnswer: false,
      isEditable: false,
    });
  }

  submit({ t }: StepContext): StepResult<SmsCodeForm, null> {
    return invalid<SmsCodeForm>({ code: t('smsCode.malformed') });
  }
}

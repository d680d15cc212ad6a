import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import {
  completed,
  handOff,
  invalid,
  Step,
  type FormValues,
  type HandOff,
  type StepContext,
  type StepResult,
  type StepView,
} from 'nestjs-auth-redirect';

class NoFields {}

type Bank = { readonly bank: string };

/** Sends the user to a bank, which returns them with a form that contains a signed token. */
@Injectable()
export class BankStep extends Step<NoFields, Bank> {
  readonly id = 'bank';
  readonly form = NoFields;
  override readonly returnMethod = 'POST';

  constructor(private readonly jwt: JwtService) {
    super();
  }

  view(): StepView {
    return {
      template: 'fields',
      title: 'Your bank',
      submitLabel: 'Go to your bank',
      model: { fields: [], fieldStyle: '' },
    };
  }

  submit(context: StepContext): HandOff {
    const query = new URLSearchParams({ nonce: nonceOf(context), return_to: context.returnUrl() });
    return handOff(`https://bank.example/check?${query.toString()}`);
  }

  override returned(context: StepContext, { result }: FormValues): StepResult<NoFields, Bank> {
    try {
      const { nonce, bank } = this.jwt.verify<Bank & { nonce: string }>(String(result));
      if (nonce === nonceOf(context)) return completed({ bank });
    } catch {
      context.logger.warn('the token of the bank is not valid');
    }
    return invalid({}, 'We could not confirm the answer of your bank. Try again.');
  }
}

/** Binds the bank's token to this login: the nonce is the same on every replica, and secret. */
function nonceOf(context: StepContext): string {
  return Buffer.from(context.secret('nonce')).toString('base64url');
}

import { Injectable } from '@nestjs/common';
import { IsMobilePhone } from 'class-validator';
import { completed, Step, type Completed, type StepContext, type StepView } from 'nestjs-auth-redirect';
import { UsersService } from './users.service.js';

export class PhoneForm {
  @IsMobilePhone(undefined, { strictMode: true }, { message: 'Please give a mobile number, like +491701234567.' })
  phone!: string;
}

type Phone = { readonly hasPhone: true };

/** Requests a phone number. The application keeps it; the Action learns only that it is known. */
@Injectable()
export class PhoneStep extends Step<PhoneForm, Phone> {
  readonly id = 'phone';
  readonly form = PhoneForm;

  constructor(private readonly users: UsersService) {
    super();
  }

  override applies({ sessionToken }: StepContext): boolean {
    return this.users.find(sessionToken.subject).phone === undefined;
  }

  view(): StepView {
    return { template: 'phone', title: 'Your mobile number', model: { label: 'Mobile number' } };
  }

  submit({ sessionToken }: StepContext, { phone }: PhoneForm): Completed<Phone> {
    this.users.change(sessionToken.subject, { phone });
    return completed({ hasPhone: true });
  }
}

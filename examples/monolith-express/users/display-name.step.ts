import { Injectable } from '@nestjs/common';
import { Length } from 'class-validator';
import { completed, invalid, Step, type StepContext, type StepResult, type StepView } from 'nestjs-auth-redirect';
import { UsersService } from './users.service.js';

export class DisplayNameForm {
  @Length(2, 40, { message: 'Please give a name of 2 to 40 characters.' })
  displayName!: string;
}

type DisplayName = { readonly displayName: string };

/** Requests a display name from users who have none, for the application and the Action. */
@Injectable()
export class DisplayNameStep extends Step<DisplayNameForm, DisplayName> {
  readonly id = 'display-name';
  readonly form = DisplayNameForm;

  constructor(private readonly users: UsersService) {
    super();
  }

  override applies({ sessionToken }: StepContext): boolean {
    return this.users.displayNameOf(sessionToken.subject) === undefined;
  }

  view(): StepView {
    return { template: 'display-name', title: 'What shall we call you?', model: { label: 'Display name' } };
  }

  submit({ sessionToken }: StepContext, { displayName }: DisplayNameForm): StepResult<DisplayNameForm, DisplayName> {
    const isSet = this.users.setDisplayName(sessionToken.subject, displayName);
    return isSet ? completed({ displayName }) : invalid({ displayName: 'Somebody else has this name.' });
  }
}

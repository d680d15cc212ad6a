import { Injectable } from '@nestjs/common';
import { IsISO8601 } from 'class-validator';
import { Clock, completed, denied, Step, type StepContext, type StepResult, type StepView } from 'nestjs-auth-redirect';

export class BirthdayForm {
  @IsISO8601({ strict: true }, { message: 'Please give your birthday, like 1990-12-31.' })
  birthday!: string;
}

type Adult = { readonly adult: true };

@Injectable()
export class BirthdayStep extends Step<BirthdayForm, Adult> {
  readonly id = 'birthday';
  readonly form = BirthdayForm;

  constructor(private readonly clock: Clock) {
    super();
  }

  override applies({ sessionToken }: StepContext): boolean {
    return sessionToken.claims.adult !== true;
  }

  view(): StepView {
    return { template: 'birthday', title: 'Your birthday', model: { label: 'Birthday' } };
  }

  submit({ sessionToken }: StepContext, { birthday }: BirthdayForm): StepResult<BirthdayForm, Adult> {
    const { adultAge = 18 } = sessionToken.claims;
    const adultFrom = new Date(birthday);
    adultFrom.setUTCFullYear(adultFrom.getUTCFullYear() + Number(adultAge));
    const isAdult = adultFrom.getTime() <= this.clock.now();
    return isAdult ? completed({ adult: true }) : denied('underage', `You have to be ${Number(adultAge)}.`);
  }
}

import { Injectable } from '@nestjs/common';
import {
  Clock,
  completed,
  denied,
  Step,
  type FormValues,
  type StepContext,
  type StepResult,
  type StepView,
} from 'nestjs-auth-redirect';
import { Fields, type FieldsForm } from 'nestjs-auth-redirect/fields';

const FIELDS = new Fields([
  { name: 'birthday', type: 'date', label: 'Birthday', required: true, min: '1900-01-01', autocomplete: 'bday' },
]);

type Adult = { readonly adult: true };

@Injectable()
export class BirthdayStep extends Step<FieldsForm, Adult> {
  readonly id = 'birthday';
  readonly form = FIELDS.form;

  constructor(private readonly clock: Clock) {
    super();
  }

  override applies({ sessionToken }: StepContext): boolean {
    return sessionToken.claims.adult !== true;
  }

  view(context: StepContext, posted?: FormValues): StepView {
    const { labels, model } = FIELDS.view(context, posted);
    return {
      template: 'birthday',
      title: 'Your birthday',
      labels,
      model: { ...model, why: 'We are allowed to serve adults only.' },
    };
  }

  async submit(context: StepContext, form: FieldsForm): Promise<StepResult<FieldsForm, Adult>> {
    const result = await FIELDS.read(context, form);
    if (result.type === 'invalid') return result;
    const { adultAge = 18 } = context.sessionToken.claims;
    const adultFrom = new Date(result.values.birthday ?? '');
    adultFrom.setUTCFullYear(adultFrom.getUTCFullYear() + Number(adultAge));
    const isAdult = adultFrom.getTime() <= this.clock.now();
    return isAdult ? completed({ adult: true }) : denied('underage', `You have to be ${Number(adultAge)}.`);
  }
}

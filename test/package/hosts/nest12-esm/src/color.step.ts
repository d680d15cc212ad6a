import { Injectable } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { Clock, completed, Step, type Completed, type StepContext, type StepView } from 'nestjs-auth-redirect';

export class ColorForm {
  @IsIn(['red', 'blue'], { message: 'Please choose red or blue.' })
  color: string;
}

type Chosen = { readonly color: string; readonly chosenAt: number };

@Injectable()
export class ColorStep extends Step<ColorForm, Chosen> {
  readonly id = 'color';
  readonly form = ColorForm;

  constructor(private readonly clock: Clock) {
    super();
  }

  view(): StepView {
    return { template: 'color', title: 'Your color', model: { label: 'Color' } };
  }

  submit(_context: StepContext, { color }: ColorForm): Completed<Chosen> {
    return completed({ color, chosenAt: this.clock.now() });
  }
}

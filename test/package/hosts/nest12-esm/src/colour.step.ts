import { Injectable } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { Clock, completed, Step, type Completed, type StepContext, type StepView } from 'nestjs-auth-redirect';

export class ColourForm {
  @IsIn(['red', 'blue'], { message: 'Please choose red or blue.' })
  colour: string;
}

type Chosen = { readonly colour: string; readonly chosenAt: number };

@Injectable()
export class ColourStep extends Step<ColourForm, Chosen> {
  readonly id = 'colour';
  readonly form = ColourForm;

  constructor(private readonly clock: Clock) {
    super();
  }

  view(): StepView {
    return { template: 'colour', title: 'Your colour', model: { label: 'Colour' } };
  }

  submit(_context: StepContext, { colour }: ColourForm): Completed<Chosen> {
    return completed({ colour, chosenAt: this.clock.now() });
  }
}

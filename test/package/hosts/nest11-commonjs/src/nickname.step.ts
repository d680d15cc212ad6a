import { Injectable } from '@nestjs/common';
import { IsString, Length } from 'class-validator';
import {
  Clock,
  completed,
  invalid,
  Step,
  type StepContext,
  type StepResult,
  type StepView,
} from 'nestjs-auth-redirect';
import { NicknamesService } from './nicknames.service';

export class NicknameForm {
  @IsString({ message: 'Please give a nickname.' })
  @Length(2, 20, { message: 'Please give a nickname of 2 to 20 letters.' })
  nickname: string;
}

type Chosen = { readonly nickname: string; readonly chosenAt: number };

@Injectable()
export class NicknameStep extends Step<NicknameForm, Chosen> {
  readonly id = 'nickname';
  readonly form = NicknameForm;

  constructor(
    private readonly clock: Clock,
    private readonly nicknames: NicknamesService,
  ) {
    super();
  }

  view(): StepView {
    return { template: 'nickname', title: 'Your nickname', model: { label: 'Nickname' } };
  }

  submit(_context: StepContext, { nickname }: NicknameForm): StepResult<NicknameForm, Chosen> {
    if (this.nicknames.isTaken(nickname)) return invalid({ nickname: 'This nickname is taken.' });
    return completed({ nickname, chosenAt: this.clock.now() });
  }
}

import { Injectable } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Length } from 'class-validator';
import {
  Clock,
  completed,
  invalid,
  Step,
  type StepContext,
  type StepResult,
  type StepView,
} from 'nestjs-auth-redirect';
import { NicknamesService } from './nicknames.service.js';

export class NicknameForm {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Length(2, 20, { message: 'nickname.length' })
  nickname!: string;
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

  view({ t }: StepContext): StepView {
    return { template: 'nickname', title: t('nickname.title'), model: { label: t('nickname.label') } };
  }

  submit({ t }: StepContext, { nickname }: NicknameForm): StepResult<NicknameForm, Chosen> {
    if (this.nicknames.isTaken(nickname)) return invalid({ nickname: t('nickname.taken') });
    return completed({ nickname, chosenAt: this.clock.now() });
  }
}

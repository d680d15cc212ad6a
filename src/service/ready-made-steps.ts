import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { problemsOf } from '../auth-redirect/validation/validate.js';
import type { Step } from '../auth-redirect/steps/step.js';
import { EMAIL_CODE_OPTIONS, EmailCodeOptions, EmailCodeStep } from '../steps/email-code/index.js';
import { EXTERNAL_OPTIONS, ExternalOptions, ExternalStep } from '../steps/external/index.js';
import { PROFILE_OPTIONS, profileProblems, ProfileOptions, ProfileStep } from '../steps/profile/index.js';
import { TERMS_OPTIONS, TermsOptions, TermsStep } from '../steps/terms/index.js';

interface ReadyMadeStep {
  readonly step: Type<Step>;
  /** Class of its options, and the token that it is injected with them by. */
  readonly options: Type<object>;
  readonly token: symbol;
  /** One line for each mistake in the options, an instance of that class. */
  readonly problemsOf: (options: object) => readonly string[];
}

const strictly = (options: object): readonly string[] => problemsOf(options, 'unknown properties refused');

/** Steps that need a configuration alone, by id. */
export const READY_MADE_STEPS: Readonly<Record<string, ReadyMadeStep>> = {
  terms: { step: TermsStep, options: TermsOptions, token: TERMS_OPTIONS, problemsOf: strictly },
  profile: { step: ProfileStep, options: ProfileOptions, token: PROFILE_OPTIONS, problemsOf: profileProblems },
  'email-code': { step: EmailCodeStep, options: EmailCodeOptions, token: EMAIL_CODE_OPTIONS, problemsOf: strictly },
  external: { step: ExternalStep, options: ExternalOptions, token: EXTERNAL_OPTIONS, problemsOf: strictly },
};

/** Options of the ready-made steps in use, by id, in the order in which the steps are taken where STEPS gives none. */
export type ReadyMadeStepsOptions = Readonly<Record<string, object>>;

/** @returns The classes of the steps that are configured. */
export function readyMadeSteps(configured: ReadyMadeStepsOptions): readonly Type<Step>[] {
  return entriesOf(configured).map(([{ step }]) => step);
}

/** What the ready-made steps are injected with. */
@Module({})
export class ReadyMadeStepsModule {
  static for(configured: ReadyMadeStepsOptions): DynamicModule {
    const entries = entriesOf(configured);
    return {
      module: ReadyMadeStepsModule,
      providers: entries.map(([{ token }, options]) => ({ provide: token, useValue: options })),
      exports: entries.map(([{ token }]) => token),
    };
  }
}

function entriesOf(configured: ReadyMadeStepsOptions): readonly (readonly [ReadyMadeStep, object])[] {
  return Object.entries(configured).flatMap(([id, options]) => {
    const step = READY_MADE_STEPS[id];
    return step ? [[step, options] as const] : [];
  });
}

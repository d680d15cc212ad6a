import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Step } from '../auth-redirect/steps/step.js';
import { optionProblems } from '../auth-redirect/validation/validate.js';
import { EMAIL_CODE_OPTIONS, EmailCodeOptions, EmailCodeStep } from '../steps/email-code/index.js';
import { EXTERNAL_OPTIONS, ExternalOptions, ExternalStep } from '../steps/external/index.js';
import { PROFILE_OPTIONS, profileProblems, ProfileOptions, ProfileStep } from '../steps/profile/index.js';
import { TERMS_OPTIONS, TermsOptions, TermsStep } from '../steps/terms/index.js';

interface ReadyMadeStep {
  readonly step: Type<Step>;
  /** Class of the options. */
  readonly options: Type<object>;
  /** Injection token of the options. */
  readonly token: symbol;
  /** Returns one line for each mistake in the options. */
  readonly problemsOf: (options: object) => readonly string[];
}

function readyMadeStep(step: Type<Step>, options: Type<object>, token: symbol): ReadyMadeStep {
  return { step, options, token, problemsOf: (given) => optionProblems(options, given) };
}

/** Steps that need only a configuration, by id. */
export const READY_MADE_STEPS: Readonly<Record<string, ReadyMadeStep>> = {
  terms: readyMadeStep(TermsStep, TermsOptions, TERMS_OPTIONS),
  profile: { ...readyMadeStep(ProfileStep, ProfileOptions, PROFILE_OPTIONS), problemsOf: profileProblems },
  'email-code': readyMadeStep(EmailCodeStep, EmailCodeOptions, EMAIL_CODE_OPTIONS),
  external: readyMadeStep(ExternalStep, ExternalOptions, EXTERNAL_OPTIONS),
};

/** Options of the configured steps, by id. Their order is the order of the steps, unless STEPS sets it. */
export type ReadyMadeStepsOptions = Readonly<Record<string, object>>;

/** Returns the classes of the configured steps. */
export function readyMadeSteps(configured: ReadyMadeStepsOptions): readonly Type<Step>[] {
  return entriesOf(configured).map(([{ step }]) => step);
}

/** Provides the options of the configured steps. */
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

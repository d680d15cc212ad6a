import type { Type, ValueProvider } from '@nestjs/common';
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

/** The steps that need only configuration, by id. */
export const READY_MADE_STEPS: Readonly<Record<string, ReadyMadeStep>> = {
  terms: readyMadeStep(TermsStep, TermsOptions, TERMS_OPTIONS),
  profile: { ...readyMadeStep(ProfileStep, ProfileOptions, PROFILE_OPTIONS), problemsOf: profileProblems },
  'email-code': readyMadeStep(EmailCodeStep, EmailCodeOptions, EMAIL_CODE_OPTIONS),
  external: readyMadeStep(ExternalStep, ExternalOptions, EXTERNAL_OPTIONS),
};

/** Options of the configured steps, by id. Their order is the order of the steps, unless STEPS sets it. */
export type ReadyMadeStepsOptions = Readonly<Record<string, object>>;

/** Returns the classes of the configured steps, and the providers of their options. */
export function readyMadeSteps(configured: ReadyMadeStepsOptions): { steps: Type<Step>[]; providers: ValueProvider[] } {
  const entries = Object.entries(configured).flatMap(([id, options]) => {
    const step = READY_MADE_STEPS[id];
    return step ? [{ ...step, value: options }] : [];
  });
  return {
    steps: entries.map(({ step }) => step),
    providers: entries.map(({ token, value }) => ({ provide: token, useValue: value })),
  };
}

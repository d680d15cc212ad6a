import type { Type, ValueProvider } from '@nestjs/common';
import { problemsOf } from '../auth-redirect/validation/validate.js';
import type { Step } from '../auth-redirect/steps/step.js';
import { EMAIL_CODE_OPTIONS, EmailCodeOptions, EmailCodeStep } from '../steps/email-code/index.js';
import { EXTERNAL_OPTIONS, ExternalOptions, ExternalStep } from '../steps/external/index.js';
import { PROFILE_OPTIONS, profileProblems, ProfileOptions, ProfileStep } from '../steps/profile/index.js';
import { TERMS_OPTIONS, TermsOptions, TermsStep } from '../steps/terms/index.js';

interface ReadyMadeStep {
  readonly step: Type<Step>;
  readonly options: Type<object>;
  /** Injection token of the options. */
  readonly token: symbol;
  /** Returns one line for each mistake in the options, which are an instance of their class. */
  readonly problemsOf: (options: object) => readonly string[];
}

const strictly = (options: object): readonly string[] => problemsOf(options, 'unknown properties refused');

/** The steps that need nothing but configuration, by id. */
export const READY_MADE_STEPS: Readonly<Record<string, ReadyMadeStep>> = {
  terms: { step: TermsStep, options: TermsOptions, token: TERMS_OPTIONS, problemsOf: strictly },
  profile: { step: ProfileStep, options: ProfileOptions, token: PROFILE_OPTIONS, problemsOf: profileProblems },
  'email-code': { step: EmailCodeStep, options: EmailCodeOptions, token: EMAIL_CODE_OPTIONS, problemsOf: strictly },
  external: { step: ExternalStep, options: ExternalOptions, token: EXTERNAL_OPTIONS, problemsOf: strictly },
};

/** Options of the ready-made steps in use, by id, in the order of the steps unless STEPS has another. */
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

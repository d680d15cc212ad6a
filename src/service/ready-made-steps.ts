import type { FactoryProvider } from '@nestjs/common';
import { Clock } from '../auth-redirect/clock.js';
import { Randomness } from '../auth-redirect/randomness.js';
import type { Step } from '../auth-redirect/steps/step.js';
import { optionProblems, optionsFrom } from '../auth-redirect/validation/validate.js';
import { ChooseOptions, ChooseStep } from '../steps/choose/index.js';
import { EmailCodeOptions, EmailCodeStep } from '../steps/email-code/index.js';
import { ExternalOptions, ExternalStep } from '../steps/external/index.js';
import { profileProblems, ProfileOptions, ProfileStep } from '../steps/profile/index.js';
import { TermsOptions, TermsStep } from '../steps/terms/index.js';

interface ReadyMadeStep {
  /** Class of the options. */
  readonly options: new () => { id?: string };
  /** Returns one line for each mistake in the options. */
  readonly problemsOf: (options: object) => readonly string[];
  readonly create: (options: object, clock: Clock, randomness: Randomness) => Step;
}

function readyMadeStep<Options extends { id?: string }>(
  options: new () => Options,
  create: (options: Options, clock: Clock, randomness: Randomness) => Step,
  problemsOf = (given: object): readonly string[] => optionProblems(options, given),
): ReadyMadeStep {
  return { options, problemsOf, create: (given, ...parts) => create(optionsFrom(options, given), ...parts) };
}

/** The steps that need only configuration, by type. */
export const READY_MADE_STEPS: Readonly<Record<string, ReadyMadeStep>> = {
  terms: readyMadeStep(TermsOptions, (options, clock) => new TermsStep(clock, options)),
  profile: readyMadeStep(ProfileOptions, (options) => new ProfileStep(options), profileProblems),
  'email-code': readyMadeStep(EmailCodeOptions, (options, clock) => new EmailCodeStep(clock, options)),
  external: readyMadeStep(
    ExternalOptions,
    (options, clock, randomness) => new ExternalStep(clock, randomness, options),
  ),
  choose: readyMadeStep(ChooseOptions, (options) => new ChooseStep(options)),
};

/** A ready-made step of STEPS_FILE. */
export interface ConfiguredStep {
  readonly id: string;
  readonly type: string;
  readonly options: object;
}

/** Returns a provider for each configured step. */
export function readyMadeSteps(configured: readonly ConfiguredStep[]): FactoryProvider<Step>[] {
  return configured.flatMap(({ id, type, options }) => {
    const { create } = READY_MADE_STEPS[type] ?? {};
    if (!create) return [];
    const useFactory = (clock: Clock, randomness: Randomness): Step => create(options, clock, randomness);
    return [{ provide: Symbol(id), inject: [Clock, Randomness], useFactory }];
  });
}

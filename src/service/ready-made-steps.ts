import type { FactoryProvider } from '@nestjs/common';
import { Clock } from '../auth-redirect/clock.js';
import type { StepRuleOptions } from '../auth-redirect/options/step-rule.options.js';
import { Randomness } from '../auth-redirect/randomness.js';
import type { Step } from '../auth-redirect/steps/step.js';
import { optionProblems, optionsFrom } from '../auth-redirect/validation/validate.js';
import { AccountLinkOptions, AccountLinkStep } from '../steps/account-link/index.js';
import { ChooseOptions, ChooseStep } from '../steps/choose/index.js';
import { EmailCodeOptions, EmailCodeStep } from '../steps/email-code/index.js';
import { ExternalOptions, externalProblems, ExternalStep } from '../steps/external/index.js';
import { profileProblems, ProfileOptions, ProfileStep } from '../steps/profile/index.js';
import { smsCodeProblems, SmsCodeOptions, SmsCodeStep } from '../steps/sms-code/index.js';
import { TermsOptions, TermsStep } from '../steps/terms/index.js';
import { Reports, type StepHooks } from './reports.js';

interface ReadyMadeStep {
  readonly options: new () => { id?: string };
  readonly problemsOf: (options: object) => readonly string[];
  readonly create: (options: object, clock: Clock, randomness: Randomness, hooks: StepHooks) => Step;
}

function readyMadeStep<Options extends { id?: string }>(
  options: new () => Options,
  create: (options: Options, clock: Clock, randomness: Randomness, hooks: StepHooks) => Step,
  problemsOf = (given: object): readonly string[] => optionProblems(options, given),
): ReadyMadeStep {
  return { options, problemsOf, create: (given, ...parts) => create(optionsFrom(options, given), ...parts) };
}

export const READY_MADE_STEPS: Readonly<Record<string, ReadyMadeStep>> = {
  terms: readyMadeStep(TermsOptions, (options, clock) => new TermsStep(clock, options)),
  profile: readyMadeStep(ProfileOptions, (options) => new ProfileStep(options), profileProblems),
  'email-code': readyMadeStep(EmailCodeOptions, (options, clock) => new EmailCodeStep(clock, options)),
  'sms-code': readyMadeStep(
    SmsCodeOptions,
    (options, clock, _randomness, hooks) => new SmsCodeStep(clock, options, hooks.onMessage),
    smsCodeProblems,
  ),
  external: readyMadeStep(
    ExternalOptions,
    (options, clock, randomness) => new ExternalStep(clock, randomness, options),
    externalProblems,
  ),
  choose: readyMadeStep(ChooseOptions, (options) => new ChooseStep(options)),
  'account-link': readyMadeStep(AccountLinkOptions, (options, clock) => new AccountLinkStep(clock, options)),
};

/** Type of a STEPS_FILE section with only the rule of a step of STEPS_PACKAGE. */
export const CUSTOM_TYPE = 'custom';

export interface ConfiguredStep {
  readonly id: string;
  readonly type: string;
  readonly options: object;
  readonly rule: StepRuleOptions;
}

export function readyMadeSteps(configured: readonly ConfiguredStep[]): FactoryProvider<Step>[] {
  return configured.flatMap(({ id, type, options }) => {
    const { create } = READY_MADE_STEPS[type] ?? {};
    if (!create) return [];
    const useFactory = (clock: Clock, randomness: Randomness, reports?: Reports): Step =>
      create(options, clock, randomness, reports?.stepHooks ?? {});
    // The preview and `check` have no reports.
    return [{ provide: Symbol(id), inject: [Clock, Randomness, { token: Reports, optional: true }], useFactory }];
  });
}

import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Step } from '../auth-redirect/steps/step.js';
import { TERMS_OPTIONS } from '../steps/terms/terms.options.js';
import { TermsStep } from '../steps/terms/terms.step.js';
import type { ReadyMadeStepsOptions } from './configuration/steps-file.js';

/** The ready-made steps that are configured, in the order in which they are taken where STEPS gives none. */
export function readyMadeSteps({ terms }: ReadyMadeStepsOptions): readonly Type<Step>[] {
  return terms ? [TermsStep] : [];
}

/** What the ready-made steps are injected with. */
@Module({})
export class ReadyMadeStepsModule {
  static for({ terms }: ReadyMadeStepsOptions): DynamicModule {
    return {
      module: ReadyMadeStepsModule,
      providers: [{ provide: TERMS_OPTIONS, useValue: terms }],
      exports: [TERMS_OPTIONS],
    };
  }
}

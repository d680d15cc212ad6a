import type { Type } from '@nestjs/common';
import { Allow, Equals, ValidateIf } from 'class-validator';
import type { TermsDocument } from './documents.js';

/**
 * Holds the posted form of {@link TermsStep}: `yes` for each ticked checkbox and for the pressed button.
 *
 * @publicApi
 */
export class TermsForm {
  /** The button that opens the page about declining. */
  @Allow()
  readonly decline?: unknown;

  /** The button that ends the sign-in, on the page about declining. */
  @Allow()
  readonly declined?: unknown;

  /** The button for another account, on the page about declining. */
  @Allow()
  readonly switchAccount?: unknown;

  /** The checkboxes: `accepted`, or with several documents `accepted-<id>`. */
  readonly [field: string]: unknown;
}

/** Returns a new class, so that two steps in one application do not share their rules. */
export function termsForm(documents: readonly TermsDocument[]): Type<TermsForm> {
  class ConfiguredTermsForm extends TermsForm {}
  for (const { field, isRequired } of documents) {
    for (const decorate of isRequired ? tickRules() : [Allow()]) decorate(ConfiguredTermsForm.prototype, field);
  }
  return ConfiguredTermsForm;
}

function tickRules(): readonly PropertyDecorator[] {
  return [ValidateIf((form: TermsForm) => !isDeclining(form)), Equals('yes', { message: 'terms.tick' })];
}

/** Returns whether the user pressed a button that needs no ticked checkbox. */
export function isDeclining({ decline, declined, switchAccount }: TermsForm): boolean {
  return [decline, declined, switchAccount].includes('yes');
}

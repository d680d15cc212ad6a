import { IsBoolean, IsOptional, Length } from 'class-validator';

/** Maximum length of a condition, in characters. */
const CONDITION_MAX_LENGTH = 1000;

/**
 * Configures when a step runs, and whether the user may skip it.
 *
 * @publicApi
 */
export class StepRuleOptions {
  /**
   * A condition in CEL (https://cel.dev), up to 1,000 characters: if it is false, the login does not get the step. Its variables are
   * `claims` (of the session token), `tenant`, `locale` and `earlier` (the results of the steps before, by id). If it cannot be evaluated,
   * the step runs. It is not evaluated if the session token's `steps` claim names the steps. Default: true.
   */
  @IsOptional()
  @Length(1, CONDITION_MAX_LENGTH, { message: `is not a condition of 1 to ${CONDITION_MAX_LENGTH} characters` })
  when?: string;

  /**
   * Whether the page has the button “Skip”. It completes the step with the data `{ "skipped": true }` and does not call `submit`. Default:
   * false.
   */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  optional?: boolean;
}

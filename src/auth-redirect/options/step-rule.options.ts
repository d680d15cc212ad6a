import { IsBoolean, IsOptional, Length } from 'class-validator';

/** Most characters of a condition. */
const CONDITION_MAX_LENGTH = 1000;

/**
 * Configures when a step runs, and whether the user may skip it.
 *
 * @publicApi
 */
export class StepRuleOptions {
  /**
   * A condition in CEL (https://cel.dev), up to 1,000 characters: logins for which it is false do not get the step. Its variables are
   * `claims` (of the session token), `tenant`, `locale`, and `earlier` (the results of the steps before this one, by id). A condition
   * that cannot be evaluated counts as true. Not evaluated if the session token's `steps` claim names the steps. Default: true.
   */
  @IsOptional()
  @Length(1, CONDITION_MAX_LENGTH, { message: `is not a condition of 1 to ${CONDITION_MAX_LENGTH} characters` })
  when?: string;

  /**
   * Whether the page has the button “Skip”. It completes the step with the data `{ "skipped": true }`, without a call of `submit`.
   * Default: false.
   */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  optional?: boolean;
}

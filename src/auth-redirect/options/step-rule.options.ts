import { IsBoolean, IsOptional, Length } from 'class-validator';

const CONDITION_MAX_LENGTH = 1000;

/**
 * Configures when a step runs, and whether the user may skip it.
 *
 * @publicApi
 */
export class StepRuleOptions {
  /**
   * Condition in CEL (https://cel.dev) on `claims`, `tenant`, `locale` and `earlier`, up to 1,000 characters. If false, the login omits the
   * step; if it cannot be evaluated, the step runs. Ignored if the session token names the steps. Default: true.
   */
  @IsOptional()
  @Length(1, CONDITION_MAX_LENGTH, { message: `is not a condition of 1 to ${CONDITION_MAX_LENGTH} characters` })
  when?: string;

  /** Whether a “Skip” button completes the step with `{ "skipped": true }`, without calling `submit`. Default: false. */
  @IsOptional()
  @IsBoolean({ message: 'is neither true nor false' })
  optional?: boolean;
}

import { AuthRedirectOptionsError } from '../../auth-redirect/errors.js';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import { DEFAULTS } from './defaults.js';
import { ExternalOptions } from './external.options.js';

/** The options, sound and with their defaults. */
export type ExternalSettings = ExternalOptions & Required<Pick<ExternalOptions, keyof typeof DEFAULTS>>;

/** @throws AuthRedirectOptionsError with every problem at once. */
export function settingsOf(given: ExternalOptions): ExternalSettings {
  // YAML has null for an option that is left empty.
  const said = Object.entries(given).filter(([, value]) => value !== null);
  const options = Object.assign(new ExternalOptions(), Object.fromEntries(said));
  const problems = problemsOf(options);
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems.map((problem) => `external.${problem}`));
  return Object.assign(options, {
    handleClaim: options.handleClaim ?? DEFAULTS.handleClaim,
    clockTolerance: options.clockTolerance ?? DEFAULTS.clockTolerance,
    handleParameter: options.handleParameter ?? DEFAULTS.handleParameter,
    returnToParameter: options.returnToParameter ?? DEFAULTS.returnToParameter,
    tokenParameter: options.tokenParameter ?? DEFAULTS.tokenParameter,
    errorParameter: options.errorParameter ?? DEFAULTS.errorParameter,
  });
}

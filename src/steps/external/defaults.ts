/** What holds of {@link ExternalOptions} where nothing is said; seconds where it is a time. */
export const DEFAULTS = {
  handleClaim: 'handle',
  clockTolerance: 5,
  handleParameter: 'handle',
  returnToParameter: 'return_to',
  tokenParameter: 'token',
  errorParameter: 'error',
} as const;

/**
 * How the steps of a login ended, in the words of the continue token.
 *
 * @publicApi
 */
export type StepsOutcome =
  | { readonly outcome: 'completed'; readonly steps: Readonly<Record<string, unknown>> }
  | {
      readonly outcome: 'denied';
      readonly steps: Readonly<Record<string, unknown>>;
      readonly error: string;
      readonly error_description: string;
    };

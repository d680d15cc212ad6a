/**
 * Describes an additional button of a step's form.
 *
 * @publicApi
 */
export interface StepAction {
  /** Form field that the button posts. */
  readonly name: string;
  /** Value of that field. Default: `yes`. */
  readonly value?: string;
  /** Text of the button. */
  readonly label: string;
}

/**
 * Describes the page of a step.
 *
 * @publicApi
 */
export interface StepView {
  /** Name of the template: `steps/<name>.hbs`, built-in or in the option `viewsDirectory`. */
  readonly template: string;
  /** Title and heading of the page. */
  readonly title: string;
  /** Text of the submit button. Default: “Continue”, in the language of the login. */
  readonly submitLabel?: string;
  /** Additional buttons. They submit the form even if required fields are empty. Default: none. */
  readonly actions?: readonly StepAction[];
  /** Labels of the fields, by name, for the list of problems. Default: only messages. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Seconds until the browser requests the page again, without a script, until the session token expires. A refresh deletes user input: use
   * it only without fields. Default: never.
   */
  readonly refresh?: number;
  /** More values for the template, which escapes them. */
  readonly model: Readonly<Record<string, unknown>>;
}

/**
 * An additional button of a step's form.
 *
 * @publicApi
 */
export interface StepAction {
  /** Name of the form's field that the button posts. */
  readonly name: string;
  /** Value of that field. Default: `yes`. */
  readonly value?: string;
  /** Text of the button. */
  readonly label: string;
}

/**
 * The page of a step: the name of a view, and its content.
 *
 * @publicApi
 */
export interface StepView {
  /** Name of the template: `views/steps/<name>.hbs`, or one in the operator's directory. */
  readonly template: string;
  /** Title of the page, and its heading. */
  readonly title: string;
  /** Text of the button that submits the form. Default: “Continue”, in the language of the login. */
  readonly submitLabel?: string;
  /**
   * Additional buttons, each of which submits its value under its name. The browser does not require fields then. Default: none.
   */
  readonly actions?: readonly StepAction[];
  /** Labels of the fields, by name, for the list of problems. Default: the list shows the messages only. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Seconds after which the browser requests the page again, without a script, until the session token expires. The page loses what
   * was typed, so use it only on pages without fields. Default: never.
   */
  readonly refresh?: number;
  /** Further values of the template, which escapes them. */
  readonly model: Readonly<Record<string, unknown>>;
}

/**
 * A further button of a step's form.
 *
 * @publicApi
 */
export interface StepAction {
  /** Name of the form's field that the button posts. */
  readonly name: string;
  /** What stands on it. */
  readonly label: string;
}

/**
 * The page of a step: a view by its name, and what it shows.
 *
 * @publicApi
 */
export interface StepView {
  /** Name of the template: `views/steps/<name>.hbs`, or one of the operator's own. */
  readonly template: string;
  /** Title of the page, and its heading. */
  readonly title: string;
  /** What stands on the button that posts the form. Default: “Continue”, in the language of the login. */
  readonly submitLabel?: string;
  /**
   * Other things that the form can be posted for: buttons after the first, each of which posts `yes` under its name. The browser
   * does not ask for required fields then. Default: none.
   */
  readonly actions?: readonly StepAction[];
  /** What the fields are called, by name, for the list of what is wrong. Default: the list has the messages alone. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The rest of what the template shows. Escaped by the template. */
  readonly model: Readonly<Record<string, unknown>>;
}

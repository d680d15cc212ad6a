import Handlebars from 'handlebars/runtime.js';
import type { StepAction } from './step-view.js';
import { templates } from './views.generated.js';

/** Model of `views/continue.hbs`. */
export interface ContinueModel {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly action: string;
  readonly state: string;
  readonly sessionToken: string;
  /** Null if the page does not submit automatically. */
  readonly script: string | null;
}

/** Model of `views/error.hbs`. */
export interface ErrorModel {
  readonly title: string;
  readonly text: string;
  readonly advice: string;
  readonly signInUrl: string | null;
  readonly button: string;
  readonly referenceLabel: string;
  readonly reference: string;
}

/** Model of `views/layout.hbs`, in addition to the model of the view in it. */
export interface LayoutModel {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly nonce: string;
  readonly stylesheet: string;
  /** Name of the company, or empty. */
  readonly brand: string;
  readonly logo: string | null;
  readonly privacyUrl: string | null;
  readonly privacyLabel: string;
  readonly supportUrl: string | null;
  readonly supportLabel: string;
}

/** Model of `views/step.hbs`, in addition to the model of the step's own view. */
export interface StepModel {
  readonly title: string;
  /** Null if the login has only one step. */
  readonly progress: string | null;
  /** The label is empty if the view has none for the field. */
  readonly problems: readonly { readonly field: string; readonly label: string; readonly message: string }[];
  readonly problemsTitle: string;
  readonly action: string;
  readonly submitLabel: string;
  readonly actions: readonly StepAction[];
  readonly cancelLabel: string;
  readonly deadline: string;
  /** Submitted values by field; empty at first. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The first field with a problem. */
  readonly firstProblem: string | null;
  /** Problems by field. */
  readonly messages: Readonly<Record<string, string>>;
}

interface Models {
  readonly continue: ContinueModel;
  readonly error: ErrorModel;
  readonly [step: `steps/${string}`]: StepModel;
}

/** A template in the operator's directory: `steps/terms` for `steps/terms.hbs`. */
export interface OwnView {
  readonly name: string;
  readonly source: string;
}

/** Stylesheets that the layout puts into the pages. */
export interface Styles {
  /** For every page. */
  readonly stylesheet: string;
  /** For pages of steps, in addition. */
  readonly stepStylesheet: string;
}

/** The compiled views: the built-in ones, and an operator's, which replace those of the same name. */
export class Views {
  readonly #templates = new Map<string, ReturnType<typeof Handlebars.template>>();

  constructor(
    handlebars: typeof Handlebars,
    own: readonly OwnView[],
    readonly styles: Styles,
  ) {
    handlebars.registerHelper({ invalid, problem });
    for (const [name, specification] of Object.entries(templates)) {
      this.#templates.set(name, handlebars.template(specification));
    }
    for (const { name, source } of own) this.#templates.set(name, handlebars.compile(source, { strict: true }));
    handlebars.registerPartial(Object.fromEntries(this.#templates));
  }

  /** Renders one view as HTML, with escaped values. A value that the view uses and the model lacks is an error. */
  render<Name extends keyof Models>(name: Name, model: Models[Name] & LayoutModel): string {
    const template = this.#templates.get(name);
    if (!template) throw new Error(`There is no view ${name}`);
    return template(model);
  }
}

/** The last argument of a helper. */
interface HelperOptions {
  readonly hash: { readonly describedBy?: string | null };
  readonly data: { readonly root: StepModel };
}

/**
 * Renders `{{invalid "name"}}` among the attributes of a field: connects the field to its problem and focuses the first one. With
 * `describedBy="id"`, it also connects the field to that element.
 */
function invalid(field: string, { hash: { describedBy }, data: { root } }: HelperOptions): Handlebars.SafeString | '' {
  const isInvalid = Object.hasOwn(root.messages, field);
  const ids = [...(describedBy ? [describedBy] : []), ...(isInvalid ? [`${field}-problem`] : [])];
  if (ids.length === 0) return '';
  const state = isInvalid ? ' aria-invalid="true"' : '';
  const focus = root.firstProblem === field ? ' autofocus' : '';
  return new Handlebars.SafeString(`${state} aria-describedby="${Handlebars.escapeExpression(ids.join(' '))}"${focus}`);
}

/** Renders `{{problem "name"}}` below a field: its problem, if it has one. */
function problem(field: string, { data: { root } }: Pick<HelperOptions, 'data'>): Handlebars.SafeString | '' {
  if (!Object.hasOwn(root.messages, field)) return '';
  const [id = '', message = ''] = [`${field}-problem`, root.messages[field] ?? ''].map((text) =>
    Handlebars.escapeExpression(text),
  );
  return new Handlebars.SafeString(`<p class="problem" id="${id}">${message}</p>`);
}

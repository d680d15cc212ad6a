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
  /** Null where the page does not post by itself. */
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

/** What `views/layout.hbs` needs beside the model of the view in it. */
export interface LayoutModel {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly nonce: string;
  readonly stylesheet: string;
  /** Name of the company, empty where there is none. */
  readonly brand: string;
  readonly logo: string | null;
  readonly privacyUrl: string | null;
  readonly privacyLabel: string;
  readonly supportUrl: string | null;
  readonly supportLabel: string;
}

/** What `views/step.hbs` needs beside the model of the step's own view in it. */
export interface StepModel {
  readonly title: string;
  /** Null where there is only one step. */
  readonly progress: string | null;
  /** The label is empty where the view names none. */
  readonly problems: readonly { readonly field: string; readonly label: string; readonly message: string }[];
  readonly problemsTitle: string;
  readonly action: string;
  readonly submitLabel: string;
  readonly actions: readonly StepAction[];
  readonly cancelLabel: string;
  readonly deadline: string;
  /** What was posted, by field; empty at first. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The first field that something is wrong with. */
  readonly firstProblem: string | null;
  /** What is wrong with it, by field. */
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

/** What the layout puts into the pages. */
export interface Styles {
  /** On every page. */
  readonly stylesheet: string;
  /** On pages of steps too: the others are sent to everybody, and need none of it. */
  readonly stepStylesheet: string;
}

/** The views, ready to be filled: those of the build, and an operator's own in the place of those with the same name. */
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

  /** HTML of one view; what the model holds is escaped. A value that the view names and the model lacks is an error. */
  render<Name extends keyof Models>(name: Name, model: Models[Name] & LayoutModel): string {
    const template = this.#templates.get(name);
    if (!template) throw new Error(`There is no view ${name}`);
    return template(model);
  }
}

/** What a helper is handed as its last argument. */
interface HelperOptions {
  readonly hash: { readonly describedBy?: string | null };
  readonly data: { readonly root: StepModel };
}

/**
 * `{{invalid "name"}}` among the attributes of a field: ties it to its problem, and focuses the first one there is. With
 * `describedBy="id"` the field is also tied to that element, whether anything is wrong or not.
 */
function invalid(field: string, { hash: { describedBy }, data: { root } }: HelperOptions): Handlebars.SafeString | '' {
  const isInvalid = Object.hasOwn(root.messages, field);
  const ids = [...(describedBy ? [describedBy] : []), ...(isInvalid ? [`${field}-problem`] : [])];
  if (ids.length === 0) return '';
  const state = isInvalid ? ' aria-invalid="true"' : '';
  const focus = root.firstProblem === field ? ' autofocus' : '';
  return new Handlebars.SafeString(`${state} aria-describedby="${Handlebars.escapeExpression(ids.join(' '))}"${focus}`);
}

/** `{{problem "name"}}` below a field: what is wrong with it, if anything is. */
function problem(field: string, { data: { root } }: Pick<HelperOptions, 'data'>): Handlebars.SafeString | '' {
  if (!Object.hasOwn(root.messages, field)) return '';
  const [id = '', message = ''] = [`${field}-problem`, root.messages[field] ?? ''].map((text) =>
    Handlebars.escapeExpression(text),
  );
  return new Handlebars.SafeString(`<p class="problem" id="${id}">${message}</p>`);
}

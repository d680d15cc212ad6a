import Handlebars from 'handlebars/runtime.js';
import { templates } from './views.generated.js';

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
  render(name: string, model: Readonly<Record<string, unknown>>): string {
    const template = this.#templates.get(name);
    if (!template) throw new Error(`There is no view ${name}`);
    return template(model);
  }
}

/** The last argument of a helper, on the page of a step. */
interface HelperOptions {
  readonly hash: { readonly describedBy?: string | null };
  readonly data: {
    readonly root: {
      /** Problems by field. */
      readonly messages: Readonly<Record<string, string>>;
      /** The first field with a problem. */
      readonly firstProblem: string | null;
    };
  };
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

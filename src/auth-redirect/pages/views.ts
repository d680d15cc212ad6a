import Handlebars from 'handlebars/runtime.js';
import { ViewError } from '../errors.js';
import type { OwnView } from './own-view.js';
import { nodesOf } from './template-problems.js';
import { viewErrorOf } from './view-error.js';
import { templates } from './views.generated.js';

export interface Styles {
  readonly stylesheet: string;
  /** Additional stylesheet for step pages. */
  readonly stepStylesheet: string;
}

/** Custom views replace built-in ones of the same name. */
export class Views {
  readonly #templates = new Map<string, ReturnType<typeof Handlebars.template>>();

  constructor(
    private readonly handlebars: typeof Handlebars,
    private readonly own: readonly OwnView[],
    readonly styles: Styles,
  ) {
    handlebars.registerHelper({ invalid, problem });
    for (const [name, specification] of Object.entries(templates)) {
      this.#templates.set(name, handlebars.template(specification));
    }
    for (const { name, source } of own) {
      // Handlebars would also indent the lines of values.
      const settings = { strict: true, preventIndent: true, noEscape: name.endsWith('.text') };
      this.#templates.set(name, handlebars.compile(withStrictArguments(handlebars.parse(source)), settings));
    }
    handlebars.registerPartial(Object.fromEntries(this.#templates));
  }

  /**
   * Escapes values as HTML, unless the name ends in `.text`.
   *
   * @throws ViewError if the view does not exist, or uses a variable that the model lacks.
   */
  render(name: string, model: Readonly<Record<string, unknown>>): string {
    const template = this.#templates.get(name);
    const file = this.own.find((view) => view.name === name)?.file ?? `${name}.hbs`;
    if (!template) throw new ViewError({ file }, 'the template does not exist');
    try {
      return template(model);
    } catch (error) {
      throw viewErrorOf(error, file, this.own, this.handlebars);
    }
  }
}

/** Rejects undefined arguments, which Handlebars allows, except for `if`, `unless` and `with`. */
function withStrictArguments<Tree extends object>(tree: Tree): Tree {
  for (const { path, params = [] } of nodesOf(tree)) {
    if (['each', 'lookup', 'invalid', 'problem'].includes(path?.original ?? ''))
      for (const param of params) Object.assign(param, { strict: true });
  }
  return tree;
}

interface HelperOptions {
  readonly hash: { readonly describedBy?: string | null };
  readonly data: {
    readonly root: {
      readonly messages: Readonly<Record<string, string>>;
      readonly firstProblem: string | null;
    };
  };
}

/**
 * Renders `{{invalid "name"}}` in a field's attributes: connects the field to its problem, and focuses the first invalid field.
 * `describedBy="id"` also connects it to that element.
 */
function invalid(field: string, { hash: { describedBy }, data: { root } }: HelperOptions): Handlebars.SafeString | '' {
  const isInvalid = Object.hasOwn(root.messages, field);
  const ids = [...(describedBy ? [describedBy] : []), ...(isInvalid ? [`${field}-problem`] : [])];
  if (ids.length === 0) return '';
  const state = isInvalid ? ' aria-invalid="true"' : '';
  const focus = root.firstProblem === field ? ' autofocus' : '';
  return new Handlebars.SafeString(`${state} aria-describedby="${Handlebars.escapeExpression(ids.join(' '))}"${focus}`);
}

/** Renders `{{problem "name"}}` below a field. */
function problem(field: string, { data: { root } }: Pick<HelperOptions, 'data'>): Handlebars.SafeString | '' {
  if (!Object.hasOwn(root.messages, field)) return '';
  const [id = '', message = ''] = [`${field}-problem`, root.messages[field] ?? ''].map((text) =>
    Handlebars.escapeExpression(text),
  );
  return new Handlebars.SafeString(`<p class="problem" id="${id}">${message}</p>`);
}

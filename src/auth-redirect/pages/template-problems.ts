import type Handlebars from 'handlebars';
import type { OwnView } from './own-view.js';

const HELPERS: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with', 'lookup', 'invalid', 'problem']);

export interface TemplateNode {
  readonly type?: string;
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } };
  readonly original?: string;
  readonly parts?: readonly string[];
  readonly name?: { readonly original?: string };
  readonly path?: { readonly original?: string };
  readonly params?: readonly { readonly value?: unknown }[];
}

/** These inputs post an empty value if the browser cannot parse the text (HTML standard, value sanitization). */
const LOSSY_INPUT = /<input[^>]*\stype\s*=\s*["']?(date|datetime-local|month|week|time|number)\b/i;
const LOSS =
  'Such an input posts nothing if the browser cannot read what was typed: use Fields of nestjs-auth-redirect/fields, or type="text"';

/**
 * Returns one line for each problem, beginning with the option's name.
 *
 * @param views Names of all views.
 */
export function templateProblems(
  { name, source }: OwnView,
  views: ReadonlySet<string>,
  compiler: typeof Handlebars,
): string[] {
  const file = `viewsDirectory has ${name}.hbs, which`;
  const lossy = LOSSY_INPUT.exec(source)?.[1];
  try {
    const nodes = [...nodesOf(compiler.parse(source))];
    return [
      ...unknownViews(nodes, views).map((view) => `${file} includes the unknown view ${view}`),
      ...unknownHelpers(nodes).map((helper) => `${file} uses the unknown helper ${helper}`),
      ...(lossy === undefined ? [] : [`${file} has an input of type ${lossy}. ${LOSS}`]),
    ];
  } catch (error) {
    const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
    return [`${file} does not compile: ${line}`];
  }
}

function unknownViews(nodes: readonly TemplateNode[], views: ReadonlySet<string>): string[] {
  const inline = nodes.filter(({ type }) => type === 'DecoratorBlock').map(({ params }) => params?.[0]?.value);
  const known = new Set<unknown>(['@partial-block', ...views, ...inline]);
  const included = nodes.filter(({ type }) => type === 'PartialStatement' || type === 'PartialBlockStatement');
  return unique(included.map(({ name }) => name?.original)).filter((name) => !known.has(name));
}

function unknownHelpers(nodes: readonly TemplateNode[]): string[] {
  const calls = nodes.filter(
    ({ type = '', params = [] }) => /Statement$|^SubExpression$/.test(type) && params.length > 0,
  );
  const helpers = calls.filter(({ type = '' }) => !type.startsWith('Partial')).map(({ path }) => path?.original);
  return unique(helpers).filter((helper) => !HELPERS.has(helper));
}

function unique(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names)].filter((name) => name !== undefined);
}

export function* nodesOf(tree: object): Generator<TemplateNode> {
  yield tree;
  for (const member of Object.values(tree)) {
    if (typeof member === 'object' && member !== null) yield* nodesOf(member);
  }
}

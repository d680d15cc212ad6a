import type Handlebars from 'handlebars';
import type { OwnView } from './views.js';

/** The helpers that a template can call. */
const HELPERS: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with', 'lookup', 'invalid', 'problem']);

/** The names that a template uses. */
interface UsedNames {
  /** Other views, except for inline partials. */
  readonly views: readonly string[];
  readonly helpers: readonly string[];
}

/**
 * Returns what is wrong with an operator's template before it is rendered, one line each, beginning with the option's name.
 *
 * @param views Names of all views.
 */
export function templateProblems(
  { name, source }: OwnView,
  views: ReadonlySet<string>,
  compiler: typeof Handlebars,
): string[] {
  const file = `viewsDirectory has ${name}.hbs, which`;
  try {
    const used = namesUsedBy(compiler.parse(source), compiler);
    const missing = used.views.filter((view) => !views.has(view));
    const unknown = used.helpers.filter((helper) => !HELPERS.has(helper));
    return [
      ...missing.map((view) => `${file} includes the unknown view ${view}`),
      ...unknown.map((helper) => `${file} uses the unknown helper ${helper}`),
    ];
  } catch (error) {
    const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
    return [`${file} does not compile: ${line}`];
  }
}

function namesUsedBy(program: hbs.AST.Program, compiler: typeof Handlebars): UsedNames {
  const views = new Set<string>();
  const helpers = new Set<string>();
  const inline = new Set<string>(['@partial-block']);
  const include = ({ name }: { name: hbs.AST.PathExpression | hbs.AST.SubExpression }): void => {
    if ('original' in name) views.add(name.original);
  };
  const call = ({ path, params }: Pick<hbs.AST.MustacheStatement, 'path' | 'params'>): void => {
    if (params.length > 0 && 'original' in path) helpers.add(path.original);
  };
  class Names extends compiler.Visitor {
    override PartialStatement(statement: hbs.AST.PartialStatement): void {
      include(statement);
      super.PartialStatement(statement);
    }
    override PartialBlockStatement(statement: hbs.AST.PartialBlockStatement): void {
      include(statement);
      super.PartialBlockStatement(statement);
    }
    override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
      const [name] = decorator.params;
      if (name && 'value' in name) inline.add(String(name.value));
      super.DecoratorBlock(decorator);
    }
    override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
      call(statement);
      super.MustacheStatement(statement);
    }
    override BlockStatement(statement: hbs.AST.BlockStatement): void {
      call(statement);
      super.BlockStatement(statement);
    }
    override SubExpression(expression: hbs.AST.SubExpression): void {
      call(expression);
      super.SubExpression(expression);
    }
  }
  new Names().accept(program);
  return { views: [...views].filter((name) => !inline.has(name)), helpers: [...helpers] };
}

import type Handlebars from 'handlebars';
import type { OwnView } from './views.js';

/** What a template can call: Handlebars' own, and ours. */
const HELPERS: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with', 'lookup', 'invalid', 'problem']);

/** What a template asks for, by name. */
interface Asked {
  /** Other views, without those that it brings along itself. */
  readonly views: readonly string[];
  readonly helpers: readonly string[];
}

/**
 * What is wrong with an operator's template that can be seen before it is filled.
 *
 * @param views Names of all views that there are.
 * @returns One line each, beginning with the option's name.
 */
export function templateProblems(
  { name, source }: OwnView,
  views: ReadonlySet<string>,
  compiler: typeof Handlebars,
): string[] {
  const file = `viewsDirectory has ${name}.hbs, which`;
  try {
    const asked = askedBy(compiler.parse(source), compiler);
    const missing = asked.views.filter((view) => !views.has(view));
    const unknown = asked.helpers.filter((helper) => !HELPERS.has(helper));
    return [
      ...missing.map((view) => `${file} includes ${view}: there is no such view`),
      ...unknown.map((helper) => `${file} uses ${helper}: there is no such helper`),
    ];
  } catch (error) {
    const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
    return [`${file} does not compile: ${line}`];
  }
}

function askedBy(program: hbs.AST.Program, compiler: typeof Handlebars): Asked {
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

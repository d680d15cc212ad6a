import type Handlebars from 'handlebars';
import { ViewError } from '../errors.js';
import type { OwnView } from './own-view.js';
import { nodesOf, type TemplateNode } from './template-problems.js';

/**
 * Returns what a template threw, with its place. Handlebars knows line and column, but not the file: a partial may have thrown.
 *
 * @param rendered File of the rendered view.
 * @param own The views that the compiler has compiled.
 */
export function viewErrorOf(
  thrown: unknown,
  rendered: string,
  own: readonly OwnView[],
  compiler: typeof Handlebars,
): ViewError {
  const { message, lineNumber: line, column } = Object(thrown);
  const [, name] = /^"([^"]+)" not defined in /.exec(String(message)) ?? [];
  // Messages of other errors may quote the model.
  if (name === undefined) return new ViewError({ file: rendered }, 'cannot be rendered', { cause: thrown });
  const isPlace = ({ type, loc, parts }: TemplateNode): boolean =>
    type === 'PathExpression' && loc?.start.line === line && loc?.start.column === column && parts?.at(-1) === name;
  for (const { file, source } of own) {
    const node = [...nodesOf(compiler.parse(source))].find(isPlace);
    if (node) return unknownVariable(file, line, node.original ?? name);
  }
  return unknownVariable(rendered, line, name);
}

function unknownVariable(file: string, line: number, variable: string): ViewError {
  return new ViewError({ file, line, variable }, `the page does not have the variable ${variable}`);
}

import type Handlebars from 'handlebars';
import { ViewError } from '../errors.js';
import type { OwnView } from './own-view.js';
import { nodesOf, type TemplateNode } from './template-problems.js';

/**
 * Finds the file of an error: Handlebars reports only line and column, and a partial may have thrown.
 *
 * @param rendered File of the rendered view.
 */
export function viewErrorOf(
  thrown: unknown,
  rendered: string,
  own: readonly OwnView[],
  compiler: typeof Handlebars,
): ViewError {
  const { message, lineNumber: line, column } = Object(thrown);
  const [, name] = /^"([^"]+)" not defined in /.exec(String(message)) ?? [];
  // Messages of other errors may quote values.
  if (name === undefined) return new ViewError({ file: rendered }, 'cannot be rendered', { cause: thrown });
  const isPlace = ({ type, loc, parts }: TemplateNode): boolean =>
    type === 'PathExpression' && loc?.start.line === line && loc?.start.column === column && parts?.at(-1) === name;
  const [{ file, variable } = { file: rendered, variable: name }] = own.flatMap((view) =>
    [...nodesOf(compiler.parse(view.source))]
      .filter(isPlace)
      .map(({ original = name }) => ({ file: view.file, variable: original })),
  );
  return new ViewError({ file, line, variable }, `the page does not have the variable ${variable}`);
}

import type Handlebars from 'handlebars';
import { ViewError } from '../errors.js';
import type { OwnView } from './own-view.js';
import { nodesOf, type TemplateNode } from './template-problems.js';

/**
 * Adds the position to an error that a template threw. Handlebars knows line and column, but not the file: a partial may have thrown.
 *
 * @param rendered File of the rendered view.
 * @param own The views that the compiler compiled.
 */
export function viewErrorOf(
  thrown: unknown,
  rendered: string,
  own: readonly OwnView[],
  compiler: typeof Handlebars,
): ViewError {
  const { message, lineNumber: line, column } = Object(thrown);
  const [, name] = /^"([^"]+)" not defined in /.exec(String(message)) ?? [];
  // Other errors may quote values in their messages.
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

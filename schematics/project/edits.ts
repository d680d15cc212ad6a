import ts from 'typescript';
import { importedFrom, parse } from './syntax.js';

/** Indentation of generated code, which the file's indentation replaces. */
const INDENT = '  ';

/** Adds an import, unless the name is already imported. */
export function addImport(text: string, name: string, specifier: string): string {
  const source = parse(text, 'source.ts');
  if (importedFrom(source, name) !== undefined) return text;
  const imports = source.statements.filter(ts.isImportDeclaration);
  const named = imports.map((declaration) => namedImportsOf(declaration, specifier)).find((bindings) => bindings);
  if (named) return appendItem(text, named.elements, named, name);
  // Imports of packages stay above imports of the application's files.
  const last = imports.findLast((one) => isRelative(one) === specifier.startsWith('.')) ?? imports.at(-1);
  const quote = last?.moduleSpecifier.getText().startsWith('"') ? '"' : "'";
  const end = !last || last.getText().endsWith(';') ? ';' : '';
  const line = `import { ${name} } from ${quote}${specifier}${quote}${end}`;
  return last ? insert(text, last.end, `\n${line}`) : insert(text, 0, `${line}\n`);
}

function namedImportsOf(declaration: ts.ImportDeclaration, specifier: string): ts.NamedImports | undefined {
  const { importClause, moduleSpecifier } = declaration;
  const bindings = importClause?.namedBindings;
  const isSame = ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === specifier;
  return isSame && bindings && ts.isNamedImports(bindings) && !isTypeOnly(declaration) ? bindings : undefined;
}

function isRelative({ moduleSpecifier }: ts.ImportDeclaration): boolean {
  return ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text.startsWith('.');
}

function isTypeOnly({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.getText().startsWith('type ') ?? false;
}

export function appendElement(text: string, array: ts.ArrayLiteralExpression, element: string): string {
  return appendItem(text, array.elements, array, element);
}

export function appendProperty(text: string, object: ts.ObjectLiteralExpression, assignment: string): string {
  return appendItem(text, object.properties, object, assignment);
}

function appendItem(text: string, items: ts.NodeArray<ts.Node>, container: ts.Node, item: string): string {
  const last = items.at(-1);
  if (!last) return fill(text, container, item);
  const indent = ownIndentOf(text, last.getStart());
  const lines = indented(text, item, indent ?? indentOf(text, container.getStart()));
  const added = indent === undefined ? ` ${lines}` : `\n${indent}${lines}`;
  const end = items.hasTrailingComma ? items.end : last.end;
  const commentsEnd = ts.getTrailingCommentRanges(text, end)?.at(-1)?.end ?? end;
  const [before, after] = items.hasTrailingComma ? ['', ','] : [',', ''];
  return insert(insert(text, commentsEnd, added + after), end, before);
}

/** Inserts the first item between two brackets, after existing comments. */
function fill(text: string, container: ts.Node, item: string): string {
  const indent = indentOf(text, container.getStart());
  const inner = indent + indentUnitOf(text);
  const comments = text.slice(container.getStart() + 1, container.end - 1).trimEnd();
  const isBlock = ts.isObjectLiteralExpression(container) || item.includes('\n') || comments !== '';
  const added = isBlock ? `\n${inner}${indented(text, item, inner)}\n${indent}` : item;
  const at = container.getStart() + 1 + comments.length;
  return insert(text.slice(0, at) + text.slice(container.end - 1), at, added);
}

/** Indents the item like the file, with `indent` before each line except the first. */
function indented(text: string, item: string, indent: string): string {
  const unit = indentUnitOf(text);
  return item.replaceAll(
    /\n( *)/g,
    (_line, spaces: string) => `\n${indent}${unit.repeat(spaces.length / INDENT.length)}`,
  );
}

/** Returns the indentation of the first indented line that is not inside a comment. */
function indentUnitOf(text: string): string {
  return /^(?: {2,8}|\t)(?=\S)/m.exec(text)?.[0] ?? INDENT;
}

/** Returns the white space before a node that begins a line, or undefined if other code precedes it. */
function ownIndentOf(text: string, position: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1, position);
  return line.trim() === '' && position > line.length ? line : undefined;
}

function indentOf(text: string, position: number): string {
  const [indent = ''] = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', position - 1) + 1)) ?? [];
  return indent;
}

/** Inserts a text with the line ends of the file. */
function insert(text: string, position: number, added: string): string {
  const lines = text.includes('\r\n') ? added.replaceAll('\n', '\r\n') : added;
  return text.slice(0, position) + lines + text.slice(position);
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A place in the source that names a text. */
export interface TextUse {
  /** The key, with `*` for computed parts. */
  readonly key: string;
  /** Names of the text's values. Undefined if the place only forwards the key. */
  readonly values: readonly string[] | undefined;
}

const KEY = /^[a-zA-Z*]+(?:\.[\w*]+)+$|^\*_\w+$/;

/** Returns every use of a text in `src`. The values are those of a call of `t`, or the `places` next to a `message`. */
export function textUses(): readonly TextUse[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
    .map((file) => join('src', file))
    .flatMap((file) => usesIn(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)));
}

function usesIn(file: ts.SourceFile): readonly TextUse[] {
  return nodesOf(file).flatMap((node) => {
    const key = patternOf(node);
    if (key === undefined || !KEY.test(key)) return [];
    return [{ key, values: valuesOf(node, file) }];
  });
}

function nodesOf(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [node];
  node.forEachChild((child) => void nodes.push(...nodesOf(child)));
  return nodes;
}

/** Returns a text unchanged, and a template with `*` for its expressions. */
function patternOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `*${literal.text}`).join('');
}

function valuesOf(node: ts.Node, file: ts.SourceFile): readonly string[] | undefined {
  for (let at = node; !ts.isStatement(at); at = at.parent) {
    const { parent } = at;
    if (ts.isCallExpression(parent) && parent.arguments[0] === at && /(?:^|\.)t$/.test(parent.expression.getText()))
      return namesIn(parent.arguments[1], file);
    if (ts.isPropertyAssignment(parent) && parent.name.getText() === 'message')
      return namesIn(memberOf(parent.parent, 'places'), file);
  }
  return undefined;
}

function memberOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const member = object.properties.find((each) => each.name?.getText() === name);
  if (member && ts.isPropertyAssignment(member)) return member.initializer;
  return member && ts.isShorthandPropertyAssignment(member) ? member.name : undefined;
}

/**
 * Returns the names of an object's members: of an object literal, or of the declarations with that name in the file.
 */
function namesIn(values: ts.Expression | undefined, file: ts.SourceFile): readonly string[] {
  if (values === undefined) return [];
  if (ts.isObjectLiteralExpression(values)) return values.properties.map(({ name }) => name?.getText() ?? '');
  const name = /#?\w+(?=(?:\([^)]*\))?$)/.exec(values.getText())?.[0];
  const declared = nodesOf(file).flatMap((node) => declaredNames(node, name, file));
  if (declared.length === 0) throw new Error(`${file.fileName}: which values has ${values.getText()}?`);
  return [...new Set(declared)];
}

function declaredNames(node: ts.Node, name: string | undefined, file: ts.SourceFile): readonly string[] {
  if (ts.isVariableDeclaration(node) && node.name.getText() === name && node.initializer)
    return ts.isObjectLiteralExpression(node.initializer) ? namesIn(node.initializer, file) : [];
  if (ts.isMethodDeclaration(node) && node.name.getText() === name)
    return nodesOf(node).flatMap((each) => (ts.isObjectLiteralExpression(each) ? namesIn(each, file) : []));
  if (ts.isParameter(node) && node.name.getText() === name && node.type)
    return nodesOf(file).flatMap((each) =>
      ts.isInterfaceDeclaration(each) && each.name.text === node.type?.getText()
        ? each.members.map((member) => member.name?.getText() ?? '')
        : [],
    );
  return [];
}

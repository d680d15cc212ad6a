import ts from 'typescript';

/** Parses a TypeScript or JSON file. */
export function parse(text: string, path: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Returns every node of a kind, in order. */
export function nodesOf<Node extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is Node): Node[] {
  const found: Node[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    node.forEachChild(visit);
  };
  visit(root);
  return found;
}

/** Returns the calls of static methods, like `ConfigModule.forRoot()`. */
export function callsOf(root: ts.Node, className: string, method: RegExp): ts.CallExpression[] {
  return nodesOf(root, ts.isCallExpression).filter(
    ({ expression }) =>
      ts.isPropertyAccessExpression(expression) &&
      ts.isIdentifier(expression.expression) &&
      expression.expression.text === className &&
      method.test(expression.name.text),
  );
}

export function names(root: ts.Node, identifier: string): boolean {
  return nodesOf(root, ts.isIdentifier).some(({ text }) => text === identifier);
}

export function importedFrom(source: ts.SourceFile, identifier: string): string | undefined {
  const declaration = source.statements
    .filter(ts.isImportDeclaration)
    .find(({ importClause }) => importClause && names(importClause, identifier));
  return declaration && ts.isStringLiteral(declaration.moduleSpecifier) ? declaration.moduleSpecifier.text : undefined;
}

/**
 * Returns the metadata of a Nest module.
 *
 * @param className Default: the first module of the file.
 */
export function moduleMetadata(source: ts.SourceFile, className?: string): ts.ObjectLiteralExpression | undefined {
  const metadata = nodesOf(source, ts.isClassDeclaration)
    .map((node) => ({ name: node.name?.text, metadata: metadataOf(node) }))
    .filter((module) => module.metadata !== undefined);
  return (metadata.find(({ name }) => name === className) ?? metadata[0])?.metadata;
}

function metadataOf(node: ts.ClassDeclaration): ts.ObjectLiteralExpression | undefined {
  const call = (ts.getDecorators(node) ?? [])
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression)
    .find(({ expression }) => ts.isIdentifier(expression) && expression.text === 'Module');
  return call?.arguments.find(ts.isObjectLiteralExpression);
}

/** Returns the value of a property of an object literal, in TypeScript or JSON. */
export function property(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  return object.properties
    .filter(ts.isPropertyAssignment)
    .find((assignment) => !ts.isComputedPropertyName(assignment.name) && assignment.name.text === name)?.initializer;
}

/** Returns whether an object literal has a property in any form, like `steps` or `steps: []`. */
export function hasProperty(object: ts.ObjectLiteralExpression, name: string): boolean {
  return object.properties.some(
    (member) => member.name && !ts.isComputedPropertyName(member.name) && member.name.text === name,
  );
}

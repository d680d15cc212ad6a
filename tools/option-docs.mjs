// Reads options from the source: the documented members of classes and interfaces, with type, default and meaning.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Names of option types in the documentation. Classes and interfaces are sections. */
const TYPE_NAMES = {
  FieldChoices: 'list or map',
  FieldTypeName: 'text',
  JsonObject: 'map',
  JsonWebKey: 'map',
  ListedScheme: 'text',
  LocalizedText: 'localized text',
  Record: 'map',
  SmsGatewayMethod: 'text',
  SmsGatewayPreset: 'text',
  VendorAlgorithm: 'text',
};

const parsed = new Map();

/** Returns the syntax tree of a file. */
export function parse(file) {
  if (!parsed.has(file)) {
    parsed.set(file, ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return parsed.get(file);
}

/**
 * Returns the documented members of a class or an interface by name, including members inherited from a class of the
 * same file.
 */
export function membersOf(file, name) {
  const found = typeNamed(file, name);
  if (!found) throw new Error(`${file} has no class or interface ${name}`);
  const base = found.heritageClauses?.[0]?.types[0]?.expression.getText();
  const inherited = typeNamed(file, base) ? membersOf(file, base) : [];
  const members = found.members.filter(
    (member) =>
      (ts.isPropertyDeclaration(member) || ts.isPropertySignature(member)) && !ts.isPrivateIdentifier(member.name),
  );
  return new Map([...inherited, ...members.map((member) => [member.name.text, { ...describe(member), owner: name }])]);
}

function typeNamed(file, name) {
  return parse(file).statements.find((node) => isType(node) && node.name?.text === name);
}

/** Returns the public classes of options, as pairs of a file and a name. */
export function optionClasses() {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.options.ts'))
    .map((file) => join('src', file))
    .flatMap((file) =>
      parse(file)
        .statements.filter((node) => ts.isClassDeclaration(node) && isPublic(node))
        .map((node) => [file, node.name.text]),
    );
}

function isType(node) {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

function isPublic(node) {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'publicApi');
}

function describe(member) {
  const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const text = (ts.getTextOfJSDocComment(comment?.comment) ?? '').replaceAll(/\s+/g, ' ');
  const [sentence, stated] = /\s*Default: (.+?)\.(?=\s|$)/.exec(text) ?? [''];
  const { initializer, questionToken } = member;
  const isOptional = questionToken !== undefined || initializer !== undefined;
  return {
    meaning: text.replace(sentence, '').trim(),
    type: typeName(member.type),
    default: stated ?? valueOf(initializer) ?? (isOptional ? 'none' : 'required'),
  };
}

function valueOf(initializer) {
  if (initializer === undefined || ts.isArrayLiteralExpression(initializer)) return undefined;
  return `\`${ts.isStringLiteral(initializer) ? initializer.text : initializer.getText()}\``;
}

function typeName(node) {
  if (node === undefined) return '';
  if (ts.isUnionTypeNode(node)) return [...new Set(node.types.map(typeName))].join(' or ');
  if (ts.isTypeReferenceNode(node)) return referenceName(node);
  if (ts.isLiteralTypeNode(node) && !ts.isStringLiteral(node.literal)) return `\`${node.getText()}\``;
  return KIND_NAMES[node.kind] ?? 'section';
}

const KIND_NAMES = {
  [ts.SyntaxKind.StringKeyword]: 'text',
  [ts.SyntaxKind.LiteralType]: 'text',
  [ts.SyntaxKind.NumberKeyword]: 'number',
  [ts.SyntaxKind.BooleanKeyword]: 'boolean',
  [ts.SyntaxKind.TypeOperator]: 'list',
  [ts.SyntaxKind.IndexedAccessType]: 'list',
  [ts.SyntaxKind.FunctionType]: 'function',
};

/** `Readonly<T>` has the name of T. */
function referenceName({ typeName: { text }, typeArguments }) {
  return text === 'Readonly' ? typeName(typeArguments[0]) : (TYPE_NAMES[text] ?? 'section');
}

import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

interface Import {
  readonly specifier: string;
  /** Whether the file loads the module itself, not in a function. */
  readonly atOnce: boolean;
}

/** Returns the modules that a file imports, also only for types. */
export function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node, atOnce: boolean): void => {
    const specifier = specifierIn(node);
    if (specifier !== undefined) found.push({ specifier, atOnce: atOnce && !isDynamicImport(node) });
    node.forEachChild((child) => visit(child, atOnce && !ts.isFunctionLike(node)));
  };
  visit(source, true);
  return found;
}

function specifierIn(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  return isRequire || isDynamicImport(node) ? textOf(node.arguments[0]) : undefined;
}

function isDynamicImport(node: ts.Node): boolean {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

/** The files and packages that loading a file also loads. */
export interface Reach {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/**
 * Follows the imports of a file.
 *
 * @param lazily Whether to follow imports that functions load later.
 * @throws Error if a file imports a missing file.
 */
export function reachOf(file: string, { lazily }: { readonly lazily: boolean }): Reach {
  const files = new Set<string>();
  const packages = new Set<string>();
  const follow = (current: string): void => {
    if (files.has(current)) return;
    files.add(current);
    for (const { specifier, atOnce } of importsOf(current)) {
      if (!atOnce && !lazily) continue;
      if (specifier.startsWith('.')) follow(fileOf(join(dirname(current), specifier), current));
      else if (!builtinModules.includes(specifier.replace(/^node:/, ''))) packages.add(packageOf(specifier));
    }
  };
  follow(file);
  return { files, packages };
}

/** Returns the declaration file next to the imported file for imports in declarations. */
function fileOf(imported: string, from: string): string {
  return from.endsWith('.d.ts') ? imported.replace(/\.js$/, '.d.ts') : imported;
}

/** Returns `@nestjs/common` for `@nestjs/common/enums`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

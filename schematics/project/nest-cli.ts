import type { Tree } from '@angular-devkit/schematics';
import ts from 'typescript';
import { appendElement, appendProperty } from './edits.js';
import { write } from './format.js';
import { parse, property } from './syntax.js';

const FILES = ['nest-cli.json', '.nestcli.json', '.nest-cli.json', 'nest.json'];

type Asset = string | { readonly include: string };

/** Options of `nest build` for an application. */
export interface CompilerOptions {
  readonly assets?: readonly Asset[];
  readonly builder?: string | { readonly type: string };
  readonly webpack?: boolean;
  readonly tsConfigPath?: string;
}

interface Application {
  readonly sourceRoot?: string;
  readonly entryFile?: string;
  readonly compilerOptions?: CompilerOptions;
}

/** The applications in nest-cli.json. */
export interface NestCli extends Application {
  /** The applications and libraries of a monorepo, by name. */
  readonly projects?: Readonly<Record<string, Application & { readonly type?: string }>>;
}

/** Reads nest-cli.json, which can contain comments. Without the file, Nest's defaults apply. */
export function readNestCli(tree: Tree): NestCli {
  const path = FILES.find((file) => tree.exists(file));
  if (path === undefined) return {};
  const { config, error }: { config?: NestCli; error?: ts.Diagnostic } = ts.parseConfigFileTextToJson(
    path,
    tree.readText(path),
  );
  if (error) throw new Error(`${path} is not JSON: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`);
  return config ?? {};
}

/**
 * Adds files to the ones that `nest build` copies.
 *
 * @param globs Globs relative to the sources of the application.
 */
export async function addAssets(tree: Tree, sourceRoot: string, globs: readonly string[]): Promise<void> {
  const path = FILES.find((file) => tree.exists(file));
  if (path === undefined || globs.length === 0) return;
  const text = ownersOf(readNestCli(tree), sourceRoot).reduce((edited, owner) => {
    const compilerOptions = [...owner.path, 'compilerOptions'];
    const added = [...owner.inherited, ...globs].map((asset) => JSON.stringify(asset));
    return withElements(withWatch(edited, compilerOptions), [...compilerOptions, 'assets'], added);
  }, tree.readText(path));
  await write(tree, path, text);
}

/** The declaration of an application's assets. */
interface Owner {
  /** Path of the application in nest-cli.json. */
  readonly path: readonly string[];
  /** Inherited assets, which the application's own list would replace. */
  readonly inherited: readonly Asset[];
}

/**
 * Returns the applications of a source folder. The Nest CLI builds the default one with the top-level options, and the others with their
 * own options, if any.
 */
function ownersOf(config: NestCli, sourceRoot: string): readonly Owner[] {
  const isDefault = (config.sourceRoot ?? 'src') === sourceRoot;
  const [name, project] =
    Object.entries(config.projects ?? {}).find(([, { sourceRoot: root }]) => root === sourceRoot) ?? [];
  const hasOwn = project?.compilerOptions?.assets !== undefined;
  const inherited = hasOwn ? [] : (config.compilerOptions?.assets ?? []);
  return [
    ...(isDefault || name === undefined ? [{ path: [], inherited: [] }] : []),
    ...(name !== undefined && (!isDefault || hasOwn) ? [{ path: ['projects', name], inherited }] : []),
  ];
}

/** Makes `nest start --watch` copy changed assets, unless the option is already set. */
function withWatch(text: string, compilerOptions: readonly string[]): string {
  const edited = withObject(text, compilerOptions);
  const options = objectAt(edited, compilerOptions);
  return property(options, 'watchAssets') ? edited : appendProperty(edited, options, '"watchAssets": true');
}

function withElements(text: string, path: readonly string[], elements: readonly string[]): string {
  const parent = objectAt(text, path.slice(0, -1));
  const list = property(parent, path.at(-1)!);
  if (!list) return appendProperty(text, parent, `"${path.at(-1)!}": [${[...new Set(elements)].join(', ')}]`);
  if (!ts.isArrayLiteralExpression(list)) throw new Error(`${path.join('.')} of nest-cli.json is not a list`);
  const [missing] = elements.filter((element) => !list.elements.some((known) => known.getText() === element));
  return missing === undefined ? text : withElements(appendElement(text, list, missing), path, elements);
}

function withObject(text: string, path: readonly string[]): string {
  return path.reduce((edited, name, index) => {
    const parent = objectAt(edited, path.slice(0, index));
    return property(parent, name) ? edited : appendProperty(edited, parent, `"${name}": {}`);
  }, text);
}

function objectAt(text: string, path: readonly string[]): ts.ObjectLiteralExpression {
  const [statement] = parse(text, 'nest-cli.json').statements;
  const root = statement && ts.isExpressionStatement(statement) ? statement.expression : undefined;
  const found = path.reduce<ts.Expression | undefined>(
    (node, name) => (node && ts.isObjectLiteralExpression(node) ? property(node, name) : undefined),
    root,
  );
  if (!found || !ts.isObjectLiteralExpression(found)) throw new Error(`nest-cli.json has no object ${path.join('.')}`);
  return found;
}

import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import ts from 'typescript';
import { copiesAssetsTo } from './build-layout.js';
import { readNestCli, type CompilerOptions, type NestCli } from './nest-cli.js';
import { readManifest } from './packages.js';
import { importedFrom, moduleMetadata, nodesOf, parse } from './syntax.js';

/** Options of all schematics, which select the application. */
export interface ProjectOptions {
  readonly sourceRoot?: string;
  readonly project?: string;
  readonly module?: string;
}

/** A source file of the application. */
export interface Source {
  /** Path relative to the workspace. */
  readonly path: string;
  readonly text: string;
  readonly syntax: ts.SourceFile;
}

export interface ModuleFile extends Source {
  /** Class of the module. Default: the first one of the file. */
  readonly className?: string | undefined;
}

/** An application in nest-cli.json. */
export class Project {
  /** Folder of the sources, like `src` or `apps/api/src`. */
  readonly sourceRoot: string;
  /** The application's sources, the entry first, then the sources of the monorepo's libraries. */
  readonly sources: readonly Source[];
  /** Whether tests run in Vitest instead of Jest. */
  readonly usesVitest: boolean;
  readonly #isEsm: boolean;
  /** Names in nest-cli.json. */
  readonly #applications: readonly string[];
  readonly #compilerOptions: CompilerOptions;

  constructor(
    private readonly tree: Tree,
    private readonly options: ProjectOptions,
  ) {
    const config = readNestCli(tree);
    const { sourceRoot, entryFile, compilerOptions } = applicationOf(config, options);
    this.sourceRoot = sourceRoot;
    this.#compilerOptions = compilerOptions;
    const entry = posix.join(sourceRoot, `${entryFile}.ts`);
    const projects = Object.entries(config.projects ?? {});
    const libraries = projects.filter(([, { type }]) => type === 'library').map(([, library]) => library);
    this.#applications = projects.filter(([, { type }]) => type !== 'library').map(([name]) => name);
    const folders = [sourceRoot, ...libraries.map((library) => library.sourceRoot ?? 'src')];
    const paths = new Set([
      ...(tree.exists(entry) ? [entry] : []),
      ...folders.flatMap((folder) => sourcePathsIn(tree, folder)),
    ]);
    this.sources = [...paths].map((path) => this.read(path));
    const manifest = readManifest(tree);
    const packages = { ...manifest.dependencies, ...manifest.devDependencies };
    this.usesVitest = 'vitest' in packages && !('jest' in packages);
    this.#isEsm = manifest.type === 'module';
  }

  read(path: string): Source {
    if (!this.tree.exists(path)) throw new Error(`${path} does not exist`);
    const text = this.tree.readText(path);
    return { path, text, syntax: parse(text, path) };
  }

  /** Returns whether `nest build` copies assets to the path that a source file's code expects. */
  copiesAssetsTo(path: string): boolean {
    return copiesAssetsTo(this.tree, this.sourceRoot, this.#compilerOptions, path);
  }

  directoryExpression(from: string, to: string): string {
    return `join(${this.#isEsm ? 'import.meta.dirname' : '__dirname'}, '${posix.relative(posix.dirname(from), to)}')`;
  }

  /** Returns the import specifier of one source in another, with the application's file extension, if any. */
  importSpecifier(from: string, to: string): string {
    const path = posix.relative(posix.dirname(from), to).replace(/\.ts$/, '');
    return `${path.startsWith('.') ? '' : './'}${path}${this.#importExtension()}`;
  }

  #importExtension(): string {
    const [extension] = this.sources
      .flatMap(({ syntax }) => nodesOf(syntax, ts.isImportDeclaration))
      .flatMap(({ moduleSpecifier }) => /^['"]\..*(\.[jt]s)['"]$/.exec(moduleSpecifier.getText())?.[1] ?? []);
    return extension ?? (this.#isEsm ? '.js' : '');
  }

  /** Returns the root module: from the option, from `NestFactory.create()`, or app.module.ts. */
  rootModule(): ModuleFile {
    if (this.options.module !== undefined) return this.read(this.options.module);
    const created = this.sources.flatMap((source) => this.#createdModules(source));
    const fallback = this.sources.find(({ path }) => path === posix.join(this.sourceRoot, 'app.module.ts'));
    const [found] = [...created, ...(fallback ? [fallback] : [])].filter(({ syntax }) => moduleMetadata(syntax));
    if (!found) throw new Error(`${this.sourceRoot} has no NestFactory.create() with a root module: ${this.#advice()}`);
    return found;
  }

  #advice(): string {
    const file = 'name its file with --module=src/app.module.ts';
    if (this.#applications.length === 0) return file;
    return `name the application with --project=${this.#applications.join(' or --project=')}, or ${file}`;
  }

  #createdModules({ path, syntax }: Source): readonly ModuleFile[] {
    return nodesOf(syntax, ts.isCallExpression)
      .filter(({ expression }) => /^NestFactory\.create/.test(expression.getText()))
      .flatMap((call) => nodesOf(call.arguments[0] ?? call, ts.isIdentifier).slice(0, 1))
      .flatMap(({ text: className }) => {
        const specifier = importedFrom(syntax, className);
        const file = specifier === undefined ? path : this.#resolve(specifier, path);
        return file === undefined ? [] : [{ ...this.read(file), className }];
      });
  }

  #resolve(specifier: string, from: string): string | undefined {
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      `/${from}`,
      { moduleResolution: ts.ModuleResolutionKind.Bundler },
      { fileExists: (path) => this.tree.exists(path), readFile: (path) => this.tree.read(path)?.toString() },
    );
    return resolvedModule?.resolvedFileName.slice(1);
  }
}

function applicationOf(
  config: NestCli,
  { project, sourceRoot }: ProjectOptions,
): { sourceRoot: string; entryFile: string; compilerOptions: CompilerOptions } {
  const projects = config.projects ?? {};
  if (project !== undefined && !Object.hasOwn(projects, project))
    throw new Error(`nest-cli.json has no project ${project}; it has ${Object.keys(projects).join(', ') || 'none'}`);
  const given = project === undefined ? sourceRoot : projects[project]?.sourceRoot;
  const root = posix.normalize(given ?? config.sourceRoot ?? 'src');
  // The CLI adds generateOptions.baseDir to the folder.
  const application = [...Object.values(projects), config].find((known) =>
    `${root}/`.startsWith(`${known.sourceRoot ?? 'src'}/`),
  );
  return {
    sourceRoot: application?.sourceRoot ?? (application ? 'src' : root),
    entryFile: application?.entryFile ?? config.entryFile ?? 'main',
    compilerOptions: { ...config.compilerOptions, ...application?.compilerOptions },
  };
}

function sourcePathsIn(tree: Tree, folder: string): string[] {
  const paths: string[] = [];
  tree.getDir(folder).visit((path) => {
    if (/(?<!\.d|spec|test)\.ts$/.test(path) && !path.includes('/node_modules/')) paths.push(path.slice(1));
  });
  return paths;
}

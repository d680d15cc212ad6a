import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import ts from 'typescript';
import type { CompilerOptions } from './nest-cli.js';
import { readManifest } from './packages.js';

/**
 * Returns whether `nest build` copies assets to the path that a source file's code expects. The paths differ if a
 * bundler moves the code, or if the CLI does not copy to the compiler's output (Nest CLI 11).
 *
 * @param path The source file.
 */
export function copiesAssetsTo(tree: Tree, sourceRoot: string, options: CompilerOptions, path: string): boolean {
  if (!isBundled(options)) return !/\bdist\/src\//.test(readManifest(tree).scripts?.['start:prod'] ?? '');
  const rootDirectory = rootDirectoryOf(tree, options.tsConfigPath ?? 'tsconfig.json') ?? sourceRoot;
  return [rootDirectory, posix.dirname(path)].every((folder) => folder === sourceRoot);
}

function isBundled({ webpack = false, builder }: CompilerOptions): boolean {
  const type = typeof builder === 'object' ? builder.type : builder;
  return webpack || type === 'webpack' || type === 'rspack';
}

/** Returns `rootDir` of a tsconfig.json or of one that it extends. */
function rootDirectoryOf(tree: Tree, path: string): string | undefined {
  const readFile = (file: string): string | undefined => tree.read(file)?.toString();
  const { config }: { config?: unknown } = ts.readConfigFile(path, readFile);
  const host = {
    fileExists: (file: string) => tree.exists(file),
    readFile,
    readDirectory: () => [],
    useCaseSensitiveFileNames: true,
  };
  const { rootDir } = ts.parseJsonConfigFileContent(config, host, posix.join('/', posix.dirname(path))).options;
  return rootDir === undefined ? undefined : posix.relative('/', rootDir);
}

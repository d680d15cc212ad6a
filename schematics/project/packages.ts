import type { Tree } from '@angular-devkit/schematics';

/** The content of package.json. */
export interface Manifest {
  readonly version?: string;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function readManifest(tree: Tree, path = 'package.json'): Manifest {
  const manifest: Manifest = JSON.parse(tree.readText(path));
  return manifest;
}

/**
 * Peers of this package by the major version of Nest. @nestjs/jwt 12 has only ES modules, which Jest cannot load in a Nest 11 application.
 */
const PEERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  11: { '@nestjs/config': '^4.0.0', '@nestjs/jwt': '^11.0.0' },
  12: { '@nestjs/config': '^12.0.0', '@nestjs/jwt': '^12.0.0' },
};
const COMMON_PEERS = { 'class-transformer': '^0.5.1', 'class-validator': '^0.15.1' };

/**
 * Adds the missing peers to package.json.
 *
 * @returns Whether packages must be installed.
 * @throws Error if the application has another major version of Nest.
 */
export function addPeers(tree: Tree): boolean {
  const text = tree.readText('package.json');
  const manifest = readManifest(tree);
  const version = nestVersion(tree, manifest);
  const peers = PEERS[/\d+/.exec(version)?.[0] ?? ''];
  if (!peers) throw new Error(`nestjs-auth-redirect requires Nest 11 or 12, but @nestjs/core is ${version}`);
  const dependencies = { ...COMMON_PEERS, ...peers, ...manifest.dependencies };
  if (Object.keys(dependencies).length === Object.keys(manifest.dependencies ?? {}).length) return false;
  const sorted = Object.fromEntries(Object.entries(dependencies).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  tree.overwrite('package.json', `${JSON.stringify({ ...manifest, dependencies: sorted }, null, indentOf(text))}\n`);
  return true;
}

/** Returns the installed version, or the range in package.json if the package is installed elsewhere. */
function nestVersion(tree: Tree, manifest: Manifest): string {
  const installed = 'node_modules/@nestjs/core/package.json';
  const version = tree.exists(installed) ? readManifest(tree, installed).version : undefined;
  return version ?? manifest.dependencies?.['@nestjs/core'] ?? 'missing';
}

function indentOf(json: string): string {
  return /^[ \t]+(?=")/m.exec(json)?.[0] ?? '  ';
}

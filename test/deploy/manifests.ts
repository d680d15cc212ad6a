import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT, run } from './deploy-tools.js';

export const CHART = 'deploy/helm/nestjs-auth-redirect';

/** Names of the cases in the chart's folder `ci`. */
export const CASES: readonly string[] = readdirSync(join(ROOT, CHART, 'ci')).map((file) =>
  file.slice(0, -'-values.yaml'.length),
);

/** Any YAML value. */
export type Yaml = null | boolean | number | string | readonly Yaml[] | YamlMap;
export interface YamlMap {
  readonly [name: string]: Yaml | undefined;
}

/** An object for the API server. */
export interface Manifest extends YamlMap {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string } & YamlMap;
}

export interface Rendering {
  readonly chart?: string;
  readonly values?: readonly string[];
  /** `--set` arguments. */
  readonly set?: readonly string[];
}

export function valuesOf(name: string): string {
  return join(CHART, 'ci', `${name}-values.yaml`);
}

/** Runs `helm template` for the release `auth-redirect` in the namespace `login`. */
export function template({ chart = CHART, values = [], set = [] }: Rendering): ReturnType<typeof run> {
  const words = [...values.flatMap((file) => ['--values', file]), ...set.flatMap((value) => ['--set', value])];
  return run('helm', 'template', 'auth-redirect', chart, '--namespace', 'login', ...words);
}

/** @throws Error with helm's output if helm fails. */
export function render(rendering: Rendering): readonly Manifest[] {
  const { status, stdout, output } = template(rendering);
  if (status !== 0) throw new Error(output);
  return manifestsIn(stdout);
}

/** @throws Error for invalid YAML, such as a repeated name. */
export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .filter((document) => document.contents !== null)
    .map((document) => {
      if (document.errors.length > 0) throw new Error(document.errors.join('\n'));
      return document.toJS() as Manifest;
    });
}

/** @throws Error unless exactly one manifest has the kind and, if given, the name. */
export function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`);
  return first;
}

/** Returns the value at a path, or undefined if there is none. */
export function at(value: Yaml | undefined, ...path: readonly (string | number)[]): Yaml | undefined {
  return path.reduce<Yaml | undefined>((inner, name) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Array.isArray(inner) ? (inner as readonly Yaml[])[Number(name)] : (inner as YamlMap)[name];
  }, value);
}

/** Returns the list at a path, or an empty one. */
export function list(value: Yaml | undefined, ...path: readonly (string | number)[]): readonly Yaml[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Yaml[]) : [];
}

/** Returns the text at a path, and other values as JSON. */
export function textAt(value: Yaml | undefined, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
}

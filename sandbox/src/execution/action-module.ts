import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { ActionModuleDefinition } from '../definition/tenant-definition.js';

/** The prefix of Auth0's shared modules: `require('actions:NAME')`. */
const MODULE_PREFIX = 'actions:';

/** A file, or `code` with a file's name for stack traces and packages. */
export type CodeSource = Pick<ActionModuleDefinition, 'file' | 'code'>;

export interface CodeSurroundings {
  readonly console: object;
  readonly modules: Readonly<Record<string, ActionModuleDefinition>>;
  /** Values that `require` returns instead of installed packages, by name. */
  readonly packages?: Readonly<Record<string, unknown>>;
  /** More variables, which hide the globals of the same name. */
  readonly variables?: Readonly<Record<string, object>>;
}

/**
 * Runs the code of an Action as a CommonJS module, whatever its folder's package.json says, and returns its exports.
 * Node resolves packages from its folder, then from the folder in which the sandbox was started.
 */
export function loadActionModule(source: CodeSource, surroundings: CodeSurroundings): Record<string, unknown> {
  const loaded = new Map<string, unknown>();
  const { console, packages = {}, variables = {} } = surroundings;
  const exports = evaluate(source, { ...variables, console }, packages, (name) => {
    if (!loaded.has(name)) loaded.set(name, loadShared(name, surroundings));
    return loaded.get(name);
  });
  // `exports` may be a function with handlers as properties.
  return Object(exports);
}

/** A shared module has its own secrets. As at Auth0, it may require packages but no other shared module. */
function loadShared(name: string, { console, modules, packages = {}, variables = {} }: CodeSurroundings): unknown {
  const module = modules[name];
  if (!module) throw new Error(`There is no Actions module called "${name}".`);
  const actions = { secrets: module.secrets ?? {} };
  return evaluate(module, { ...variables, console, actions }, packages, (other) => {
    throw new Error(`The Actions module "${name}" requires "${other}": a module cannot require another one.`);
  });
}

/** @param variables Variables in addition to those of every CommonJS module. */
function evaluate(
  { file, code = readFileSync(file, 'utf8') }: CodeSource,
  variables: Readonly<Record<string, object>>,
  packages: Readonly<Record<string, unknown>>,
  shared: (name: string) => unknown,
): unknown {
  const ownRequire = requireFrom(file, packages, shared);
  const facts = { id: file, filename: file, require: ownRequire, loaded: false, children: [], paths: [] };
  const module: { exports: unknown } = { exports: {}, ...facts };
  const scope = {
    ...{ exports: module.exports, require: ownRequire, module },
    ...{ __filename: file, __dirname: dirname(file) },
    ...variables,
  };
  Reflect.apply(compile({ file, code }, Object.keys(scope)), module.exports, Object.values(scope));
  return module.exports;
}

/** Jest runs tests in a separate context. The Action must see the test's globals, such as `fetch` and the clock. */
function compile({ file, code: source }: Required<CodeSource>, parameters: string[]): CallableFunction {
  if (vm.runInThisContext('globalThis') !== globalThis) {
    const code = `(function (${parameters.join(', ')}) {${source}\n})\n//# sourceURL=${pathToFileURL(file).href}`;
    // oxlint-disable-next-line no-eval -- the only way to compile code in the context of the caller
    return globalThis.eval(code);
  }
  const options = { filename: file, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  return vm.compileFunction(source, parameters, options);
}

function requireFrom(
  file: string,
  packages: Readonly<Record<string, unknown>>,
  shared: (name: string) => unknown,
): (id: string) => unknown {
  const ownRequire = createRequire(file);
  const paths = [dirname(file), process.cwd()];
  const load = (id: string): unknown => {
    if (Object.hasOwn(packages, id)) return packages[id];
    if (id.startsWith(MODULE_PREFIX)) return shared(id.slice(MODULE_PREFIX.length));
    // Older Actions name a version (`require('ipaddr.js@1.9.0')`). The installed version is loaded.
    const name = id.replace(/^((?:@[^/]+\/)?[^@/]+)@[\w.^~-]+/, '$1');
    return isBuiltin(name) ? ownRequire(name) : ownRequire(ownRequire.resolve(name, { paths }));
  };
  return Object.assign(load, { resolve: ownRequire.resolve, cache: ownRequire.cache });
}

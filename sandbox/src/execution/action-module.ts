import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { ActionModuleDefinition } from '../definition/tenant-definition.js';

/** Auth0's Actions Modules: `require('actions:NAME')`. */
const MODULE_PREFIX = 'actions:';

/** `file` names the code in stack traces and resolves packages. */
export type CodeSource = Pick<ActionModuleDefinition, 'file' | 'code'>;

export interface CodeSurroundings {
  readonly console: object;
  readonly modules: Readonly<Record<string, ActionModuleDefinition>>;
  /** Values that `require` returns, by name of the package. */
  readonly packages?: Readonly<Record<string, unknown>>;
  /** Additional variables, which hide globals of the same name. */
  readonly variables?: Readonly<Record<string, object>>;
}

/**
 * Runs code as CommonJS, regardless of package.json. Packages resolve from the code's folder, then from the working
 * directory.
 */
export function loadActionModule(source: CodeSource, surroundings: CodeSurroundings): Record<string, unknown> {
  const loaded = new Map<string, unknown>();
  const { console, packages = {}, variables = {} } = surroundings;
  const exports = evaluate(source, { ...variables, console }, packages, (name) => {
    if (!loaded.has(name)) loaded.set(name, loadShared(name, surroundings));
    return loaded.get(name);
  });
  // A function may have handlers as properties.
  return Object(exports);
}

/** As at Auth0, a shared module has its own secrets and may require packages, but no shared module. */
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

/** Jest runs tests in a separate context. The Action must use that context's globals, such as a mocked `fetch`. */
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
    // Older Actions name a version (`require('ipaddr.js@1.9.0')`). Load the installed version.
    const name = id.replace(/^((?:@[^/]+\/)?[^@/]+)@[\w.^~-]+/, '$1');
    return isBuiltin(name) ? ownRequire(name) : ownRequire(ownRequire.resolve(name, { paths }));
  };
  return Object.assign(load, { resolve: ownRequire.resolve, cache: ownRequire.cache });
}

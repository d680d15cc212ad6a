import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import vm from 'node:vm';
import { isRecord } from '../json.js';
import type { ActionModuleDefinition } from '../tenant/tenant-definition.js';

/** How code names a shared module of Auth0's: `require('actions:NAME')`. */
const MODULE_PREFIX = 'actions:';

/** Where code is: in a file, or in `code` with the file's name for stack traces and packages. */
export type CodeSource = Pick<ActionModuleDefinition, 'file' | 'code'>;

interface CodeSurroundings {
  readonly console: object;
  readonly modules: Readonly<Record<string, ActionModuleDefinition>>;
}

/**
 * Runs the code of an Action as a CommonJS module, whatever its folder's package.json says, and returns its exports.
 * Packages are looked for from its folder, then from the folder in which the sandbox was started.
 */
export function loadActionModule(source: CodeSource, surroundings: CodeSurroundings): Record<string, unknown> {
  const loaded = new Map<string, unknown>();
  const exports = evaluate(source, { console: surroundings.console }, (name) => {
    if (!loaded.has(name)) loaded.set(name, loadShared(name, surroundings));
    return loaded.get(name);
  });
  return isRecord(exports) ? exports : {};
}

/** A shared module has secrets of its own. It may require packages, but no other shared module, as at Auth0. */
function loadShared(name: string, { console, modules }: CodeSurroundings): unknown {
  const module = modules[name];
  if (!module) throw new Error(`There is no Actions module called "${name}".`);
  const actions = { secrets: module.secrets ?? {} };
  return evaluate(module, { console, actions }, (other) => {
    throw new Error(`The Actions module "${name}" requires "${other}": a module cannot require another one.`);
  });
}

/** @param variables What the code sees besides the variables of every CommonJS module. */
function evaluate(
  { file, code = readFileSync(file, 'utf8') }: CodeSource,
  variables: Readonly<Record<string, object>>,
  shared: (name: string) => unknown,
): unknown {
  const module: { exports: unknown } = { exports: {} };
  const scope = {
    ...{ exports: module.exports, require: requireFrom(file, shared), module },
    ...{ __filename: file, __dirname: dirname(file) },
    ...variables,
  };
  const run = vm.compileFunction(code, Object.keys(scope), {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  run.apply(module.exports, Object.values(scope));
  return module.exports;
}

function requireFrom(file: string, shared: (name: string) => unknown): (id: string) => unknown {
  const ownRequire = createRequire(file);
  const paths = [dirname(file), process.cwd()];
  const load = (id: string): unknown => {
    if (id.startsWith(MODULE_PREFIX)) return shared(id.slice(MODULE_PREFIX.length));
    // Older Actions name a version (`require('ipaddr.js@1.9.0')`); the one that is installed is loaded.
    const name = id.replace(/^((?:@[^/]+\/)?[^@/]+)@[\w.^~-]+/, '$1');
    return ownRequire(ownRequire.resolve(name, { paths }));
  };
  return Object.assign(load, { resolve: ownRequire.resolve, cache: ownRequire.cache });
}

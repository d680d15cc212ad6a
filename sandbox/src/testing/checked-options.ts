import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { ActionModuleDefinition } from '../definition/tenant-definition.js';
import { isRecord } from '../json.js';
import { SandboxError } from '../sandbox-errors.js';
import { suggestion } from '../suggestion.js';

export const RUN_OPTIONS = [
  ...['handler', 'trigger', 'event', 'secrets', 'configuration', 'user', 'authorize', 'metadata', 'cache'],
  ...['packages', 'modules', 'now'],
];

export const CONTINUE_OPTIONS = [...RUN_OPTIONS, 'after', 'token', 'body'];

export function assertKnownOptions(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = suggestion(unknown, known) || ` The options are ${known.join(', ')}.`;
  throw new SandboxError('option_invalid', `"${unknown}" is not an option.${hint}`);
}

/** Resolves paths from the current directory. Throws if a module cannot be loaded. */
export function checkedModules(modules: Readonly<Record<string, unknown>>): Record<string, ActionModuleDefinition> {
  const checked = Object.entries(modules).map(([name, module]) => [name, checkedModule(name, module)] as const);
  return Object.fromEntries(checked);
}

function checkedModule(name: string, module: unknown): ActionModuleDefinition {
  const { file, code, ...rest } = isRecord(module) ? module : {};
  if (typeof file !== 'string') {
    throw invalidModule(name, `has to be an object with the path of its code: { file: './${name}.js' }`);
  }
  const absolute = resolve(file);
  if (typeof code === 'string') return { ...rest, file: absolute, code };
  try {
    accessSync(absolute, constants.R_OK);
  } catch (cause) {
    throw invalidModule(name, `names a file that cannot be read: ${absolute}`, cause);
  }
  return { ...rest, file: absolute };
}

function invalidModule(name: string, problem: string, cause?: unknown): SandboxError {
  return new SandboxError('option_invalid', `The option modules["${name}"] ${problem}.`, { cause });
}

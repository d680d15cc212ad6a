import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import type { AnyNode } from 'acorn';
import { isRecord } from '../json.js';
import type { CheckedAction, Found } from './finding.js';
import { isVariable, lineOf, stringOf, type Visit } from './tree.js';

const MODULE_PREFIX = 'actions:';

export function checkPackages(visits: readonly Visit[], action: CheckedAction): Found[] {
  const loads = new Map<string, Visit>();
  for (const visit of visits) {
    const name = loadedName(visit.node);
    if (name !== undefined && !loads.has(name)) loads.set(name, visit);
  }
  return [...loads].flatMap(([name, { node, parents }]) => {
    const message = problemOf(name, action);
    // Within a try, the Action may expect the failure.
    const severity = parents.some(({ type }) => type === 'TryStatement') ? 'warning' : 'error';
    return message === undefined ? [] : [{ severity, message, line: lineOf(node) } as const];
  });
}

function loadedName(node: AnyNode): string | undefined {
  if (node.type === 'ImportExpression') return stringOf(node.source);
  if (node.type !== 'CallExpression' || !isVariable(node.callee, 'require')) return undefined;
  return stringOf(node.arguments[0]);
}

function problemOf(name: string, { file, dependencies = [], modules = {} }: CheckedAction): string | undefined {
  if (name.startsWith(MODULE_PREFIX)) {
    const isKnown = Object.hasOwn(modules, name.slice(MODULE_PREFIX.length));
    return isKnown ? undefined : `The Action requires ${name}, but the tenant has no such Actions Module.`;
  }
  if (isBuiltin(name) || canResolve(name, file)) return undefined;
  if (name.startsWith('.') || name.startsWith('/')) return `The file "${name}" does not exist.`;
  const packageName = packageOf(name);
  const version = dependencies.find((dependency) => dependency.name === packageName)?.version;
  const wanted = version === undefined ? packageName : `${packageName}@${version}`;
  return `The package ${packageName} is not installed. Run "npm install ${wanted}" in ${dirname(file)}.`;
}

/** A package without an entry for `require` counts as installed: Node reports the error at run time. */
function canResolve(name: string, file: string): boolean {
  try {
    createRequire(file).resolve(name);
    return true;
  } catch (error) {
    return !isRecord(error) || error['code'] !== 'MODULE_NOT_FOUND';
  }
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

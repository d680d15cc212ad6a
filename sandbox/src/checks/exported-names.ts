import type { AnyNode } from 'acorn';
import { isVariable, keyName, lineOf, memberName, type Visit } from './tree.js';

export interface ExportedName {
  readonly name: string;
  readonly line: number;
  readonly value?: AnyNode;
}

export interface Exports {
  readonly names: readonly ExportedName[];
  /** False if some exports are known only at run time: `module.exports = build()`. */
  readonly isComplete: boolean;
}

/** Reads `exports.NAME = …`, `module.exports.NAME = …` and `module.exports = { NAME }`. */
export function exportsOf(visits: readonly Visit[]): Exports {
  const uses = visits.filter(({ node, parents }) => isExportsObject(node) && !isTarget(node, parents));
  const parts = uses.map(({ node, parents }) => exportsOfUse(node, parents));
  return { names: parts.flatMap(({ names }) => names), isComplete: parts.every(({ isComplete }) => isComplete) };
}

function isExportsObject(node: AnyNode): boolean {
  if (node.type === 'MemberExpression') return memberName(node) === 'exports' && isVariable(node.object, 'module');
  return isVariable(node, 'exports');
}

/** The `exports` in `module.exports` does not count as a separate use. */
function isTarget(node: AnyNode, [parent]: readonly AnyNode[]): boolean {
  return parent?.type === 'MemberExpression' && parent.property === node && !parent.computed;
}

function exportsOfUse(node: AnyNode, [parent, grandparent]: readonly AnyNode[]): Exports {
  if (parent?.type === 'MemberExpression' && parent.object === node) return memberExport(parent, grandparent);
  if (parent?.type === 'AssignmentExpression' && parent.left === node) return exportsOfValue(parent.right);
  // A separate visit handles the inner assignment of `module.exports = exports = …`.
  const isEsModuleMark = parent?.type === 'CallExpression' && parent.arguments.length === 3;
  return { names: [], isComplete: isEsModuleMark };
}

function memberExport(member: AnyNode, parent: AnyNode | undefined): Exports {
  const name = memberName(member);
  if (parent?.type !== 'AssignmentExpression' || parent.left !== member) return { names: [], isComplete: true };
  if (name === undefined) return { names: [], isComplete: false };
  return { names: [{ name, line: lineOf(member), value: parent.right }], isComplete: true };
}

function exportsOfValue(value: AnyNode): Exports {
  if (value.type === 'AssignmentExpression') return exportsOfValue(value.right);
  if (value.type !== 'ObjectExpression') return { names: [], isComplete: false };
  const names = value.properties.flatMap((property) => {
    const name = property.type === 'Property' ? keyName(property.key, property.computed) : undefined;
    return name !== undefined && property.type === 'Property'
      ? [{ name, line: lineOf(property), value: property.value }]
      : [];
  });
  return { names, isComplete: names.length === value.properties.length };
}

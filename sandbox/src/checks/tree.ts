import type { AnyNode, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';

/** `parents` begins with the closest one. */
export interface Visit {
  readonly node: AnyNode;
  readonly parents: readonly AnyNode[];
}

export function nodesOf(program: Program): Visit[] {
  const visits: Visit[] = [];
  fullAncestor(program, (_node, _state, ancestors) => {
    // acorn-walk declares wider types than its nodes have.
    const [node, ...parents] = (ancestors as AnyNode[]).toReversed();
    if (node) visits.push({ node, parents });
  });
  return visits;
}

/** Counts lines from 1. */
export function lineOf(node: AnyNode): number {
  return node.loc?.start.line ?? 1;
}

/** Accepts a string literal or a template without expressions. */
export function stringOf(node: AnyNode | null | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

/** Returns NAME of `object.NAME` and `object['NAME']`. */
export function memberName(node: AnyNode): string | undefined {
  return node.type === 'MemberExpression' ? keyName(node.property, node.computed) : undefined;
}

export function keyName(key: AnyNode, computed: boolean): string | undefined {
  return !computed && key.type === 'Identifier' ? key.name : stringOf(key);
}

export function isVariable(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

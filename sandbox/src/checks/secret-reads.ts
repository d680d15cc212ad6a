import type { AnyNode } from 'acorn';
import { keyName, lineOf, memberName, type Visit } from './tree.js';

/** Finds the names that a file reads from `event.secrets`, also by destructuring. */
export class SecretReads {
  private readonly events = new Set(['event']);
  private readonly secrets = new Set<string>();
  private readonly lines = new Map<string, number>();

  /** @param parameters The first parameter of each handler; it may be a pattern. */
  constructor(parameters: readonly AnyNode[]) {
    for (const parameter of parameters) this.bindEvent(parameter);
  }

  linesByName(visits: readonly Visit[]): ReadonlyMap<string, number> {
    // Reads in source order, so that a variable is known before its use.
    const ordered = visits.toSorted((a, b) => a.node.start - b.node.start);
    for (const { node } of ordered) this.readBinding(node);
    for (const { node } of ordered) this.readMember(node);
    return this.lines;
  }

  private readBinding(node: AnyNode): void {
    const [target, value] =
      node.type === 'VariableDeclarator'
        ? [node.id, node.init]
        : node.type === 'AssignmentExpression'
          ? [node.left, node.right]
          : [];
    if (!target || !value) return;
    if (this.isEvent(value)) this.bindEvent(target);
    else if (this.isSecrets(value)) this.bindSecrets(target);
  }

  private readMember(node: AnyNode): void {
    if (node.type !== 'MemberExpression' || !this.isSecrets(node.object)) return;
    const name = memberName(node);
    if (name !== undefined) this.add(name, node);
  }

  private bindEvent(target: AnyNode): void {
    if (target.type === 'Identifier') this.events.add(target.name);
    for (const { name, value } of propertiesOf(target)) if (name === 'secrets') this.bindSecrets(value);
  }

  private bindSecrets(target: AnyNode): void {
    if (target.type === 'AssignmentPattern') this.bindSecrets(target.left);
    if (target.type === 'Identifier') this.secrets.add(target.name);
    for (const { name, value } of propertiesOf(target)) this.add(name, value);
  }

  private isEvent(node: AnyNode): boolean {
    return node.type === 'Identifier' && this.events.has(node.name);
  }

  private isSecrets(node: AnyNode): boolean {
    if (node.type === 'ChainExpression') return this.isSecrets(node.expression);
    if (node.type === 'MemberExpression') return memberName(node) === 'secrets' && this.isEvent(node.object);
    return node.type === 'Identifier' && this.secrets.has(node.name);
  }

  private add(name: string, node: AnyNode): void {
    if (!this.lines.has(name)) this.lines.set(name, lineOf(node));
  }
}

function propertiesOf(pattern: AnyNode): { name: string; value: AnyNode }[] {
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => {
    if (property.type !== 'Property') return [];
    const name = keyName(property.key, property.computed);
    return name === undefined ? [] : [{ name, value: property.value }];
  });
}

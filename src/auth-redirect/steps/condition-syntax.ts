import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../validation/did-you-mean.js';

export const VARIABLES = ['claims', 'tenant', 'locale', 'earlier'] as const;

const EARLIER = 'earlier';

/** Functions of list elements. They must not nest, and none returns larger elements: both could take unlimited time. */
const LOOPS = ['all', 'exists', 'exists_one', 'filter'];

/**
 * Omits `matches`, which can take unlimited time, and functions that build larger lists or texts than their arguments, or depend on the
 * time zone.
 */
const FUNCTIONS = [
  ...['has', 'size', 'contains', 'startsWith', 'endsWith', 'lowerAscii', 'upperAscii', 'trim'],
  ...['bool', 'int', 'double', 'string', 'timestamp', 'duration'],
];

/** Durations that the library parses in linear time. */
const DURATION = /^-?(?:\d{1,9}(?:ms|[hms]))+$/;

export interface SyntaxProblem {
  readonly node: ASTNode;
  /** The problem as a verb phrase. */
  readonly message: string;
}

export interface SyntaxReport {
  readonly problems: readonly SyntaxProblem[];
  /** Ids of the steps whose results the condition reads. */
  readonly reads: readonly string[];
}

export function inspectSyntax(root: ASTNode): SyntaxReport {
  const inspection = new Inspection();
  inspection.visit(root, []);
  return { problems: inspection.problems, reads: [...inspection.reads] };
}

class Inspection {
  readonly problems: SyntaxProblem[] = [];
  readonly reads = new Set<string>();

  /** @param elements Loop variables around the node. */
  visit(node: ASTNode, elements: readonly string[]): void {
    const stepId = stepIdOf(node);
    if (stepId !== undefined) {
      this.reads.add(stepId);
      return;
    }
    if (node.op === 'id') this.#variable(node, node.args, elements);
    if (node.op === 'call') this.#call(node, node.args[0], node.args[1]);
    if (node.op === 'rcall' && LOOPS.includes(node.args[0])) {
      this.#loop(node, node.args, elements);
      return;
    }
    if (node.op === 'rcall') this.#call(node, node.args[0], node.args[2]);
    for (const child of childrenOf(node)) this.visit(child, elements);
  }

  #variable(node: ASTNode, name: string, elements: readonly string[]): void {
    const known = [...VARIABLES, ...elements];
    if (name === EARLIER) this.#problem(node, 'uses earlier as a whole: name a step, like earlier.terms');
    else if (!known.includes(name)) {
      const hint = didYouMean(name, known) || ` (known: ${known.join(', ')})`;
      this.#problem(node, `uses the unknown variable ${name}${hint}`);
    }
  }

  #call(node: ASTNode, name: string, [argument]: readonly ASTNode[]): void {
    const known = [...FUNCTIONS, ...LOOPS];
    if (!known.includes(name)) {
      const hint = didYouMean(name, known) || ` (known: ${known.join(', ')})`;
      this.#problem(node, `uses the unknown function ${name}${hint}`);
    }
    if (name === 'duration' && !(argument?.op === 'value' && DURATION.test(String(argument.args)))) {
      this.#problem(node, 'uses duration without a text like "24h" or "1h30m" in it');
    }
  }

  #loop(
    node: ASTNode,
    [name, list, [element, ...parts]]: readonly [string, ASTNode, readonly ASTNode[]],
    elements: readonly string[],
  ): void {
    this.visit(list, elements);
    const own = element?.op === 'id' ? element.args : '';
    if (elements.length > 0) this.#problem(node, `uses ${name} inside another all, exists, exists_one or filter`);
    if (VARIABLES.some((variable) => variable === own))
      this.#problem(node, `uses the variable ${own} as the name of the elements in ${name}`);
    for (const part of parts) this.visit(part, [...elements, own]);
  }

  #problem(node: ASTNode, message: string): void {
    this.problems.push({ node, message });
  }
}

/** Finds `earlier.terms`, `earlier["email-code"]` and `"email-code" in earlier`. */
function stepIdOf(node: ASTNode): string | undefined {
  const isEarlier = ({ op, args }: ASTNode): boolean => op === 'id' && args === EARLIER;
  if (node.op === '.' && isEarlier(node.args[0])) return node.args[1];
  if (node.op === '[]' && isEarlier(node.args[0])) return textOf(node.args[1]);
  if (node.op === 'in' && isEarlier(node.args[1])) return textOf(node.args[0]);
  return undefined;
}

function textOf({ op, args }: ASTNode): string | undefined {
  return op === 'value' && typeof args === 'string' ? args : undefined;
}

function childrenOf({ args }: ASTNode): ASTNode[] {
  const parts: readonly unknown[] = [args];
  return parts.flat(3).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}

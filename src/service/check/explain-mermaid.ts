import type { ExplainedStep, StepOrder } from './explain.js';

export function explanationMermaid(orders: readonly StepOrder[]): string {
  const parts = orders.map(({ tenants, steps }, index) => {
    const prefix = `o${index + 1}`;
    const lines = steps.flatMap((step, place) =>
      stepLines(step, `${prefix}s${place + 1}`, target(steps, prefix, place + 1)),
    );
    return [
      `  subgraph ${prefix}["${escaped(tenants.join(', '))}"]`,
      `    ${prefix}start(["session token from the tenant"]) --> ${target(steps, prefix, 0)}`,
      ...lines.map((line) => `    ${line}`),
      `    ${prefix}end(["continue token to the tenant"])`,
      '  end',
    ];
  });
  return `${['flowchart TD', ...parts.flat()].join('\n')}\n`;
}

function target(steps: readonly ExplainedStep[], prefix: string, place: number): string {
  const step = steps[place];
  if (!step) return `${prefix}end`;
  return `${prefix}s${place + 1}${step.when === undefined ? '' : 'if'}`;
}

function stepLines(
  { id, type, when, isOptional, handsOffTo, status }: ExplainedStep,
  node: string,
  next: string,
): string[] {
  const details = [
    `${id} (${type})`,
    ...(isOptional ? ['the page has the button Skip'] : []),
    ...(handsOffTo === undefined ? [] : [`to ${handsOffTo} and back`]),
    ...(status === undefined ? [] : [status]),
  ];
  const box = `${node}["${details.map(escaped).join('<br>')}"] --> ${next}`;
  if (when === undefined) return [box];
  return [`${node}if{"${escaped(when)}"} -- true --> ${node}`, `${node}if -- false --> ${next}`, box];
}

/** Escapes characters as `#code;` for Mermaid. */
function escaped(text: string): string {
  return text.replaceAll(/[^\w .,:()/=?!+-]/gu, (character) => `#${character.codePointAt(0)};`);
}

import type { ExplainedStep, StepOrder } from './explain.js';

const WIDTH = 80;

const NOTE = `
claims    the claims of the session token
earlier   the results of the steps before, by step id
A step whose condition cannot be evaluated runs. If the session token has the
claim "steps", the steps that it names run instead, in its order, and no
condition is evaluated.
`;

export function explanationText(orders: readonly StepOrder[], isExample: boolean): string {
  const diagrams = orders.map(({ tenants, steps }) => {
    const subject = isExample ? `The example login of the tenant ${tenants.join()}` : `Logins of ${namesOf(tenants)}`;
    const parts = steps.map((step, index) => stepText(step, index + 1));
    return [
      ...wrapped(subject, '', ''),
      '',
      '  session token from the tenant',
      ...parts.flat(),
      '      |',
      '      v',
      '  continue token to the tenant',
    ]
      .map((line) => `${line}\n`)
      .join('');
  });
  return `${diagrams.join('\n')}${isExample ? '' : NOTE}`;
}

function namesOf(tenants: readonly string[]): string {
  return `${tenants.length === 1 ? 'the tenant' : 'the tenants'} ${tenants.join(', ')}`;
}

function stepText(step: ExplainedStep, position: number): string[] {
  const { id, type, when, isOptional, hasApplies, handsOffTo, status } = step;
  const details = [
    ...(when === undefined ? [] : wrapped(when.replaceAll(/\s+/g, ' '), 'only if  ')),
    ...(hasApplies ? wrapped('its code (applies) may omit it') : []),
    ...(isOptional ? wrapped('the page has the button Skip') : []),
    ...(handsOffTo === undefined ? [] : wrapped(`sends the user to ${handsOffTo} and back`)),
    ...(status === undefined ? [] : wrapped(status, '=> ')),
  ];
  return ['      |', `  ${`${position}.`.padEnd(3)} ${id} (${type})`, ...details];
}

/** Does not split a word that is longer than a line. */
function wrapped(text: string, label = '', margin = '      |    '): string[] {
  const lines: string[] = [];
  let line = label;
  for (const word of text.split(' ')) {
    const isFull = margin.length + line.length + word.length > WIDTH && line.trim() !== '' && line !== label;
    if (isFull) lines.push(line.trimEnd());
    line = `${isFull ? ' '.repeat(label.length) : line}${word} `;
  }
  return [...lines, line.trimEnd()].map((each) => margin + each);
}

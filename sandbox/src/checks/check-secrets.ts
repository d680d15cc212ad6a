import type { AnyNode } from 'acorn';
import { handlerNames } from '../definition/trigger-handlers.js';
import type { Exports } from './exported-names.js';
import type { CheckedAction, Found } from './finding.js';
import { SecretReads } from './secret-reads.js';
import type { Visit } from './tree.js';

/** Auth0's limits in characters (docs: customize/actions/limitations). */
const MAX_NAME_LENGTH = 128;
const MAX_VALUE_LENGTH = 4096;

/** Returns one finding for all missing secrets, because an Action can have many optional secrets. */
export function checkSecrets(visits: readonly Visit[], { names }: Exports, action: CheckedAction): Found[] {
  const { secrets = {}, trigger } = action;
  const handlers = names.filter(({ name }) => handlerNames(trigger).includes(name));
  const reads = new SecretReads(handlers.flatMap(({ value }) => eventParameter(value, visits) ?? []));
  const missing = [...reads.linesByName(visits)].filter(([name]) => !Object.hasOwn(secrets, name));
  if (missing.length === 0) return [];
  const message = `The Action reads secrets that are not set: ${missing.map(([name]) => name).join(', ')}.`;
  return [{ severity: 'warning', message, line: Math.min(...missing.map(([, line]) => line)) }];
}

export function checkSecretLengths({ secrets = {} }: CheckedAction): Found[] {
  return Object.entries(secrets).flatMap(([name, value]) => [
    ...tooLong(`The name of the secret ${name.slice(0, 20)}…`, name.length, MAX_NAME_LENGTH),
    ...tooLong(`The value of the secret ${name}`, value.length, MAX_VALUE_LENGTH),
  ]);
}

function tooLong(what: string, length: number, limit: number): Found[] {
  if (length <= limit) return [];
  return [{ severity: 'warning', message: `${what} has ${length} characters; the limit is ${limit}.` }];
}

/** The handler may be a function declared elsewhere in the file. */
function eventParameter(value: AnyNode | undefined, visits: readonly Visit[]): AnyNode | undefined {
  if (value?.type === 'FunctionExpression' || value?.type === 'ArrowFunctionExpression') return value.params[0];
  if (value?.type !== 'Identifier') return undefined;
  const { name } = value;
  for (const { node } of visits) {
    if (node.type === 'FunctionDeclaration' && node.id?.name === name) return node.params[0];
    const isConstant = node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === name;
    if (isConstant && node.init && node.init.type !== 'Identifier') return eventParameter(node.init, visits);
  }
  return undefined;
}

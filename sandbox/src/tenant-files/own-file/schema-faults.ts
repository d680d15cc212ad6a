import { isRecord } from '../../json.js';
import { suggestion } from '../../suggestion.js';
import type { Path } from '../yaml-document.js';
import type { JsonSchema } from './json-schema.js';

const MAX_DEPTH = 32;
const NAMES: Record<string, string> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  array: 'a list',
  null: 'empty',
};

export interface SchemaFault {
  readonly path: Path;
  readonly message: string;
}

/**
 * Yields problems in the order of the file. A validator such as ajv would double the installed size. A test compares
 * the results with ajv's.
 */
export function* schemaFaults(
  value: unknown,
  schema: JsonSchema,
  root = schema,
  path: Path = [],
): Generator<SchemaFault> {
  const target = resolve(schema, root);
  if (path.length > MAX_DEPTH) {
    yield { path, message: `is nested more than ${MAX_DEPTH} levels deep.` };
  } else if (!typesOf(target).some((type) => isOfType(value, type))) {
    yield { path, message: typeMessage(value, typesOf(target)) };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* schemaFaults(item, target.items ?? {}, root, [...path, index]);
  } else if (isRecord(value)) {
    yield* objectFaults(value, target, root, path);
  }
}

function* objectFaults(
  value: Record<string, unknown>,
  { properties = {}, additionalProperties = true, required = [] }: JsonSchema,
  root: JsonSchema,
  path: Path,
): Generator<SchemaFault> {
  for (const key of required) {
    if (!Object.hasOwn(value, key)) yield { path, message: `lacks the key "${key}".` };
  }
  for (const [key, item] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (known === false || known === undefined) {
      yield { path: [...path, key], message: `is not a known key.${hint(key, Object.keys(properties))}` };
    } else {
      yield* schemaFaults(item, known === true ? {} : known, root, [...path, key]);
    }
  }
}

function hint(key: string, known: readonly string[]): string {
  return suggestion(key, known) || ` Known keys: ${known.filter((name) => !name.startsWith('$')).join(', ')}.`;
}

function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/$defs/', '');
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
}

function typesOf({ type = [] }: JsonSchema): readonly string[] {
  const types = typeof type === 'string' ? [type] : type;
  return types.length === 0 ? Object.keys(NAMES) : types;
}

function isOfType(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function typeMessage(value: unknown, types: readonly string[]): string {
  const wanted = types.map((type) => NAMES[type] ?? type).join(' or ');
  const found = NAMES[typeOf(value)] ?? typeOf(value);
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  const fix = types[0] === 'string' && isScalar ? ' Put it in quotes.' : '';
  return `has to be ${wanted}, and is ${typeof value === 'boolean' ? value : found}.${fix}`;
}

import { isRecord } from '../../json.js';
import type { HclExpression } from './hcl-expression.js';

export type TerraformValue =
  string | number | boolean | null | readonly TerraformValue[] | { readonly [key: string]: TerraformValue };

/** The message is the expression without quoted texts. */
export class UnreadableExpression extends Error {}

/** Returns undefined for an unknown reference, such as `var.name`. */
export type Lookup = (path: readonly (string | number)[]) => TerraformValue | undefined;

/** Throws {@link UnreadableExpression}. */
export function evaluate(expression: HclExpression, lookup: Lookup): TerraformValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return expression.parts.map((part) => textValue(part, lookup)).join('');
    case 'reference':
      return referenced(expression.path, lookup);
    case 'list':
      return expression.items.map((item) => evaluate(item, lookup));
    case 'object':
      return Object.fromEntries(
        expression.entries.map(([key, value]) => [textValue(key, lookup), evaluate(value, lookup)]),
      );
    case 'call':
      throw new UnreadableExpression(`${expression.name}(…)`);
    case 'unknown':
      throw new UnreadableExpression(expression.text);
    default:
      return expression satisfies never;
  }
}

/** Throws {@link UnreadableExpression}. */
export function textValue(expression: HclExpression, lookup: Lookup): string {
  const value = evaluate(expression, lookup);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UnreadableExpression('a value that is not text');
}

export function valueAt(
  value: TerraformValue | undefined,
  path: readonly (string | number)[],
): TerraformValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined || value === undefined) return value;
  if (Array.isArray(value)) return typeof step === 'number' ? valueAt(value[step], rest) : undefined;
  return isRecord(value) && Object.hasOwn(value, step) ? valueAt(value[step], rest) : undefined;
}

function referenced(path: readonly (string | number)[], lookup: Lookup): TerraformValue {
  const value = lookup(path);
  if (value === undefined) throw new UnreadableExpression(path.join('.'));
  return value;
}

import { validateSync, type ValidationError } from 'class-validator';
import { AuthRedirectOptionsError } from '../errors.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { didYouMean } from './did-you-mean.js';
import { PLAIN_NAME, shownName } from './problems.js';

/** Treatment of properties that the class does not declare. */
type Unknown = 'unknown properties allowed' | 'unknown properties rejected';

/**
 * Returns one line for each invalid property: path, mistake and solution, never the value.
 *
 * @param candidate Instance of a class with class-validator's decorators, also in nested objects.
 */
export function problemsOf(candidate: object, unknown: Unknown = 'unknown properties allowed'): string[] {
  const errors = validateSync(candidate, {
    ...(unknown === 'unknown properties rejected' && { whitelist: true, forbidNonWhitelisted: true }),
  });
  return errors.flatMap((error) => linesOf(error, ''));
}

/** New instances have every option as a property: undefined, or its default. */
type OptionsClass<Options extends object> = new () => Options;

/** Ignores unknown names. Null, an empty option in YAML, means the default. */
export function optionsFrom<Options extends object>(type: OptionsClass<Options>, given: object): Options {
  const options = new type();
  const known = Object.keys(options);
  const set = Object.entries(given).filter(
    ([name, value]) => known.includes(name) && value !== null && value !== undefined,
  );
  return Object.assign(options, Object.fromEntries(set));
}

/** In YAML and JSON, an empty option is null. Keeps the names, because they are checked. */
export function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutNull(member ?? undefined)]));
}

/** Returns one line for each problem or unknown name. */
export function optionProblems(type: OptionsClass<object>, given: object): string[] {
  const known = Object.keys(new type());
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const hint = (name: string): string => didYouMean(name, known) || ` (known: ${known.join(', ')})`;
  return [
    ...unknown.map((name) => `${shownName(name)} is not a known option${hint(name)}`),
    ...problemsOf(optionsFrom(type, given)),
  ];
}

/**
 * @param step Begins each problem: `profile.fields is not a list of fields`.
 * @throws AuthRedirectOptionsError with every problem.
 */
export function validOptions<Options extends object>(
  step: string,
  type: OptionsClass<Options>,
  given: object,
  problems = optionProblems(type, given),
): Options {
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems.map((problem) => `${step}.${problem}`));
  return optionsFrom(type, given);
}

/** Returns `tenants[1] (shop)`. */
export function entryPath(list: string, index: number | string, entry: unknown): string {
  const { name }: JsonObject = isJsonObject(entry) ? entry : {};
  return `${list}[${index}]${typeof name === 'string' && PLAIN_NAME.test(name) ? ` (${name})` : ''}`;
}

function linesOf(error: ValidationError, parent: string): string[] {
  const { property, value, target, constraints = {}, children = [] } = error;
  const path = Array.isArray(target)
    ? entryPath(parent, property, value)
    : [parent, shownName(property)].filter(Boolean).join('.');
  if (constraints.whitelistValidation !== undefined) {
    const known = Object.keys(Reflect.construct(target?.constructor ?? Object, []));
    return [`${path} is not a known option${didYouMean(property, known)}`];
  }
  // YAML parses 1.10, 2026 and true as other types.
  const isText = target && Reflect.getMetadata('design:type', target, property) === String;
  const isUnquoted = isText && ['number', 'boolean'].includes(typeof value);
  const own = Object.values(constraints)
    .slice(0, 1)
    .map((problem) => `${path} ${isUnquoted ? 'is not a text (quote it)' : problem}`);
  return [...own, ...children.flatMap((child) => linesOf(child, path))];
}

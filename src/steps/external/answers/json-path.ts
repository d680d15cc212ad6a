import { isJsonObject } from '../../../auth-redirect/json.js';

/** The part of JSONPath (RFC 9535) that names one value: `$.a.b[0]['c-d']`. */
const PATH = /^\$(?:\.[\w-]+|\[\d{1,4}\]|\['[^'\\]+'\])+$/;
const SEGMENT = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g;
const PATH_MAX_LENGTH = 200;

export function findPathProblem(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= PATH_MAX_LENGTH && PATH.test(value)
    ? undefined
    : "is not a path like $.data.items[0]['reference-id']";
}

/** Returns the value at a path; undefined if there is none. Reads only own members. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const [, name, index, quoted] of path.matchAll(SEGMENT)) {
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
    else value = memberOf(value, name ?? quoted ?? '');
  }
  return value;
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

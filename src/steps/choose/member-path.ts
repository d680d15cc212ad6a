import { isJsonObject } from '../../auth-redirect/json.js';

const PATH_MAX_LENGTH = 200;

/** Returns the problem of a path, which has names of members, separated by dots. */
export function findPathProblem(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= PATH_MAX_LENGTH && value.split('.').every((name) => name !== '')
    ? undefined
    : 'is not a name, or names separated by dots, like data.items';
}

/** Returns the value at a path; undefined if a member is missing. Reads only own members. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const name of path.split('.')) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

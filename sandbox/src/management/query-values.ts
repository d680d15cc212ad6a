import { isRecord } from '../json.js';
import type { SandboxUser } from '../directory/user.js';
import { unescaped, type Bound, type QueryToken } from './query-tokens.js';

type ValueToken = Extract<QueryToken, { kind: 'word' | 'phrase' | 'range' }>;

/** Case-insensitive fields (Auth0: "Lucene Query Syntax and Examples for Auth0 User Search"). */
const CASELESS = new Set(['email', 'email.domain', 'name', 'given_name', 'family_name', 'nickname']);

/** The fields that a word without a field name searches. */
const ROOT_FIELDS = ['user_id', 'email', 'username', 'phone_number', 'name', 'given_name', 'family_name', 'nickname'];

/** Without a field name, any root field may match. */
export function hasValue(user: SandboxUser, field: string | undefined, wanted: ValueToken): boolean {
  if (field === '_exists_') return wanted.kind !== 'range' && valuesAt(user, wanted.text).length > 0;
  if (field === undefined) return ROOT_FIELDS.some((name) => hasValue(user, name, wanted));
  return valuesAt(user, field).some((value) => isMatch(value, wanted, CASELESS.has(field)));
}

function isMatch(value: string, wanted: ValueToken, isCaseless: boolean): boolean {
  if (wanted.kind === 'range') return isWithin(value, wanted.from, wanted.to);
  const [one, other] = isCaseless ? [value.toLowerCase(), wanted.text.toLowerCase()] : [value, wanted.text];
  return wanted.kind === 'phrase' ? one === other : isGlob(one, other);
}

/** Searches the pieces between `*` in turn, so that no pattern is slow. */
function isGlob(value: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split(/(?<!\\)\*/).map(unescaped);
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let position = first.length;
  for (const piece of rest) {
    const found = value.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return value.length - last.length >= position && value.endsWith(last);
}

function isWithin(value: string, from: Bound, to: Bound): boolean {
  return isBeyond(value, from, 1) && isBeyond(value, to, -1);
}

function isBeyond(value: string, { text, isIncluded }: Bound, direction: 1 | -1): boolean {
  if (text === '*') return true;
  const order = compare(value, text) * direction;
  return order > 0 || (order === 0 && isIncluded);
}

/** Compares numbers by size, and other values as text. A date without time means its whole day. */
function compare(value: string, bound: string): number {
  const [one, other] = [Number(value), Number(bound)];
  if (!Number.isNaN(one) && !Number.isNaN(other)) return one - other;
  const start = value.slice(0, bound.length);
  if (start === bound) return 0;
  return start < bound ? -1 : 1;
}

/** Paths have no array indexes. */
function valuesAt(user: SandboxUser, path: string): string[] {
  if (path === 'email.domain') return user.email === undefined ? [] : [user.email.split('@')[1] ?? ''];
  const found = path
    .split('.')
    .reduce<unknown[]>((values, key) => values.flatMap((value) => childrenOf(value, key)), [user]);
  return found.flatMap(scalarsOf);
}

function childrenOf(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => childrenOf(item, key));
  return isRecord(value) && Object.hasOwn(value, key) ? [value[key]] : [];
}

function scalarsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(scalarsOf);
  if (isRecord(value)) return Object.values(value).flatMap(scalarsOf);
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

import type { Request } from 'express';
import { isRecord, textOf } from '../json.js';
import { invalidBody } from './management-error.js';

type JsonType = 'string' | 'boolean' | 'object' | 'strings' | 'number';

/** A `?` after the type allows null. */
export type BodyShape = Readonly<Record<string, JsonType | `${JsonType}?`>>;

/** Throws for unknown, missing and wrong members. */
export function bodyOf(request: Request, shape: BodyShape, required: readonly string[] = []): Record<string, unknown> {
  const body: unknown = request.body;
  if (!isRecord(body)) throw invalidBody('Payload validation error: the body has to be a JSON object.');
  const missing = required.find((name) => body[name] === undefined);
  if (missing !== undefined) throw problem(`Missing required property: ${missing}`);
  for (const [name, value] of Object.entries(body)) assertMember(name, value, shape);
  return body;
}

/** Requires a check by {@link bodyOf}. */
export function stringsOf(body: Record<string, unknown>, name: string): string[] {
  const value = body[name];
  return Array.isArray(value) ? value.map(textOf) : [];
}

function assertMember(name: string, value: unknown, shape: BodyShape): void {
  if (!Object.hasOwn(shape, name)) throw problem(`Additional properties not allowed: ${name}`);
  const wanted = String(shape[name]);
  const type = wanted.replace('?', '');
  if (value === null && wanted !== type) return;
  if (!hasType(value, type)) throw problem(`Expected type ${type === 'strings' ? 'array of strings' : type}`, name);
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'object') return isRecord(value);
  if (type === 'strings') {
    return Array.isArray(value) && value.length <= 100 && value.every((item) => typeof item === 'string');
  }
  return typeof value === type;
}

function problem(what: string, property?: string) {
  return invalidBody(`Payload validation error: '${what}'${property === undefined ? '' : ` on property ${property}`}.`);
}

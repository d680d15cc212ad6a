import type { Request, Response } from 'express';
import { textOf } from '../json.js';
import { invalidQuery } from './management-error.js';

const PAGE_DEFAULT = 50;
const PAGE_LIMIT = 100;

/** The query selects the format: pages by `from` and `take`, or by `page`. */
export function sendList(request: Request, response: Response, key: string, items: readonly unknown[]): void {
  const { query } = request;
  if (query['take'] !== undefined || query['from'] !== undefined) {
    const start = numberOf(query['from'], 'from', 0, Number.MAX_SAFE_INTEGER);
    const end = start + numberOf(query['take'], 'take', PAGE_DEFAULT, PAGE_LIMIT);
    response.json({ [key]: items.slice(start, end), ...(end < items.length ? { next: String(end) } : {}) });
    return;
  }
  const limit = numberOf(query['per_page'], 'per_page', PAGE_DEFAULT, PAGE_LIMIT);
  const start = numberOf(query['page'], 'page', 0, Number.MAX_SAFE_INTEGER) * limit;
  const page = items.slice(start, start + limit);
  const totals = { start, limit, length: page.length, total: items.length };
  response.json(isTrue(query['include_totals']) ? { ...totals, [key]: page } : page);
}

/** Selects `fields`, or all others with `include_fields=false`. */
export function selectFields(request: Request, item: object): object {
  const fields = textOf(request.query['fields']).split(',').filter(Boolean);
  if (fields.length === 0) return item;
  const isWanted = request.query['include_fields'] !== 'false';
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name) === isWanted));
}

function isTrue(value: unknown): boolean {
  return value === 'true' || value === '1';
}

function numberOf(value: unknown, name: string, usual: number, limit: number): number {
  if (value === undefined) return usual;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : NaN;
  if (number <= limit) return number;
  throw invalidQuery(`Query validation error: '${name}' has to be a whole number from 0 to ${limit}.`);
}

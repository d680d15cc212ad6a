import type { JsonObject } from '../json.js';
import { MASK, type Masker } from './mask.js';

/** Masks secrets of any length. */
export function eventView(event: JsonObject, masker: Masker): JsonObject {
  const secrets = Object.keys(event['secrets'] ?? {}).map((name) => [name, MASK]);
  return { ...masker.json(event), secrets: Object.fromEntries(secrets) };
}

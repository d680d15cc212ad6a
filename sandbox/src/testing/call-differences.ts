import { isJsonObject, type Json } from '../json.js';
import { decodeToken } from '../redirect/jwt.js';
import { callText } from '../transactions/argument-text.js';
import { Masker, withoutSecret } from '../transactions/mask.js';
import type { ActionCall } from './action-result.js';
import { areEqual } from './equal-values.js';

/** Claims that differ between any two tokens. */
const CHANGING_CLAIMS = ['iat', 'exp', 'nbf', 'jti'];

/**
 * Compares calls by name, arguments and whether they threw. Compares tokens by claims, except claims that always
 * differ.
 *
 * @param secrets Values that are masked in recorded calls.
 * @param toleranceMs Maximum number of milliseconds by which a recorded time may be later than the replayed one.
 * Default 0.
 * @returns One line for each call that differs. Empty if all are the same.
 * @publicApi
 */
export function callDifferences(
  recorded: readonly ActionCall[],
  replayed: readonly ActionCall[],
  secrets: readonly string[] = [],
  toleranceMs = 0,
): string[] {
  const masker = new Masker(secrets);
  const lines = Array.from({ length: Math.max(recorded.length, replayed.length) }, (_, index) => {
    const [before, now] = [comparable(recorded[index], masker), comparable(replayed[index], masker)];
    if (areEqual(jsonOf(before), jsonOf(now), toleranceMs)) return [];
    return [`call ${index + 1}: recorded ${describe(before)}; now ${describe(now)}`];
  });
  return lines.flat();
}

interface ComparableCall {
  readonly name: string;
  readonly args: readonly Json[];
  readonly error?: string;
}

function comparable(call: ActionCall | undefined, masker: Masker): ComparableCall | undefined {
  if (!call) return undefined;
  const { name, args, error } = call;
  const shown = args.map((argument) => withoutChanges(masker.json(withoutSecret(argument)), masker));
  return { name, args: shown, ...(error === undefined ? {} : { error: masker.text(error) }) };
}

function jsonOf(call: ComparableCall | undefined): Json {
  return call ? { ...call, args: [...call.args] } : null;
}

function withoutChanges(value: Json, masker: Masker): Json {
  if (typeof value === 'string') return claimsOf(value, masker) ?? value;
  if (Array.isArray(value)) return value.map((item) => withoutChanges(item, masker));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutChanges(item, masker)]));
}

function claimsOf(text: string, masker: Masker): Json | undefined {
  const decoded = decodeToken(text);
  if (!decoded) return undefined;
  const kept = Object.entries(decoded.claims).filter(([name]) => !CHANGING_CLAIMS.includes(name));
  return masker.json(Object.fromEntries(kept));
}

function describe(call: ComparableCall | undefined): string {
  if (!call) return 'nothing';
  return `${callText(call)}${call.error === undefined ? '' : `, which threw "${call.error}"`}`.replaceAll(
    /\s*\n\s*/g,
    ' ',
  );
}

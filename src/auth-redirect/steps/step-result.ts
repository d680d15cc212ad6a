import { findLinkProblem } from '../validation/problems.js';
import type { StepResult } from './step.js';
import type { JsonValue } from '../json.js';

/** What any step gives. */
export type AnyResult = StepResult<object, JsonValue>;

/** What `error` of a continue token may hold; see `Denied.error`. */
const ERROR = /^[\w.-]{1,64}$/;
/** Longest description of a denial; what is beyond it is left out. */
const DESCRIPTION_MAX_LENGTH = 500;

/** @throws TypeError where a step gave what cannot go on: a mistake of its author. */
export function checkedResult(step: string, result: AnyResult | undefined): AnyResult {
  if (result === undefined) throw new TypeError(`${step} gave no result`);
  const problem = problemWith(result);
  if (problem !== undefined) throw new TypeError(`${step} ${problem}`);
  if (result.type === 'handOff') return { ...result, url: new URL(result.url).href };
  if (result.type === 'denied') return { ...result, description: result.description.slice(0, DESCRIPTION_MAX_LENGTH) };
  return result;
}

/** @throws TypeError for a type of result that there is not. */
export function unknownResult(result: never): never {
  throw new TypeError(`a step gave ${typeof result}, which is no result`);
}

function problemWith(result: AnyResult): string | undefined {
  switch (result.type) {
    case 'completed':
      return JSON.stringify(result.data) === undefined ? 'completed without data: null at least' : undefined;
    case 'denied':
      return ERROR.test(result.error) ? undefined : 'denied with an error that is not of letters, digits, _, - and .';
    case 'handOff':
      return findLinkProblem(result.url) && 'handed off to what is no absolute https URL';
    case 'invalid':
      return undefined;
    default:
      return unknownResult(result);
  }
}

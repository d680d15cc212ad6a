import { createContext, Script, type Context } from 'node:vm';

/** Longest that one text is tried against one pattern, in milliseconds. */
export const PATTERN_MAX_MS = 200;
const PATTERN_MAX_LENGTH = 500;

/** What a text made of nothing else is tried with at the start: classes of characters that patterns repeat. */
const PROBES = ['a', 'A', '0', ' ', '-', '.', '_', '@', 'a0', 'a '];
/** At the end of a text, what hardly a pattern allows: it has to try every way through the rest before it gives up. */
const UNEXPECTED = '\0';

const TEST = new Script('pattern.test(text)');
/** One for all patterns, made when the first is tried. */
let sandbox: Context | undefined;

/** As HTML has it: the whole value has to match (HTML standard, section 4.10.5.3.6). */
export function wholePattern(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 'u');
}

/**
 * Backtracking takes some patterns years for a short text, and the user writes the text. `vm` can end a match, where `RegExp`
 * alone cannot.
 *
 * @returns False also for a text that takes longer than {@link PATTERN_MAX_MS}.
 */
export function matchesInTime(pattern: RegExp, text: string): boolean {
  return outcomeOf(pattern, text) === true;
}

/**
 * What is wrong with a pattern of the configuration.
 *
 * @param longest Most characters of a text that it will be tried with.
 */
export function findPatternProblem(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string' || value === '') return 'is not a regular expression';
  if (value.length > PATTERN_MAX_LENGTH) return `has over ${PATTERN_MAX_LENGTH} characters`;
  if (!compiles(value)) return 'is not a regular expression (ECMAScript, flag u)';
  const pattern = wholePattern(value);
  const texts = PROBES.map((probe) => probe.repeat(Math.ceil(longest / probe.length)) + UNEXPECTED);
  return texts.some((text) => outcomeOf(pattern, text) === 'late')
    ? 'takes too long for some texts: let no part that repeats hold another one that repeats, as in (a+)+'
    : undefined;
}

function compiles(source: string): boolean {
  try {
    // By itself as well, so that no `a)|(b` gets out of the brackets around it.
    return [new RegExp(source, 'u'), wholePattern(source)].length > 0;
  } catch {
    return false;
  }
}

function outcomeOf(pattern: RegExp, text: string): boolean | 'late' {
  sandbox ??= createContext({});
  Object.assign(sandbox, { pattern, text });
  try {
    return TEST.runInContext(sandbox, { timeout: PATTERN_MAX_MS }) === true;
  } catch {
    return 'late';
  } finally {
    Object.assign(sandbox, { text: '' });
  }
}

import { createContext, Script, type Context } from 'node:vm';

const PATTERN_MAX_MS = 200;
const PATTERN_MAX_LENGTH = 500;

/** Characters that patterns often repeat. */
const PROBES = ['a', 'A', '0', ' ', '-', '.', '_', '@', 'a0', 'a '];
/** Few patterns allow this character at the end, so the engine tries all paths before it fails. */
const UNEXPECTED = '\0';

const TEST = new Script('pattern.test(text)');
let sandbox: Context | undefined;

/** Matches the whole value (HTML standard, section 4.10.5.3.6). */
export function wholePattern(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 'u');
}

/**
 * Returns false if matching takes over 200 ms: backtracking can take years for a short text. `vm` can interrupt a match; `RegExp` cannot.
 */
export function matchesInTime(pattern: RegExp, text: string): boolean {
  return outcomeOf(pattern, text) === true;
}

/** @param longest Maximum length of a value, in characters. */
export function findPatternProblem(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string' || value === '') return 'is not a regular expression';
  if (value.length > PATTERN_MAX_LENGTH) return `has over ${PATTERN_MAX_LENGTH} characters`;
  if (!compiles(value)) return 'is not a regular expression (ECMAScript, flag u)';
  const pattern = wholePattern(value);
  const texts = PROBES.map((probe) => probe.repeat(Math.ceil(longest / probe.length)) + UNEXPECTED);
  return texts.some((text) => isAlwaysLate(pattern, text))
    ? 'takes too long for some texts: avoid a repeated part inside a repeated part, as in (a+)+'
    : undefined;
}

/** On a busy machine, a process can wait for 200 ms without any work. */
function isAlwaysLate(pattern: RegExp, text: string): boolean {
  return [1, 2, 3].every(() => outcomeOf(pattern, text) === 'late');
}

function compiles(source: string): boolean {
  try {
    // Rejects `a)|(b`, which would escape the group around it.
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

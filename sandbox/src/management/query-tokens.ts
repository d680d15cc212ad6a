import { invalidQuery } from './management-error.js';

export type QueryToken =
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' }
  | { readonly kind: 'field'; readonly text: string }
  | { readonly kind: 'word' | 'phrase'; readonly text: string }
  | { readonly kind: 'range'; readonly from: Bound; readonly to: Bound };

/** `*` means no bound. */
export interface Bound {
  readonly text: string;
  readonly isIncluded: boolean;
}

const QUERY_LIMIT = 2000;

type Reader = readonly [pattern: RegExp, token: (match: RegExpExecArray) => QueryToken | undefined];

const READERS: readonly Reader[] = [
  [/\s+/y, () => undefined],
  [/\(/y, () => ({ kind: 'open' })],
  [/\)/y, () => ({ kind: 'close' })],
  [/(?:AND(?![^\s()])|&&)/y, () => ({ kind: 'and' })],
  [/(?:OR(?![^\s()])|\|\|)/y, () => ({ kind: 'or' })],
  [/(?:NOT(?![^\s()])|[-!](?=\S))/y, () => ({ kind: 'not' })],
  [/([\w.@-]+):/y, ([, text = '']) => ({ kind: 'field', text })],
  [/"((?:[^"\\]|\\.)*)"/y, ([, text = '']) => ({ kind: 'phrase', text: unescaped(text) })],
  [/([[{])\s*("[^"]*"|[^\s"]+)\s+TO\s+("[^"]*"|[^\s"\]}]+)\s*([\]}])/y, rangeOf],
  [/((?:[^\s()"\\:]|\\.|:(?=\S))+)/y, ([, text = '']) => ({ kind: 'word', text })],
];

export function queryTokens(query: string): QueryToken[] {
  if (query.length > QUERY_LIMIT) throw invalidQuery(`The query has more than ${QUERY_LIMIT} characters.`);
  const tokens: QueryToken[] = [];
  for (let position = 0; position < query.length;) {
    const { token, end } = read(query, position);
    if (token) tokens.push(token);
    position = end;
  }
  return tokens;
}

function read(query: string, position: number): { token: QueryToken | undefined; end: number } {
  for (const [pattern, token] of READERS) {
    pattern.lastIndex = position;
    const match = pattern.exec(query);
    if (match) return { token: token(match), end: position + match[0].length };
  }
  throw invalidQuery(`The query cannot be read from character ${position + 1} on.`);
}

function rangeOf([, open, from = '*', to = '*', close]: RegExpExecArray): QueryToken {
  const bound = (text: string, isIncluded: boolean): Bound => ({ text: text.replaceAll('"', ''), isIncluded });
  return { kind: 'range', from: bound(from, open === '['), to: bound(to, close === ']') };
}

/** A backslash escapes the next character. */
export function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

import { SandboxError } from '../../sandbox-errors.js';
import { heredocAt, partsOf, quotedEnd, type TemplatePart } from './hcl-template.js';

export type HclToken = { readonly at: number; readonly end: number } & (
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'line' | 'end' }
);

const SPACE = /[^\S\n]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const NAME = /[A-Za-z_][\w-]*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const MARK = /=>|==|!=|<=|>=|&&|\|\||\.\.\.|[{}[\]().,=:?!<>+\-*/%]/y;

export class HclSyntaxError extends SandboxError {
  constructor(text: string, at: number, file: string, problem: string) {
    super('tenant_malformed', `${file}:${lineAt(text, at)}: ${problem}`);
  }
}

/** Counts lines from 1. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

export function tokensOf(text: string, file: string): HclToken[] {
  const tokens: HclToken[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space === undefined) {
      const token = tokenAt(text, at, file);
      tokens.push(token);
      at = token.end;
    } else {
      at += space.length;
    }
  }
  return [...tokens, { kind: 'end', at, end: at }];
}

function tokenAt(text: string, at: number, file: string): HclToken {
  if (text[at] === '\n') return { kind: 'line', at, end: at + 1 };
  if (text[at] === '"') return quoted(text, at, file);
  const heredoc = heredocAt(text, at);
  if (heredoc) return { kind: 'template', parts: heredoc.parts, at, end: heredoc.end };
  const name = matchAt(NAME, text, at);
  if (name !== undefined) return { kind: 'name', text: name, at, end: at + name.length };
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) return { kind: 'number', value: Number(number), at, end: at + number.length };
  const mark = matchAt(MARK, text, at);
  if (mark !== undefined) return { kind: 'mark', text: mark, at, end: at + mark.length };
  throw new HclSyntaxError(text, at, file, 'This is not valid HCL.');
}

function quoted(text: string, at: number, file: string): HclToken {
  const end = quotedEnd(text, at);
  if (end === undefined) throw new HclSyntaxError(text, at, file, 'The text in quotes has no end.');
  return { kind: 'template', parts: partsOf(text.slice(at + 1, end - 1), 'quoted'), at, end };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

import { partsOf } from './hcl-template.js';
import { tokensOf, type HclToken } from './hcl-tokens.js';

export type HclExpression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly HclExpression[] }
  | { readonly kind: 'reference'; readonly path: readonly (string | number)[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly HclExpression[] }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [HclExpression, HclExpression])[] }
  | { readonly kind: 'unknown'; readonly text: string };

const MAX_DEPTH = 20;

/** Unsupported expressions, such as conditions, become `unknown` and keep their text. */
export function expressionOf(tokens: readonly HclToken[], text: string, depth = 0): HclExpression {
  const relevant = tokens.filter(({ kind }) => kind !== 'line' && kind !== 'end');
  const reader = new ExpressionReader(relevant, depth);
  const expression = reader.read();
  return expression && reader.isAtEnd() ? expression : { kind: 'unknown', text: withoutTexts(text) };
}

export function templateOf(text: string, mode: 'quoted' | 'plain', depth = 0): HclExpression {
  return joined(partsOf(text, mode), depth);
}

function joined(parts: ReturnType<typeof partsOf>, depth: number): HclExpression {
  const read = parts.map((part): HclExpression => {
    if (part.kind === 'text') return { kind: 'literal', value: part.text };
    const isReadable = part.kind === 'expression' && depth < MAX_DEPTH;
    return isReadable ? sourceOf(part.source, depth + 1) : { kind: 'unknown', text: withoutTexts(part.source) };
  });
  const [only = { kind: 'literal', value: '' }] = read;
  return read.length <= 1 ? only : { kind: 'template', parts: read };
}

function sourceOf(source: string, depth: number): HclExpression {
  try {
    return expressionOf(tokensOf(source, ''), source, depth);
  } catch {
    return { kind: 'unknown', text: withoutTexts(source) };
  }
}

/** Returns one line for messages, without quoted texts, which may be secrets. */
function withoutTexts(text: string): string {
  const line = text
    .replace(/"(?:\\.|[^"\\])*"/g, '"…"')
    .replace(/<<[\s\S]*/, '<<…')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}

class ExpressionReader {
  private position = 0;

  constructor(
    private readonly tokens: readonly HclToken[],
    private depth: number,
  ) {}

  isAtEnd(): boolean {
    return this.position >= this.tokens.length;
  }

  read(): HclExpression | undefined {
    if (this.depth > MAX_DEPTH) return undefined;
    this.depth += 1;
    const expression = this.primary();
    this.depth -= 1;
    return expression;
  }

  private primary(): HclExpression | undefined {
    const token = this.tokens[this.position];
    this.position += 1;
    if (token?.kind === 'template') return joined(token.parts.slice(), this.depth);
    if (token?.kind === 'number') return { kind: 'literal', value: token.value };
    if (token?.kind === 'name') return this.named(token.text);
    if (token?.kind !== 'mark') return undefined;
    if (token.text === '[') return this.list();
    if (token.text === '{') return this.object();
    if (token.text !== '(') return undefined;
    const inner = this.read();
    return this.takes(')') ? inner : undefined;
  }

  private named(name: string): HclExpression | undefined {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'null') return { kind: 'literal', value: null };
    if (this.takes('(')) {
      const args = this.items(')');
      return args && { kind: 'call', name, args };
    }
    return this.reference(name);
  }

  private reference(name: string): HclExpression | undefined {
    const path: (string | number)[] = [name];
    for (;;) {
      if (this.takes('.')) {
        const step = this.tokens[this.position];
        if (step?.kind !== 'name' && step?.kind !== 'number') return undefined;
        path.push(step.kind === 'name' ? step.text : step.value);
        this.position += 1;
      } else if (this.takes('[')) {
        const index = this.read();
        if (index?.kind !== 'literal' || !this.takes(']')) return undefined;
        path.push(typeof index.value === 'number' ? index.value : String(index.value));
      } else {
        return { kind: 'reference', path };
      }
    }
  }

  private list(): HclExpression | undefined {
    const items = this.items(']');
    return items && { kind: 'list', items };
  }

  private items(closing: string): HclExpression[] | undefined {
    const items: HclExpression[] = [];
    while (!this.takes(closing)) {
      const item = this.read();
      if (!item) return undefined;
      items.push(item);
      if (!this.takes(',') && !this.isAt(closing)) return undefined;
    }
    return items;
  }

  private object(): HclExpression | undefined {
    const entries: [HclExpression, HclExpression][] = [];
    while (!this.takes('}')) {
      const key = this.read();
      if (!key || !(this.takes('=') || this.takes(':'))) return undefined;
      const value = this.read();
      if (!value) return undefined;
      const isWord = key.kind === 'reference' && key.path.length === 1;
      entries.push([isWord ? { kind: 'literal', value: String(key.path[0]) } : key, value]);
      this.takes(',');
    }
    return { kind: 'object', entries };
  }

  private takes(mark: string): boolean {
    if (!this.isAt(mark)) return false;
    this.position += 1;
    return true;
  }

  private isAt(mark: string): boolean {
    const token = this.tokens[this.position];
    return token?.kind === 'mark' && token.text === mark;
  }
}

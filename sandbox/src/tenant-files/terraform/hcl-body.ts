import { expressionOf, type HclExpression } from './hcl-expression.js';
import { HclSyntaxError, lineAt, tokensOf, type HclToken } from './hcl-tokens.js';

/** `name = value`. */
export interface HclAttribute {
  readonly value: HclExpression;
  /** Prefix of messages: `file:line: `. */
  readonly place: string;
  /** The first line of a heredoc, from 1. */
  readonly heredocLine?: number;
}

/** `type "label" { … }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
  readonly file: string;
  /** Prefix of messages: `file:line: `. */
  readonly place: string;
}

/** The content of a file or a block. */
export interface HclBody {
  readonly attributes: Readonly<Record<string, HclAttribute>>;
  readonly blocks: readonly HclBlock[];
}

const MAX_DEPTH = 20;

/** HCL consists of blocks and attributes only. */
export function readHcl(text: string, file: string): HclBody {
  try {
    return new BodyReader(text, file, tokensOf(text, file)).body('end', 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HclSyntaxError(text, 0, file, 'Its values are nested too deeply.');
  }
}

class BodyReader {
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
    private readonly tokens: readonly HclToken[],
  ) {}

  body(closing: 'end' | '}', depth: number): HclBody {
    const attributes: [string, HclAttribute][] = [];
    const blocks: HclBlock[] = [];
    if (depth > MAX_DEPTH) throw this.error('Blocks are nested too deeply.');
    while (!this.isClosed(closing)) {
      const token = this.next();
      if (token.kind === 'line') continue;
      if (token.kind !== 'name') throw this.error('A block or an attribute is expected here.', token);
      if (this.isMark(this.peek(), '=')) attributes.push([token.text, this.attribute()]);
      else blocks.push(this.block(token.text, token, depth));
    }
    return { attributes: Object.fromEntries(attributes), blocks };
  }

  private isClosed(closing: 'end' | '}'): boolean {
    const token = this.peek();
    if (closing === 'end' && token.kind === 'end') return true;
    if (token.kind === 'end') throw this.error('A block has no end.', token);
    return closing === '}' && this.isMark(token, '}');
  }

  /** The value ends with the line, or with its last bracket. */
  private attribute(): HclAttribute {
    this.next();
    const first = this.peek();
    const value: HclToken[] = [];
    let open = 0;
    for (let token = first; token.kind !== 'end'; token = this.peek()) {
      if (open === 0 && (token.kind === 'line' || this.isMark(token, '}'))) break;
      if (token.kind === 'mark' && '([{'.includes(token.text)) open += 1;
      if (token.kind === 'mark' && ')]}'.includes(token.text)) open -= 1;
      value.push(this.next());
    }
    const text = this.text.slice(first.at, value.at(-1)?.end ?? first.at);
    const heredoc = text.startsWith('<<') ? { heredocLine: lineAt(this.text, first.at) } : {};
    return { value: expressionOf(value, text), place: this.placeOf(first), ...heredoc };
  }

  private block(type: string, start: HclToken, depth: number): HclBlock {
    const labels: string[] = [];
    while (!this.isMark(this.peek(), '{')) {
      const label = this.next();
      if (label.kind === 'name') labels.push(label.text);
      else if (label.kind === 'template')
        labels.push(label.parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''));
      else throw this.error(`"${type}" is followed by neither = nor {.`, start);
    }
    this.next();
    const body = this.body('}', depth + 1);
    this.next();
    return { type, labels, body, file: this.file, place: this.placeOf(start) };
  }

  private peek(): HclToken {
    return this.tokens[this.position] ?? { kind: 'end', at: this.text.length, end: this.text.length };
  }

  private next(): HclToken {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  private isMark(token: HclToken, text: string): boolean {
    return token.kind === 'mark' && token.text === text;
  }

  private placeOf(token: HclToken): string {
    return `${this.file}:${lineAt(this.text, token.at)}: `;
  }

  private error(problem: string, token = this.peek()): HclSyntaxError {
    return new HclSyntaxError(this.text, token.at, this.file, problem);
  }
}

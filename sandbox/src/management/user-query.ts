import type { SandboxUser } from '../directory/user.js';
import { invalidQuery } from './management-error.js';
import { queryTokens, type QueryToken } from './query-tokens.js';
import { hasValue } from './query-values.js';

type Predicate = (user: SandboxUser) => boolean;

/**
 * Reads the part of Lucene's syntax that Auth0 documents: fields, phrases, words with `*`, ranges, `_exists_`, AND, OR,
 * NOT and parentheses.
 */
export function userQuery(query: string): Predicate {
  const parser = new Parser(queryTokens(query));
  return parser.whole();
}

class Parser {
  private position = 0;

  constructor(private readonly tokens: readonly QueryToken[]) {}

  whole(): Predicate {
    const predicate = this.either(undefined);
    if (this.position < this.tokens.length) throw invalidQuery('The query has a ")" without a "(".');
    return predicate;
  }

  /** Terms without an operator are combined with OR. */
  private either(field: string | undefined): Predicate {
    const alternatives = [this.both(field)];
    while (this.next && this.next.kind !== 'close') {
      this.skip('or');
      alternatives.push(this.both(field));
    }
    return (user) => alternatives.some((alternative) => alternative(user));
  }

  private both(field: string | undefined): Predicate {
    const conditions = [this.single(field)];
    while (this.skip('and')) conditions.push(this.single(field));
    return (user) => conditions.every((condition) => condition(user));
  }

  private single(field: string | undefined): Predicate {
    const token = this.next;
    this.position += 1;
    switch (token?.kind) {
      case 'not': {
        const negated = this.single(field);
        return (user) => !negated(user);
      }
      case 'field':
        return this.single(token.text);
      case 'open': {
        const group = this.either(field);
        if (!this.skip('close')) throw invalidQuery('The query has a "(" without a ")".');
        return group;
      }
      case 'word':
      case 'phrase':
      case 'range':
        return (user) => hasValue(user, field, token);
      case 'and':
      case 'or':
      case 'close':
      case undefined:
        throw invalidQuery('The query lacks a term.');
      default:
        return token satisfies never;
    }
  }

  private get next(): QueryToken | undefined {
    return this.tokens[this.position];
  }

  private skip(kind: QueryToken['kind']): boolean {
    const isNext = this.next?.kind === kind;
    if (isNext) this.position += 1;
    return isNext;
  }
}

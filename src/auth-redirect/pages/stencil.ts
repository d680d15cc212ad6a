import { randomUUID } from 'node:crypto';
import Handlebars from 'handlebars/runtime.js';

/** A piece of a page: text as it is, or a value, escaped where the template escapes it. */
type Piece<Name extends string> = string | { readonly name: Name; readonly isEscaped: boolean };

/**
 * A page that is rendered once, with marks in the place of its values, and filled in for each request: what differs from one to the
 * next is a few strings in a page that stays the same.
 */
export class Stencil<Name extends string> {
  readonly #pieces: readonly Piece<Name>[];

  /**
   * @param names Of the values that differ. A template shows them, and does nothing else with them.
   * @param render The page with these values in it.
   */
  constructor(names: readonly Name[], render: (values: Readonly<Record<Name, string>>) => string) {
    // Nobody can know it, and so nobody can bring it: a mark is found where the template has put it.
    const secret = randomUUID();
    const marks = names.flatMap((name) => {
      const mark = `<${secret} ${name}>`;
      return [
        { mark, name, isEscaped: false },
        { mark: Handlebars.escapeExpression(mark), name, isEscaped: true },
      ];
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries forgets which names there are.
    const markOf = Object.fromEntries(names.map((name) => [name, `<${secret} ${name}>`])) as Record<Name, string>;
    const pieceOf = new Map(marks.map(({ mark, ...piece }) => [mark, piece]));
    const seam = new RegExp(`(${marks.map(({ mark }) => mark).join('|')})`);
    this.#pieces = render(markOf)
      .split(seam)
      .map((text) => pieceOf.get(text) ?? text);
  }

  /** @returns Byte for byte what the template gives for these values. */
  filled(values: Readonly<Record<Name, string>>): string {
    let page = '';
    for (const piece of this.#pieces) {
      if (typeof piece === 'string') page += piece;
      else page += piece.isEscaped ? Handlebars.escapeExpression(values[piece.name]) : values[piece.name];
    }
    return page;
  }
}

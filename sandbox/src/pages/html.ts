const SAFE = Symbol('safe html');

/** Markup that is safe to insert into a page. */
export interface Html {
  readonly [SAFE]: true;
  toString(): string;
}

type Insert = Html | string | number | false | undefined | readonly Insert[];

/** Escapes inserted values except markup. */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Html {
  const text = strings.reduce((done, part, index) => done + render(inserts[index - 1]) + part);
  return { [SAFE]: true, toString: () => text };
}

/** The caller guarantees that the text is safe. */
export function trusted(markup: string): Html {
  return { [SAFE]: true, toString: () => markup };
}

function render(insert: Insert): string {
  if (insert === undefined || insert === false) return '';
  if (typeof insert === 'string') return escape(insert);
  if (typeof insert === 'number') return String(insert);
  return SAFE in insert ? insert.toString() : insert.map(render).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

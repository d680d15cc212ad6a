/** Text, the source of an `${expression}`, or a `%{directive}`, which is not evaluated. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression' | 'directive'; readonly source: string };

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** In `quoted` text, `\n` is a line break. `plain` is the text of a heredoc. */
export function partsOf(text: string, mode: 'quoted' | 'plain'): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = '';
  let at = 0;
  const flush = (): void => {
    if (plain !== '') parts.push({ kind: 'text', text: mode === 'quoted' ? unescape(plain) : plain });
    plain = '';
  };
  while (at < text.length) {
    const opening = text.slice(at, at + 2);
    if (isEscapedOpening(text, at)) {
      plain += text.slice(at + 1, at + 3);
      at += 3;
    } else if (opening === '${' || opening === '%{') {
      const end = bracesEnd(text, at + 2) ?? text.length;
      flush();
      parts.push({ kind: opening === '${' ? 'expression' : 'directive', source: text.slice(at + 2, end - 1) });
      at = end;
    } else {
      const length = mode === 'quoted' && text[at] === '\\' ? 2 : 1;
      plain += text.slice(at, at + length);
      at += length;
    }
  }
  flush();
  return parts;
}

/** Returns undefined for an unclosed quote. */
export function quotedEnd(text: string, at: number): number | undefined {
  for (let index = at + 1; index < text.length; index += 1) {
    const letter = text[index];
    if (letter === '"') return index + 1;
    if (letter === '\n') return undefined;
    if (letter === '\\') index += 1;
    else if (isEscapedOpening(text, index)) index += 2;
    else if (/^[$%]\{/.test(text.slice(index, index + 2))) {
      const end = bracesEnd(text, index + 2);
      if (end === undefined) return undefined;
      index = end - 1;
    }
  }
  return undefined;
}

/** Returns undefined if no heredoc begins here. */
export function heredocAt(text: string, at: number): { parts: TemplatePart[]; end: number } | undefined {
  const opening = /<<(-?)([A-Za-z_][\w-]*)[^\S\n]*\n/y;
  opening.lastIndex = at;
  const [start, flush, word = ''] = opening.exec(text) ?? [];
  if (start === undefined) return undefined;
  const from = at + start.length;
  const closing = new RegExp(`^[^\\S\\n]*${word}[^\\S\\n]*$`, 'm');
  const rest = text.slice(from);
  const found = closing.exec(rest);
  const body = rest.slice(0, found?.index ?? rest.length);
  const end = found ? from + found.index + found[0].length : text.length;
  return { parts: partsOf(flush ? withoutIndent(body) : body, 'plain'), end };
}

function bracesEnd(text: string, from: number): number | undefined {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '"') {
      const end = quotedEnd(text, index);
      if (end === undefined) return undefined;
      index = end - 1;
    } else if (text[index] === '{') depth += 1;
    else if (text[index] === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return undefined;
}

function isEscapedOpening(text: string, at: number): boolean {
  const letters = text.slice(at, at + 3);
  return letters === '$${' || letters === '%%{';
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (match, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPES[letter] ?? match) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function withoutIndent(body: string): string {
  const indents = body.split('\n').filter((line) => line.trim() !== '');
  const width = Math.min(...indents.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0));
  return body.replace(new RegExp(`^[ \\t]{0,${Number.isFinite(width) ? width : 0}}`, 'gm'), '');
}

export type Lines = { readonly values: Readonly<Record<string, string>> } | { readonly problem: string };

/** Reads `NAME=VALUE` lines. Ignores empty lines. */
export function readLines(text: string): Lines {
  const lines = text.split(/\r?\n/);
  const wrong = lines.findIndex((line) => !/^\s*(?:$|[^=\s]+\s*=)/.test(line));
  if (wrong >= 0) return { problem: `Line ${wrong + 1} is not NAME=VALUE.` };
  const pairs = lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
    });
  return { values: Object.fromEntries(pairs) };
}

/** Minimum length of a masked line in a multi-line secret. */
const SHORTEST_LINE = 16;

/** Returns the secret plain, encoded for a URL or JSON, in base64, and its single lines. */
export function formsOf(secret: string): string[] {
  // Logs print PEM line by line, with real or escaped line breaks.
  const lines = secret.split(/\r?\n|\\n/).filter((line) => line.length >= SHORTEST_LINE);
  const texts = [...new Set([secret, ...lines])];
  return [...new Set(texts.flatMap((text) => [text, ...urlForms(text), JSON.stringify(text).slice(1, -1)]))].concat(
    base64Forms(secret),
  );
}

function urlForms(text: string): string[] {
  // Half a surrogate pair cannot be encoded.
  const whole = Buffer.from(text).toString();
  return [encodeURIComponent(whole), encodeURI(whole), new URLSearchParams({ s: whole }).toString().slice(2)];
}

/** Returns the forms within a longer base64 text, such as Basic authentication. Omits edges, which depend on adjacent text. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const cores = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(first, last);
  });
  return cores.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]);
}

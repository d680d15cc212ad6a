import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { SandboxError } from '../sandbox-errors.js';

/** Keys and indexes from the root. */
export type Path = readonly (string | number)[];

export interface ReadDocument {
  readonly value: unknown;
  /** Returns the prefix of messages: `file:line:column: `. */
  readonly placeOf: (path: Path) => string;
}

/** YAML includes JSON. Messages never quote the text, which may be a secret. */
export function readDocument(text: string, file: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}: `;
  };
  const [error] = document.errors;
  if (error) throw malformed(`${place(error.pos[0])}${reasonOf(error)}.`, error);
  return { value: valueOf(document, file), placeOf: (path) => place(offsetOf(document.contents, path)) };
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw malformed(`${file}: an alias (*name) has no anchor (&name) above it, or too many uses.`, error);
  }
}

function reasonOf({ code, message }: { code: string; message: string }): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'The values are nested too deeply';
  if (code === 'MISSING_CHAR') return message.replaceAll(/["']/g, '');
  return message.replace(/: .*$|:? ".*$/s, '').replace(/\.$/, '');
}

function offsetOf(contents: unknown, path: Path): number {
  let offset = 0;
  let node: unknown = contents;
  for (const step of path) {
    const [at, child] = childOf(node, step);
    if (!at) break;
    offset = at.range?.[0] ?? offset;
    node = child;
  }
  return offset;
}

/** Returns the node that messages point to (in a map, the key), and the node to continue with. */
function childOf(node: unknown, step: string | number): [Node | undefined, unknown] {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return [isNode(pair?.key) ? pair.key : undefined, pair?.value];
  }
  const item = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
  return [isNode(item) ? item : undefined, item];
}

function malformed(message: string, cause: unknown): SandboxError {
  return new SandboxError('tenant_malformed', message, { cause });
}

import { isJsonObject, type Json } from '../json.js';

const LINE = 68;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Formats JavaScript, on one line if it fits. */
function argumentText(value: Json, indent = ''): string {
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value !== 'object') return String(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inner = `${indent}  `;
  const items = isJsonObject(value)
    ? Object.entries(value).map(([name, item]) => `${key(name)}: ${argumentText(item, inner)}`)
    : value.map((item) => argumentText(item, inner));
  if (items.length === 0) return open + close;
  const line = `${open} ${items.join(', ')} ${close}`;
  if (line.length <= LINE && !line.includes('\n')) return line;
  return `${open}\n${items.map((item) => `${inner}${item},`).join('\n')}\n${indent}${close}`;
}

export function callText({ name, args }: { readonly name: string; readonly args: readonly Json[] }): string {
  return `${name}(${args.map((argument) => argumentText(argument)).join(', ')})`;
}

function key(name: string): string {
  return IDENTIFIER.test(name) ? name : text(name);
}

/** Shortens tokens: another step decodes them, and the JSON has the full text. */
function text(value: string): string {
  const shown = value.length > 60 && TOKEN.test(value) ? `${value.slice(0, 24)}…` : value;
  return `'${shown.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

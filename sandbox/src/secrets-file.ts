import { readFile } from 'node:fs/promises';
import { isRecord } from './json.js';
import { SandboxError } from './sandbox-errors.js';

/** Accepts a JSON object of strings, or `.env` lines. No message shows a value. */
export async function readSecrets(file: string): Promise<Record<string, string>> {
  return parseSecrets(await readText(file), file);
}

/** A line break at the end is not part of the secret. */
export async function readSecret(file: string, kind = 'secrets file'): Promise<string> {
  return (await readText(file, kind)).replace(/\r?\n$/, '');
}

async function readText(file: string, kind = 'secrets file'): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new SandboxError('secrets_file_unreadable', `The ${kind} ${file} cannot be read.`, { cause: error });
  }
}

/**
 * Parses the text of a secrets file: a JSON object of strings, or `.env` lines.
 *
 * @publicApi
 */
export function parseSecrets(text: string, file = 'secrets'): Record<string, string> {
  return /^\s*[[{"]/.test(text) ? parseJson(text, file) : parseLines(text, file);
}

function parseJson(text: string, file: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes text, which may be a secret.
    throw malformed(`The secrets file ${file} is not valid JSON.`);
  }
  if (!isRecord(value)) throw malformed(`The secrets file ${file} has to hold one JSON object.`);
  const pairs = Object.entries(value).map(([name, item]): [string, string] => {
    if (typeof item === 'string') return [name, item];
    throw malformed(`In the secrets file ${file}, the value of "${name}" is not a string.`);
  });
  return Object.fromEntries(pairs);
}

function parseLines(text: string, file: string): Record<string, string> {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const relevant = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(relevant.map(({ line, number }) => parseLine(line, number, file)));
}

function parseLine(line: string, number: number, file: string): [string, string] {
  const match = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/.exec(line);
  if (!match) throw malformed(`In the secrets file ${file}, line ${number} is not NAME=VALUE.`);
  const [, name = '', value = ''] = match;
  return [name, /^(["'])(.*)\1$/.exec(value)?.[2] ?? value];
}

function malformed(message: string): SandboxError {
  return new SandboxError('secrets_file_malformed', message);
}

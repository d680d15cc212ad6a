import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, relative, sep } from 'node:path';
import { memberOf, messageOf, stackOf } from '../error-message.js';
import { textOf } from '../json.js';
import type { CodeSource } from './action-module.js';
import type { Failure } from '../transactions/transaction.js';

const LONGEST = 8192;

/** Paths are relative to the Action's folder. */
export function describeFailure(thrown: unknown, { file, code }: CodeSource): Failure {
  const stack = ownFrames(cut(stackOf(thrown)));
  const at = placeOf(stack, dirname(file), (path) => (path === file ? code : undefined));
  const cause = causeOf(thrown);
  return {
    message: withoutPaths(firstLine(cut(messageOf(thrown))), file),
    ...(cause === '' ? {} : { cause: withoutPaths(cut(cause), file) }),
    stack: withoutPaths(stack, file),
    ...(at ? { at } : {}),
  };
}

/** Shortens the message, because the app receives it in a URL. */
function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Limits nested causes, because an error can be its own cause. */
const DEEPEST = 5;

/** An error of `fetch`, for example, has its reason only in the cause. */
function causeOf(thrown: unknown, depth = 0): string {
  const cause = memberOf(thrown, 'cause');
  if (cause === undefined || depth === DEEPEST) return '';
  return [reasonOf(cause), causeOf(cause, depth + 1)].filter(Boolean).join(': ');
}

/** If all addresses of a host fail, the error has no message, but one error per address. */
function reasonOf(cause: unknown): string {
  const errors = memberOf(cause, 'errors');
  const each = Array.isArray(errors) ? errors.slice(0, DEEPEST).map(messageOf).join(', ') : '';
  return messageOf(cause) || each || textOf(memberOf(cause, 'code'));
}

/** The next lines list the folders in which Node looked for a package. */
function firstLine(message: string): string {
  return message.split('\nRequire stack:')[0] ?? message;
}

/** Omits the frames of the sandbox and of Node. */
function ownFrames(stack: string): string {
  const foreign = (line: string): boolean => line.includes(__dirname + sep) || /[( ]node:/.test(line);
  return stack
    .split('\n')
    .filter((line) => !/^- |^Require stack:/.test(line) && !(/^\s+at /.test(line) && foreign(line)))
    .join('\n');
}

/** Finds the first frame in the Action's folder. The stack of a syntax error begins with file and line. */
function placeOf(stack: string, folder: string, codeOf: (path: string) => string | undefined): Failure['at'] {
  for (const [, file = '', line = ''] of stack.matchAll(
    /(?:^|\(|at |file:\/\/)(\/[^\n():]+|[A-Za-z]:\\[^\n():]+):(\d+)/gm,
  )) {
    if (!file.startsWith(folder + sep) || file.includes('node_modules')) continue;
    const statement = lineOf(file, codeOf(file), Number(line));
    return statement === undefined ? undefined : { file: relative(folder, file), line: Number(line), statement };
  }
  return undefined;
}

function lineOf(file: string, code: string | undefined, line: number): string | undefined {
  try {
    return (code ?? readFileSync(file, 'utf8')).split('\n')[line - 1]?.trim().slice(0, 200);
  } catch {
    return undefined;
  }
}

/** Local paths would show the developer's user name to the application. */
function withoutPaths(text: string, file: string): string {
  return text
    .replaceAll(`file://${dirname(file)}${sep}`, '')
    .replaceAll(dirname(file) + sep, '')
    .replaceAll(/(?:\/|[A-Za-z]:\\)[^\s'"():]+/g, (path) => (isLocal(path) ? basename(path) : path));
}

function isLocal(path: string): boolean {
  const folders = [process.cwd(), homedir(), tmpdir(), dirname(__dirname)];
  return folders.some((folder) => folder.length > 1 && path.startsWith(folder + sep));
}

import { styleText } from 'node:util';
import { callText } from '../transactions/argument-text.js';
import type { LoginObserver } from '../transactions/login-observer.js';
import type { ActionEntry, CallEntry, Failure, LogEntry, TransactionStep } from '../transactions/transaction.js';

type Color = 'green' | 'red' | 'yellow' | 'cyan' | 'dim';

export interface LiveLogOptions {
  readonly transactionsUrl: () => string;
  readonly colors: boolean;
  readonly write: (line: string) => void;
}

/** Prints console lines and calls of Actions. */
export function liveLog({ transactionsUrl, colors, write }: LiveLogOptions): LoginObserver {
  const print = (name: string, text: string, color?: Color): void => {
    const line = oneLine(text);
    write(`${paint(oneLine(name), 'dim', colors)}  ${color ? paint(line, color, colors) : line}`);
  };
  return {
    onEntry: (action, entry) => {
      const [text, color] = entryLine(entry);
      print(action, text, color);
    },
    onHandler: ({ action, handler, misspelled, skipped }) => {
      if (skipped) print(action, skippedText(handler, misspelled), misspelled === undefined ? 'dim' : 'yellow');
      else print(action, handler, 'cyan');
    },
    onStep: (record, step) => {
      const shown = stepLine(step, `${transactionsUrl()}/${record.id}`);
      if (shown) print(record.user?.email ?? record.clientId, ...shown);
    },
  };
}

function entryLine(entry: ActionEntry): [text: string, color?: Color] {
  switch (entry.type) {
    case 'log':
      return logLine(entry);
    case 'call':
      return callLine(entry);
    case 'failure':
      return [failureText(entry), 'red'];
    default:
      return entry satisfies never;
  }
}

function logLine({ level, text }: LogEntry): [text: string, color?: Color] {
  const line = `console.${level}  ${text}`;
  if (level === 'error') return [line, 'red'];
  return level === 'warn' ? [line, 'yellow'] : [line];
}

function callLine({ name, args, error, ignored, hint }: CallEntry): [text: string, color?: Color] {
  const call = callText({ name, args });
  if (error !== undefined) return [`${call}  threw: ${error}`, 'red'];
  const note = ignored ?? hint;
  return note === undefined ? [call] : [`${call}  ${note}`, 'yellow'];
}

function failureText({ message, cause, at }: Failure): string {
  const why = cause === undefined ? '' : `  cause: ${cause}`;
  return `failed: ${message}${why}${at ? `  ${at.file}:${at.line}  ${at.statement}` : ''}`;
}

function skippedText(handler: string, misspelled: string | undefined): string {
  const hint = misspelled === undefined ? '' : ` The file exports ${misspelled}; did you mean ${handler}?`;
  return `${handler} is not exported, so nothing ran.${hint}`;
}

/** The line for a login's end contains the address of its timeline. */
function stepLine(step: TransactionStep, url: string): [text: string, color?: Color] | undefined {
  switch (step.kind) {
    case 'login':
      return [step.how === 'form' ? 'has logged in' : 'is known from an earlier login'];
    case 'redirect':
      return [`is sent to ${withoutQuery(step.url)}`];
    case 'continue':
      return ['is back'];
    case 'refusal':
    case 'warning':
      return [`warning: ${step.kind === 'warning' ? step.message : step.reason}`, 'yellow'];
    case 'denied':
      return [`${step.error}: ${step.description}  ${url}`, 'red'];
    case 'completed':
      return [`completed  ${url}`, 'green'];
    case 'factor':
      return ['is asked for a second factor'];
    case 'factor answer':
      return step.isApproved ? ['has passed the second factor'] : ['has failed the second factor', 'yellow'];
    case 'form':
      return ['is shown a form'];
    case 'form answer':
      return ['has filled in the form'];
    case 'user changed':
      return [`is the user ${step.email} from here on`];
    case 'note':
      return [step.title];
    case 'token request':
      return [`requests tokens: ${step.grantType}`];
    // The observer's other methods print these steps.
    case 'action':
    case 'saml':
    case 'authorize':
    case 'tokens':
      return undefined;
    default:
      return step satisfies never;
  }
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** The timeline shows the rest. */
const LONGEST_LINE = 500;

/** Output of an Action must not move the cursor or look like a separate line. */
function oneLine(whole: string): string {
  const isLong = whole.length > LONGEST_LINE;
  const text = isLong ? `${whole.slice(0, LONGEST_LINE)}… (${whole.length} characters)` : whole;
  // oxlint-disable-next-line no-control-regex -- it replaces control characters
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ');
}

function paint(text: string, color: Color, colors: boolean): string {
  return colors ? styleText(color, text, { validateStream: false }) : text;
}

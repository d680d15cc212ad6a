import type { TriggerName } from '../definition/tenant-definition.js';

/** A problem in an Action, found before the first login. */
export interface Finding {
  /** An `error` keeps the Action from running; a `warning` may be intended. */
  readonly severity: 'error' | 'warning';
  /** One sentence, without file and line. */
  readonly message: string;
  readonly file: string;
  /** Counted from 1. Absent if the finding is about the whole file. */
  readonly line?: number;
  /** Counted from 1. Only for syntax errors. */
  readonly column?: number;
  /** The line's text. Only for syntax errors. */
  readonly text?: string;
}

/** The input of {@link checkAction}. */
export interface CheckedAction {
  /** The absolute path of its code. Packages are resolved from its folder. */
  readonly file: string;
  readonly trigger: TriggerName;
  /** `event.secrets`. No finding ever shows a value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The packages that the tenant lists for the Action, for the versions in install commands. */
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[];
  /** The exports of `require('actions:NAME')`, by NAME. */
  readonly modules?: Readonly<Record<string, unknown>>;
}

/** A finding before the file's name is added. */
export type Found = Omit<Finding, 'file'>;

/** Returns a finding as one line: `post-login.js:3: warning: …`. */
export function findingText({ severity, message, file, line, column, text }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${severity}: ${message}${text ? ` | ${text.trim()}` : ''}`;
}

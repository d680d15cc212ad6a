import type { TriggerName } from '../definition/tenant-definition.js';

export interface Finding {
  /** An `error` keeps the Action from running; a `warning` may be intended. */
  readonly severity: 'error' | 'warning';
  /** One sentence, without the place. */
  readonly message: string;
  readonly file: string;
  /** Counted from 1. Absent for the whole file. */
  readonly line?: number;
  /** Counted from 1. Only for syntax errors. */
  readonly column?: number;
  /** Only for syntax errors. */
  readonly text?: string;
}

export interface CheckedAction {
  /** Absolute path. Packages are resolved from its folder. */
  readonly file: string;
  readonly trigger: TriggerName;
  /** No finding ever shows a value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Provides the versions in install commands. */
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[];
  /** Exports by NAME of `require('actions:NAME')`. */
  readonly modules?: Readonly<Record<string, unknown>>;
}

export type Found = Omit<Finding, 'file'>;

/** Returns one line: `post-login.js:3: warning: …`. */
export function findingText({ severity, message, file, line, column, text }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${severity}: ${message}${text ? ` | ${text.trim()}` : ''}`;
}

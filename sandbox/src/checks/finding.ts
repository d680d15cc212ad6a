import type { TriggerName } from '../definition/tenant-definition.js';

export interface Finding {
  /** An `error` prevents the Action from running; a `warning` may be intentional. */
  readonly severity: 'error' | 'warning';
  /** One sentence, without file and line. */
  readonly message: string;
  readonly file: string;
  /** Counted from 1. Absent if the finding concerns the whole file. */
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
  /** Findings contain names, never values. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Provides the versions in install commands. */
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[];
  /** Exports, keyed by the NAME in `require('actions:NAME')`. */
  readonly modules?: Readonly<Record<string, unknown>>;
}

export type Found = Omit<Finding, 'file'>;

/** Returns one line: `post-login.js:3: warning: …`. */
export function findingText({ severity, message, file, line, column, text }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${severity}: ${message}${text ? ` | ${text.trim()}` : ''}`;
}

/** What a check found. `error` fails the command; `warning` is worth a look. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error';
  /** What was looked at, like `keys of shop`. */
  readonly subject: string;
  /** Never holds a secret. */
  readonly message: string;
}

export const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });
export const warning = (subject: string, message: string): Finding => ({ level: 'warning', subject, message });
export const error = (subject: string, message: string): Finding => ({ level: 'error', subject, message });

/** Describes a result of the check. Only `error` fails the command. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error';
  /** Checked object, like `keys of shop`. */
  readonly subject: string;
  /** The message, without secrets. */
  readonly message: string;
}

export const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });
export const warning = (subject: string, message: string): Finding => ({ level: 'warning', subject, message });
export const error = (subject: string, message: string): Finding => ({ level: 'error', subject, message });

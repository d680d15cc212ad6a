/** Only `error` fails the command. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error';
  /** Like `keys of shop`. */
  readonly subject: string;
  /** Never contains a secret. */
  readonly message: string;
}

export const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });
export const warning = (subject: string, message: string): Finding => ({ level: 'warning', subject, message });
export const error = (subject: string, message: string): Finding => ({ level: 'error', subject, message });

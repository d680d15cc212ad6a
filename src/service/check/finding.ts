/** Only the level `error` fails the command. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error';
  /** Name like `keys of shop`. */
  readonly subject: string;
  /** Contains no secret. */
  readonly message: string;
}

export const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });
export const warning = (subject: string, message: string): Finding => ({ level: 'warning', subject, message });
export const error = (subject: string, message: string): Finding => ({ level: 'error', subject, message });

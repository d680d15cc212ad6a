import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IsInt, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import { type LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { IsLocalizedText } from '../../auth-redirect/validation/validators.js';
import { validateWith } from '../../auth-redirect/validation/validators.js';
import { mailboxOf } from './email-address.js';
import { findSmtpUrlProblem, smtpServerOf } from './smtp-server-address.js';

/** Injection token of the {@link EmailCodeOptions}. */
export const EMAIL_CODE_OPTIONS = Symbol.for('nestjs-auth-redirect:email-code-options');

/** How long a page waits for the mail server at most, in seconds. */
export const DEFAULT_SEND_TIMEOUT_SECONDS = 10;

const TIMEOUT_RULE = { message: `is not a whole number of seconds from 1 to ${DEFAULT_SEND_TIMEOUT_SECONDS}` };

/**
 * The mail server, and what the mails say of their sender.
 *
 * @publicApi
 */
export class EmailCodeOptions {
  /**
   * The mail server: `smtps://user@smtp.example.com:465` for TLS from the first byte on, `smtp://user@smtp.example.com:587` for
   * STARTTLS, without which nothing is sent (except to localhost, which is spoken to in the clear). Default ports: 465 and 587.
   * A user name with `@` or `:` in it is percent-encoded. Without one there is no authentication.
   */
  @validateWith('isSmtpUrl', findSmtpUrlProblem)
  smtpUrl!: string;

  /** Password of the user. Better in a file: `smtpPasswordFile`. Default: none. */
  @validateOptions('isSmtpPassword', findPasswordProblem)
  smtpPassword?: string;

  /**
   * File that holds the password; a line break at its end is not part of it. Read anew for each mail, so that it can be
   * exchanged. Default: none.
   */
  @IsOptional()
  @validateWith('isFile', findFileProblem)
  smtpPasswordFile?: string;

  /** File with the certificates (PEM) that vouch for the mail server, in the place of those that Node brings. Default: none. */
  @IsOptional()
  @validateWith('isCertificateFile', findCertificateFileProblem)
  caFile?: string;

  /** Sender: `login@example.com`, or with a name `Example <login@example.com>`. */
  @validateWith('isMailbox', findMailboxProblem)
  from!: string;

  /** What the user signs in to, at the end of the subject and above the text. Default: nothing. */
  @IsOptional()
  @IsLocalizedText(findLineProblem)
  product?: LocalizedText;

  /** How long a page waits for the mail server at most, in whole seconds. Default and maximum: 10. */
  @IsOptional()
  @IsInt(TIMEOUT_RULE)
  @Min(1, TIMEOUT_RULE)
  @Max(DEFAULT_SEND_TIMEOUT_SECONDS, TIMEOUT_RULE)
  sendTimeout?: number;
}

function findPasswordProblem({ smtpUrl, smtpPassword, smtpPasswordFile }: EmailCodeOptions): string | undefined {
  if (smtpPassword !== undefined && smtpPasswordFile !== undefined) {
    return 'and smtpPasswordFile are both set: keep one of them';
  }
  if (smtpPassword !== undefined && (typeof smtpPassword !== 'string' || smtpPassword === '')) return 'is not a text';
  if (findSmtpUrlProblem(smtpUrl) !== undefined) return undefined;
  const hasPassword = smtpPassword !== undefined || smtpPasswordFile !== undefined;
  const hasUser = smtpServerOf(smtpUrl).user !== undefined;
  if (hasUser === hasPassword) return undefined;
  return hasUser ? 'or smtpPasswordFile is missing: smtpUrl names a user' : 'is set, but smtpUrl names no user';
}

function findMailboxProblem(value: unknown): string | undefined {
  if (typeof value === 'string' && mailboxOf(value)) return undefined;
  return 'is not a sender like login@example.com or Example <login@example.com>';
}

function findLineProblem(text: string): string | undefined {
  return text.trim() === '' || /\p{Control}/u.test(text) ? 'is not one line of text' : undefined;
}

function findFileProblem(path: unknown): string | undefined {
  if (typeof path !== 'string' || path === '') return 'is not the path of a file';
  try {
    return readFileSync(path, 'utf8').trim() === '' ? 'names a file that is empty' : undefined;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    return `names a file that cannot be read (${code})`;
  }
}

function findCertificateFileProblem(path: unknown): string | undefined {
  const problem = findFileProblem(path);
  if (problem !== undefined) return problem;
  try {
    void new X509Certificate(readFileSync(String(path)));
    return undefined;
  } catch {
    return 'names a file that holds no certificate in PEM';
  }
}

/** @param findProblem Says what is wrong with the options as a whole, as far as this property is concerned. */
function validateOptions(
  name: string,
  findProblem: (options: EmailCodeOptions) => string | undefined,
): PropertyDecorator {
  const problemOf = (options: object | undefined): string | undefined =>
    options instanceof EmailCodeOptions ? findProblem(options) : undefined;
  return ValidateBy({
    name,
    validator: {
      validate: (_value, given) => problemOf(given?.object) === undefined,
      defaultMessage: (given) => problemOf(given?.object) ?? '',
    },
  });
}

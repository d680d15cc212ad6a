import { IsBoolean } from 'class-validator';
import { findCertificateProblem, findFileProblem } from '../../auth-redirect/files.js';
import type { JsonObject } from '../../auth-redirect/json.js';
import type { LocalizedText } from '../../auth-redirect/locales/localized-text.js';
import { findTextProblem, findWholeNumberProblem, findStepIdProblem } from '../../auth-redirect/validation/problems.js';
import { IfSet, localizedText, validateWith } from '../../auth-redirect/validation/validators.js';
import { mailboxOf } from '../../fields/email-address.js';

/**
 * Identifies the {@link EmailCodeOptions} for injection.
 *
 * @publicApi
 */
export const EMAIL_CODE_OPTIONS = Symbol.for('nestjs-auth-redirect:email-code-options');

/** Default and maximum of `sendTimeout`. */
export const SEND_TIMEOUT_SECONDS = 10;

/** Size limit of files, in bytes: enough for all certificates that Mozilla trusts. */
export const FILE_MAX_BYTES = 1_048_576;

const DEFAULT_PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;
const LOCAL = /^(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.\d{1,3}){3}|::1)$/i;
const EXAMPLES = 'smtps://user@smtp.example.com:465 or smtp://user@smtp.example.com:587';

/**
 * Configures {@link EmailCodeStep}: the mail server, and the sender of the mails.
 *
 * @publicApi
 */
export class EmailCodeOptions {
  /** Id of the step: a-z, 0-9 and -, up to 40 characters. Default: `email-code`. */
  @IfSet(findStepIdProblem)
  id?: string;

  /**
   * URL of the mail server: `smtps://user@smtp.example.com:465` for TLS, `smtp://user@smtp.example.com:587` for STARTTLS, which is required
   * except on localhost. Default ports: 465 and 587. Percent-encode `@` and `:` in the user name. Without a user name, the step does not
   * authenticate.
   */
  @validateWith('isSmtpUrl', findSmtpUrlProblem)
  smtpUrl!: string;

  /** Password for `smtpUrl`. Prefer `smtpPasswordFile`. Default: none. */
  @validateWith('isSmtpPassword', findPasswordProblem)
  smtpPassword?: string;

  /** File with the password. A final line break is ignored. Read for each mail. Default: none. */
  @IfSet((path) => findFileProblem(path, FILE_MAX_BYTES, findTextProblem))
  smtpPasswordFile?: string;

  /** File with the certificates (PEM) to trust for the mail server instead of Node's. Default: none. */
  @IfSet((path) => findFileProblem(path, FILE_MAX_BYTES, findCertificateProblem))
  caFile?: string;

  /** Sender: `login@example.com` or `Example <login@example.com>`. */
  @validateWith('isMailbox', findMailboxProblem)
  from!: string;

  /** Name of the product, at the end of the subject and above the text. Default: none. */
  @IfSet(localizedText(findLineProblem))
  product?: LocalizedText;

  /** Time limit for sending a mail, in whole seconds, 1 to 10. Default: 10. */
  @IfSet((value) => findWholeNumberProblem(value, 1, SEND_TIMEOUT_SECONDS, 'of seconds '))
  sendTimeout?: number;

  /**
   * Whether users can replace the session token's address, or enter a missing one. The data then contains `enteredByUser`, which the Action
   * must check: a password thief could enter their own address. Default: false.
   */
  @IsBoolean({ message: 'is neither true nor false' })
  editableAddress?: boolean = false;
}

interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  /** Whether the connection starts with TLS. */
  readonly isSecure: boolean;
  /** Whether the traffic stays on this machine. */
  readonly isLocal: boolean;
}

/**
 * Returns the mail server of a URL.
 *
 * @param url A valid `smtpUrl`.
 */
export function smtpServerOf(url: string): SmtpServer {
  const { protocol, hostname, port, username } = new URL(url);
  const isSecure = protocol === 'smtps:';
  const host = hostname.replaceAll(/[[\]]/g, '');
  return {
    host,
    port: Number(port) || DEFAULT_PORTS[isSecure ? 'smtps:' : 'smtp:'],
    user: username === '' ? undefined : decodeURIComponent(username),
    isSecure,
    isLocal: LOCAL.test(host),
  };
}

/** Accepts `smtps://` or `smtp://` with a host, and optionally a user and a port. */
function findSmtpUrlProblem(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return `is missing: the mail server, like ${EXAMPLES}`;
  if (!URL.canParse(value) || !(new URL(value).protocol in DEFAULT_PORTS)) return `is not a URL like ${EXAMPLES}`;
  const { hostname, port, username, password, pathname, search, hash } = new URL(value);
  if (password !== '') return 'contains a password: set smtpPasswordFile or smtpPassword instead';
  if (!HOST.test(hostname) || port === '0' || !isDecodable(username)) return `is not a URL like ${EXAMPLES}`;
  return !['', '/'].includes(pathname) || search || hash ? 'has a path, a query or a fragment: remove it' : undefined;
}

function isDecodable(text: string): boolean {
  try {
    return !/\p{Control}/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

function findPasswordProblem(password: unknown, { smtpUrl, smtpPasswordFile }: JsonObject): string | undefined {
  if (password !== undefined && smtpPasswordFile !== undefined) return 'and smtpPasswordFile are both set: remove one';
  const problem = password === undefined ? undefined : findTextProblem(password);
  if (problem !== undefined) return problem;
  if (typeof smtpUrl !== 'string' || findSmtpUrlProblem(smtpUrl) !== undefined) return undefined;
  const hasPassword = password !== undefined || smtpPasswordFile !== undefined;
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

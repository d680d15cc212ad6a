import type { FindProblem } from '../../auth-redirect/validation/problems.js';

/** Where mails are handed over. */
export interface SmtpServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  /** TLS from the first byte on. */
  readonly isSecure: boolean;
  /** The traffic cannot leave the machine. */
  readonly isLocal: boolean;
}

const DEFAULT_PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;
const LOCAL = /^(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.\d{1,3}){3}|::1)$/i;
const EXAMPLES = 'smtps://user@smtp.example.com:465 or smtp://user@smtp.example.com:587';

/** @param url One that {@link findSmtpUrlProblem} finds nothing wrong with. */
export function smtpServerOf(url: string): SmtpServerAddress {
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

/** `smtps://` or `smtp://`, a host, and no more than user and port. */
export const findSmtpUrlProblem: FindProblem = (value) => {
  if (typeof value !== 'string' || value === '') return `is missing: the mail server, like ${EXAMPLES}`;
  if (!URL.canParse(value) || !(new URL(value).protocol in DEFAULT_PORTS)) return `is not a URL like ${EXAMPLES}`;
  const { hostname, port, username, password, pathname, search, hash } = new URL(value);
  if (password !== '') return 'has a password in it: give it as smtpPasswordFile or smtpPassword';
  if (!HOST.test(hostname) || port === '0' || !isDecodable(username)) return `is not a URL like ${EXAMPLES}`;
  return (pathname !== '' && pathname !== '/') || search || hash
    ? 'has a path, a query or a fragment: leave them out'
    : undefined;
};

function isDecodable(text: string): boolean {
  try {
    return !/\p{Control}/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

import { once } from 'node:events';
import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport';
import { readTextFile } from '../../auth-redirect/files.js';
import type { JsonObject } from '../../auth-redirect/json.js';
import { mailboxOf } from '../../fields/email-address.js';
import { SEND_TIMEOUT_SECONDS, FILE_MAX_BYTES, smtpServerOf, type EmailCodeOptions } from './email-code.options.js';
import type { Mail } from './mail.js';

/**
 * Sends a mail over a new SMTP connection. An open connection would time out between two logins, keep an old password or
 * certificate in use, and delay a shutdown.
 *
 * @param to One plain address. nodemailer quotes the part before the `@` if necessary, and requests SMTPUTF8 for letters of other scripts.
 * @throws Error with a `code` if the server did not accept the mail within `sendTimeout`.
 */
export async function sendMail(options: EmailCodeOptions, to: string, mail: Mail, date: Date): Promise<void> {
  const { createTransport } = await import('nodemailer'); // optional peer
  const from = mailboxOf(options.from);
  if (!from) throw new Error('from is not an address');
  const { language, ...content } = mail;
  const milliseconds = (options.sendTimeout ?? SEND_TIMEOUT_SECONDS) * 1000;
  // The timeouts of the transport restart with each byte or phase. This timeout does not, even if the transport ignores the signal.
  const signal = AbortSignal.timeout(milliseconds);
  const sent = createTransport(transportOf(options, milliseconds)).sendMail({
    ...content,
    from,
    to: { name: '', address: to },
    envelope: { from: from.address, to: [to] },
    date,
    headers: {
      'Content-Language': language,
      'Auto-Submitted': 'auto-generated', // prevents automatic replies (RFC 3834)
    },
    signal,
  });
  await Promise.race([sent, timedOut(signal)]);
}

/** Returns the log text for a failed mail: the error codes of nodemailer or the system, and of the server. It contains no user data. */
export function faultOf(error: unknown): string {
  const { code, systemCode = code, responseCode }: JsonObject = { ...Object(error) };
  const word = typeof systemCode === 'string' && /^[A-Z_]{1,40}$/.test(systemCode) ? systemCode : 'unknown';
  return Number.isInteger(responseCode) ? `${word} ${String(responseCode)}` : word;
}

function transportOf(options: EmailCodeOptions, milliseconds: number): SMTPTransportOptions {
  const { smtpUrl, smtpPassword, smtpPasswordFile, caFile } = options;
  const { host, port, user, isSecure, isLocal } = smtpServerOf(smtpUrl);
  const isEncrypted = !isLocal || caFile !== undefined;
  const pass = smtpPasswordFile === undefined ? (smtpPassword ?? '') : readTextFile(smtpPasswordFile, FILE_MAX_BYTES);
  return {
    host,
    port,
    secure: isSecure,
    requireTLS: !isSecure && isEncrypted,
    ignoreTLS: !isSecure && !isEncrypted,
    ...(caFile !== undefined && { tls: { ca: readTextFile(caFile, FILE_MAX_BYTES) } }),
    ...(user !== undefined && { auth: { user, pass } }),
    dnsTimeout: milliseconds,
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

async function timedOut(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw Object.assign(new Error('the mail server timed out'), { code: 'ETIMEDOUT' });
}

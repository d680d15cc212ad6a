import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport';
import { mailboxOf } from './email-address.js';
import { DEFAULT_SEND_TIMEOUT_SECONDS, type EmailCodeOptions } from './email-code.options.js';
import type { Mail } from './mail.js';
import { smtpServerOf } from './smtp-server-address.js';

/** One mail server, reached by SMTP. */
export class Mailer {
  constructor(private readonly options: EmailCodeOptions) {}

  /**
   * Hands a mail to the server, over a connection of its own: between two logins a server ends what is kept open, and with
   * nothing kept open a new password or certificate is in use at once and a shutdown has nothing to end.
   *
   * @param to One plain address.
   * @throws Error with a `code` where the server did not take it within `sendTimeout`.
   */
  async send(to: string, { subject, text, html, language }: Mail, date: Date): Promise<void> {
    const { createTransport } = await loadNodemailer();
    const from = mailboxOf(this.options.from);
    if (!from) throw new Error('from is not an address');
    const milliseconds = (this.options.sendTimeout ?? DEFAULT_SEND_TIMEOUT_SECONDS) * 1000;
    // The timeouts of the transport begin anew with every byte, or phase. This one does not, also where the transport ignores it.
    const signal = AbortSignal.timeout(milliseconds);
    const sent = createTransport(await this.#transport(milliseconds)).sendMail({
      from,
      to: { name: '', address: to },
      envelope: { from: from.address, to: [to] },
      subject,
      text,
      html,
      date,
      headers: {
        'Content-Language': language,
        'Auto-Submitted': 'auto-generated', // RFC 3834: nobody's absence is announced to us
      },
      signal,
    });
    await Promise.race([sent, timedOut(signal)]);
  }

  async #transport(milliseconds: number): Promise<SMTPTransportOptions> {
    const { smtpUrl, caFile } = this.options;
    const { host, port, user, isSecure, isLocal } = smtpServerOf(smtpUrl);
    const pass = await this.#password();
    const upgrades = !isLocal || caFile !== undefined;
    return {
      host,
      port,
      secure: isSecure,
      requireTLS: !isSecure && upgrades,
      ignoreTLS: !isSecure && !upgrades,
      ...(caFile !== undefined && { tls: { ca: await readFile(caFile, 'utf8') } }),
      ...(user !== undefined && { auth: { user, pass: pass ?? '' } }),
      dnsTimeout: milliseconds,
      connectionTimeout: milliseconds,
      greetingTimeout: milliseconds,
      socketTimeout: milliseconds,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  async #password(): Promise<string | undefined> {
    const { smtpPassword, smtpPasswordFile } = this.options;
    if (smtpPasswordFile === undefined) return smtpPassword;
    return (await readFile(smtpPasswordFile, 'utf8')).replace(/\r?\n$/, '');
  }
}

/** The word for it that tells nothing of the user: nodemailer's or the system's code, and the server's. */
export function faultOf(error: unknown): string {
  const { code, responseCode } = typeof error === 'object' && error !== null ? (error as Partial<SmtpError>) : {};
  const words = [
    typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'unknown',
    ...(Number.isInteger(responseCode) ? [String(responseCode)] : []),
  ];
  return words.join(' ');
}

interface SmtpError {
  readonly code: unknown;
  readonly responseCode: unknown;
}

async function timedOut(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw Object.assign(new Error('the mail server took too long'), { code: 'ETIMEDOUT' });
}

/** An application without this step never loads it. */
async function loadNodemailer(): Promise<typeof import('nodemailer')> {
  return import('nodemailer');
}

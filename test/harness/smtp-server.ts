import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** What the server does with a connection. */
export type SmtpBehaviour = 'accepts' | 'refuses' | 'hangs';

export interface SmtpSetup {
  /** Default: none, and STARTTLS is not offered. */
  readonly tls?: 'none' | 'starttls' | 'smtps';
  /** Who may send. Default: everybody. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Default: a free one. */
  readonly port?: number;
}

/** A mail as it arrived, and for whom. */
export interface ReceivedMail extends ParsedMail {
  readonly recipients: readonly string[];
  /** All of it, undecoded. */
  readonly source: string;
}

/** A real SMTP server on loopback. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** Those who were let in. */
  readonly users: string[] = [];
  behaviour: SmtpBehaviour = 'accepts';
  connections = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(
    private readonly server: SMTPServer,
    private readonly scheme: 'smtp' | 'smtps',
  ) {}

  static async start({ tls = 'none', login, port = 0 }: SmtpSetup = {}): Promise<SmtpServer> {
    const holder: { smtp?: SmtpServer } = {};
    const options: SMTPServerOptions = {
      secure: tls === 'smtps',
      ...(tls !== 'none' && { key: Certificate.ofTests().key, cert: Certificate.ofTests().certificate }),
      disabledCommands: [...(tls === 'none' ? ['STARTTLS'] : []), ...(login ? [] : ['AUTH'])],
      authOptional: !login,
      closeTimeout: 100,
      onConnect: (_session, callback) => holder.smtp?.meet(callback),
      onAuth: ({ username, password }, _session, callback) => {
        if (username !== login?.user || password !== login?.password) return callback(new Error('no such user'));
        holder.smtp?.users.push(username ?? '');
        return callback(null, { user: username });
      },
      onData: (stream, session, callback) => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        void holder.smtp?.receive(stream, recipients, callback);
      },
    };
    const server = new SMTPServer(options);
    server.on('error', () => undefined); // what ends badly is what the tests are about
    holder.smtp = new SmtpServer(server, tls === 'smtps' ? 'smtps' : 'smtp');
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return holder.smtp;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** For the option of that name; `localhost` is spoken to without TLS. */
  smtpUrl(user?: string): string {
    return `${this.scheme}://${user === undefined ? '' : `${user}@`}localhost:${this.port}`;
  }

  /** The six digits in the subject of the last mail to this address. */
  codeFor(address: string): string {
    const mail = this.mails.findLast(({ recipients }) => recipients.includes(address));
    return /\d{6}/.exec(mail?.subject ?? '')?.[0] ?? '';
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

  /** Resolves when the next connection is there. */
  async nextConnection(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  meet(callback: (error?: Error) => void): void {
    this.connections += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.behaviour === 'accepts') callback();
    if (this.behaviour === 'refuses') callback(new Error('not now'));
  }

  async receive(stream: NodeJS.ReadableStream, recipients: readonly string[], accept: () => void): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    const source = Buffer.concat(chunks).toString();
    this.mails.push({ ...(await simpleParser(source)), recipients, source });
    accept();
  }
}

/** A server whose answer to EHLO always has one more line, so that no connection is ever idle or ready. */
export async function startDribblingServer(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket: Socket) => {
    socket.write('220 ready\r\n');
    const timer = setInterval(() => socket.write('250-more\r\n'), 100);
    socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

/** For localhost, signed by itself, made once for each run. */
export class Certificate {
  private static made?: Certificate;

  private constructor(
    readonly key: string,
    readonly certificate: string,
  ) {}

  static ofTests(): Certificate {
    this.made ??= Certificate.make();
    return this.made;
  }

  /** Another one. */
  static make(): Certificate {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const keys = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...keys, ...names, ...files], { stdio: 'ignore' });
    const made = new Certificate(readFileSync(key, 'utf8'), readFileSync(certificate, 'utf8'));
    rmSync(folder, { recursive: true });
    return made;
  }
}

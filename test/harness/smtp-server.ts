import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** The server's behavior for new connections. */
export type SmtpBehaviour = 'accepts' | 'refuses' | 'hangs';

export interface SmtpSetup {
  /** Default: none, without STARTTLS. */
  readonly tls?: 'none' | 'starttls' | 'smtps';
  /** The account that may send. Default: none required. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Default: a free port. */
  readonly port?: number;
  /** Whether the server lacks SMTPUTF8. Default: false. */
  readonly hideSMTPUTF8?: boolean;
}

export interface ReceivedMail extends ParsedMail {
  readonly recipients: readonly string[];
  /** The raw email. */
  readonly source: string;
}

/** A real SMTP server on loopback. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** Names of the users that logged in. */
  readonly users: string[] = [];
  behaviour: SmtpBehaviour = 'accepts';
  connections = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(
    private readonly server: SMTPServer,
    private readonly scheme: 'smtp' | 'smtps',
  ) {}

  static async start({ tls = 'none', login, port = 0, hideSMTPUTF8 = false }: SmtpSetup = {}): Promise<SmtpServer> {
    const holder: { smtp?: SmtpServer } = {};
    const options: SMTPServerOptions = {
      secure: tls === 'smtps',
      lenientAddressParsing: true, // otherwise it refuses dots in a quoted local part, which RFC 5321 allows
      hideSMTPUTF8,
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
      onRcptTo: ({ address }, _session, callback) => {
        const isReadable = !/[^\0-\x7f]/.test(address.slice(0, address.lastIndexOf('@'))) || !hideSMTPUTF8;
        return callback(isReadable ? undefined : Object.assign(new Error('no such mailbox'), { responseCode: 553 }));
      },
      onData: (stream, session, callback) => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        void holder.smtp?.receive(stream, recipients, callback);
      },
    };
    const server = new SMTPServer(options);
    server.on('error', () => undefined); // broken connections are part of the tests
    holder.smtp = new SmtpServer(server, tls === 'smtps' ? 'smtps' : 'smtp');
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return holder.smtp;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** Returns a value for the option `smtpUrl`. */
  smtpUrl(user?: string): string {
    return `${this.scheme}://${user === undefined ? '' : `${user}@`}localhost:${this.port}`;
  }

  /** Returns the code in the subject of the last mail to an address. */
  codeFor(address: string): string {
    const mail = this.mails.findLast(({ recipients }) => recipients.includes(address));
    return /\d{6}/.exec(mail?.subject ?? '')?.[0] ?? '';
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

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

/** Starts a server whose answer to EHLO never ends, so that a connection is never idle or ready. */
export async function startDribblingServer(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket: Socket) => {
    socket.write('220 ready\r\n');
    const timer = setInterval(() => socket.write('250-more\r\n'), 100);
    socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

/** A self-signed certificate for localhost, created once in each run. */
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

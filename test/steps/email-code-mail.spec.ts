import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Locales } from '../../src/auth-redirect/locales/locales.js';
import { loadViews } from '../../src/auth-redirect/pages/load-views.js';
import { EMAIL_CODE_OPTIONS, EmailCodeStep, type EmailCodeOptions } from '../../src/steps/email-code/index.js';
import { PLACE } from '../../src/steps/email-code/mail.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { StepTester, type TestedLogin } from '../../src/testing/step-tester.js';
import { HostApplication } from '../harness/application.js';
import { StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';
import { Certificate, SmtpServer, type SmtpSetup } from '../harness/smtp-server.js';

const TO = 'user@example.org';
const LOGIN = { user: 'sender', password: 'p@ss word:%41' };
const clock = new FrozenClock(Date.parse('2026-11-23T12:00:00Z'));

const testerOf = (options: EmailCodeOptions, login: TestedLogin = {}): StepTester<object, never> =>
  new StepTester(new EmailCodeStep(clock, options), { clock, claims: { email: TO }, ...login }) as never;

describe('the mail with the code', () => {
  let smtp: SmtpServer;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
  });
  afterAll(async () => smtp.stop());

  const mailIn = async (
    locale: string,
    options: Partial<EmailCodeOptions> = {},
  ): Promise<(typeof smtp.mails)[number]> => {
    smtp.mails.length = 0;
    await testerOf({ smtpUrl: smtp.smtpUrl(), from: 'login@example.com', ...options }, { locale }).view();
    const [mail] = smtp.mails;
    if (!mail) throw new Error('no mail arrived');
    return mail;
  };

  it('has its purpose in text and HTML, and no link, picture or unexpected header', async () => {
    const product = { en: 'Example & Söhne', de: 'Beispiel' };
    const mail = await mailIn('en', { from: 'Example, Inc. <login@example.com>', product });
    const code = smtp.codeFor(TO);
    expect(mail.subject).toBe(`${code} is your sign-in code · Example & Söhne`);
    expect(mail.from?.value).toEqual([{ name: 'Example, Inc.', address: 'login@example.com' }]);
    expect(mail.date).toEqual(new Date(clock.now()));
    expect(mail.text).toBe(
      `Example & Söhne\n\nYour code is ${code}. It is valid for 10 minutes.\n\n` +
        'Don’t share this code. If you are not signing in right now, somebody may know your password. Change it.\n',
    );
    expect(mail.html).toContain('<p><strong>Example &amp; Söhne</strong></p>');
    expect(mail.html).toMatch(new RegExp(`Your code is <strong dir="ltr" style="[^"]*">${code}</strong>. It is valid`));
    expect(mail.html).not.toMatch(/https?:|src=|href=|url\(/);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.headers.get('content-language')).toBe('en');
    expect([...mail.headers.keys()].toSorted()).toEqual(
      [
        ...['auto-submitted', 'content-language', 'content-type', 'date', 'from', 'message-id'],
        ...['mime-version', 'subject', 'to'],
      ].toSorted(),
    );
  });

  it.each(new Locales().tags.map((tag) => [tag]))('is complete in %s', async (locale) => {
    const mail = await mailIn(locale);
    const code = smtp.codeFor(TO);
    expect(mail.html).toContain(`<html lang="${locale}" dir="${['ar', 'he'].includes(locale) ? 'rtl' : 'ltr'}">`);
    expect(mail.html).toContain(`<div lang="${locale}" dir="${['ar', 'he'].includes(locale) ? 'rtl' : 'ltr'}">`);
    expect(mail.text).toContain(code);
    expect(mail.text).toContain('10');
    expect(`${mail.subject}${mail.text}`).not.toMatch(/emailCode|\{\{|\}\}/);
    expect(mail.text).not.toContain(PLACE);
    expect(mail.text?.includes('Your code')).toBe(locale === 'en');
  });
});

describe('the templates of the mail', () => {
  let smtp: SmtpServer;
  let directory: string;
  beforeAll(async () => {
    smtp = await SmtpServer.start();
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mail-views-'));
    mkdirSync(join(directory, 'mails'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  afterAll(async () => smtp.stop());
  const write = (name: string, source: string): void => writeFileSync(join(directory, 'mails', name), source);

  it('can be replaced separately, and get the branding: escaped in HTML, unchanged in plain text', async () => {
    write('email-code.html.hbs', '<b style="color:{{color}}">{{brand}}|{{product}}|{{code}}</b>');
    write('email-code.text.hbs', '{{brand}}|{{product}}|{{code}}|{{lang}} {{dir}}');
    const useValue = { smtpUrl: smtp.smtpUrl(), from: 'login@example.com', product: '<P&Q>' };
    const branding = { name: "Ada's <Shop>", color: '#7a0019' };
    const provided = [{ provide: EMAIL_CODE_OPTIONS, useValue }];
    const host = await HostApplication.start(
      'express',
      { viewsDirectory: directory, branding },
      'recorded',
      [EmailCodeStep],
      provided,
    );
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ steps: ['email-code'], email: TO, locale: 'ar' }));
    await browser.get();
    await host.stop();
    const code = smtp.codeFor(TO);
    const [mail] = smtp.mails;
    expect(mail?.html).toBe(`<b style="color:#7a0019">Ada&#x27;s &lt;Shop&gt;|&lt;P&amp;Q&gt;|${code}</b>`);
    expect(mail?.text).toBe(`Ada's <Shop>|<P&Q>|${code}|ar rtl`);
  });

  it.each([
    ['email-code.html.hbs', '{{cod}}', 'line 1: the page does not have the variable cod'],
    ['email-code.text.hbs', 'x\n{{warnings}}', 'line 2: the page does not have the variable warnings'],
    ['email-code.html.hbs', '{{#if code}}', 'has mails/email-code.html.hbs, which does not compile'],
    ['email-code.text.hbs', '{{shout code}}', 'has mails/email-code.text.hbs, which uses the unknown helper shout'],
  ])('fail startup if %s is %j', async (name, source, problem) => {
    write(name, source);
    await expect(loadViews(directory)).rejects.toMatchObject({ problems: [expect.stringContaining(problem)] });
  });
});

describe('a mail to an unusual address', () => {
  it.each([
    ['taro..yamada@docomo.ne.jp', '"taro..yamada"@docomo.ne.jp', '<"taro..yamada"@docomo.ne.jp>'],
    ['taro.@ezweb.ne.jp', '"taro."@ezweb.ne.jp', '<"taro."@ezweb.ne.jp>'],
    ['ada@bücher.de', 'ada@bücher.de', 'ada@xn--bcher-kva.de'],
    ['用户@例え.jp', '用户@例え.jp', '用户@例え.jp'],
  ])('has %s in the envelope as %s, and in the header as %s', async (email, recipient, header) => {
    const smtp = await SmtpServer.start();
    await testerOf({ smtpUrl: smtp.smtpUrl(), from: 'login@example.com' }, { claims: { email } }).view();
    await smtp.stop();
    expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([[recipient]]);
    expect(smtp.mails[0]?.source).toMatch(new RegExp(`^To: ${header.replaceAll('.', '\\.')}\r$`, 'm'));
  });

  it('fails if a server without SMTPUTF8 rejects letters of other scripts', async () => {
    const smtp = await SmtpServer.start({ hideSMTPUTF8: true });
    const tester = testerOf(
      { smtpUrl: smtp.smtpUrl(), from: 'login@example.com' },
      { claims: { email: '用户@例え.jp' } },
    );
    expect((await tester.view()).model).toMatchObject({ address: null });
    await smtp.stop();
    expect(tester.logged).toEqual(['a mail with a code could not be sent: EENVELOPE 553']);
  });
});

describe('a mail server', () => {
  let folder: string;
  const fileOf = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'email-code-'));
    fileOf('ca.pem', Certificate.ofTests().certificate);
    fileOf('password', `${LOGIN.password}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const attempt = async (
    setup: SmtpSetup,
    optionsOf: (server: SmtpServer) => Partial<EmailCodeOptions>,
  ): Promise<{ mails: number; users: readonly string[]; logged: readonly unknown[] }> => {
    const smtp = await SmtpServer.start(setup);
    const options = { smtpUrl: smtp.smtpUrl(), from: 'login@example.com', ...optionsOf(smtp) };
    const tester = testerOf(options);
    await tester.view();
    await smtp.stop();
    return { mails: smtp.mails.length, users: smtp.users, logged: tester.logged };
  };
  const failed = (code: string): object => ({
    mails: 0,
    logged: [expect.stringMatching(new RegExp(`^a mail with a code could not be sent: ${code}`))],
  });
  const caFile = (): string => join(folder, 'ca.pem');

  it.each(['starttls', 'smtps'] as const)(
    'is trusted with its certificate, and receives the password, over %s',
    async (tls) => {
      const result = await attempt({ tls, login: LOGIN }, (smtp) => ({
        smtpUrl: smtp.smtpUrl(LOGIN.user),
        smtpPasswordFile: join(folder, 'password'),
        caFile: caFile(),
      }));
      expect(result).toEqual({ mails: 1, users: [LOGIN.user], logged: [] });
    },
  );

  it.each(['starttls', 'smtps'] as const)('is not trusted without its certificate, over %s', async (tls) => {
    const other = fileOf('other.pem', Certificate.make().certificate);
    expect(await attempt({ tls }, () => ({ caFile: other }))).toMatchObject(failed('E(SOCKET|TLS)'));
  });

  it('receives nothing without STARTTLS, except on localhost', async () => {
    expect(await attempt({}, ({ port }) => ({ smtpUrl: `smtp://[::ffff:127.0.0.1]:${port}` }))).toMatchObject(
      failed('ETLS'),
    );
  });

  it('that rejects the password is logged only by its error codes', async () => {
    const result = await attempt({ tls: 'smtps', login: LOGIN }, (smtp) => ({
      smtpUrl: smtp.smtpUrl(LOGIN.user),
      smtpPassword: 'wrong-password',
      caFile: caFile(),
    }));
    expect(result).toMatchObject(failed('EAUTH 535$'));
  });

  it('receives a password that was replaced while the service runs', async () => {
    const smtp = await SmtpServer.start({ login: LOGIN, tls: 'smtps' });
    const smtpPasswordFile = fileOf('rotated', 'old');
    const options = {
      smtpUrl: smtp.smtpUrl(LOGIN.user),
      from: 'login@example.com',
      caFile: caFile(),
      smtpPasswordFile,
    };
    const tester = testerOf(options);
    await tester.view();
    fileOf('rotated', LOGIN.password);
    await tester.view();
    await smtp.stop();
    expect(smtp.mails).toHaveLength(1);
  });

  it('is used again after a restart on the same port', async () => {
    const smtp = await SmtpServer.start();
    const { port } = smtp;
    const tester = testerOf({ smtpUrl: smtp.smtpUrl(), from: 'login@example.com' });
    await smtp.stop();
    expect((await tester.view()).model).toMatchObject({ address: null });
    expect(tester.logged).toEqual(['a mail with a code could not be sent: ESOCKET']);
    const back = await SmtpServer.start({ port });
    expect((await tester.view()).model).toMatchObject({ address: 'u•••@example.org', trouble: null });
    await back.stop();
    expect(back.mails).toHaveLength(1);
  });

  it('receives at most ten attempts in a login', async () => {
    const smtp = await SmtpServer.start();
    smtp.behaviour = 'refuses';
    const tester = testerOf({ smtpUrl: smtp.smtpUrl(), from: 'login@example.com' });
    for (let view = 1; view <= 12; view += 1) await tester.view();
    await smtp.stop();
    expect(smtp.connections).toBe(10);
  });
});

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthRedirectOptionsError } from '../../src/auth-redirect/errors.js';
import { codeOf, isSameCode } from '../../src/codes/code.js';
import { EmailCodeStep, type EmailCodeOptions } from '../../src/steps/email-code/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { Certificate } from '../harness/smtp-server.js';

jest.mock('nodemailer', () => {
  throw new Error('loaded before the first mail');
});

const GOOD = { smtpUrl: 'smtps://smtp.example.com', from: 'login@example.com' };

const problemsWith = (options: object): readonly string[] => {
  try {
    void new EmailCodeStep(new FrozenClock(0), options as EmailCodeOptions);
    return [];
  } catch (error) {
    if (error instanceof AuthRedirectOptionsError) return error.problems;
    throw error;
  }
};

describe('the options of the email code', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'email-code-options-'));
    writeFileSync(join(folder, 'empty'), '\n');
    writeFileSync(join(folder, 'password'), 'hidden-password\n');
    writeFileSync(join(folder, 'ca.pem'), Certificate.ofTests().certificate);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    {},
    { smtpUrl: 'smtp://localhost:1025' },
    { smtpUrl: 'smtps://u%40example.com@smtp.example.com:465/', smtpPassword: 'hidden-password' },
    { from: 'Example <login@example.com>', product: 'Example', sendTimeout: 3 },
    { from: '"Example, Inc." <login@example.com>', product: { en: 'Example', de: 'Beispiel' } },
    { smtpPassword: undefined, product: undefined },
  ])('accept %j', (options) => {
    expect(problemsWith({ ...GOOD, ...options })).toEqual([]);
  });

  it('accept files', () => {
    const smtpUrl = 'smtp://user@[2001:db8::1]:587';
    const [smtpPasswordFile, caFile] = [join(folder, 'password'), join(folder, 'ca.pem')];
    expect(problemsWith({ ...GOOD, smtpUrl, smtpPasswordFile, caFile })).toEqual([]);
  });

  const URL_RULE = 'smtpUrl is not a URL like smtps://user@smtp.example.com:465 or smtp://user@smtp.example.com:587';
  const FROM_RULE = 'from is not a sender like login@example.com or Example <login@example.com>';
  const TIMEOUT_RULE = 'sendTimeout is not a whole number of seconds from 1 to 10';
  const NO_PASSWORD = 'smtpPassword or smtpPasswordFile is missing: smtpUrl names a user';
  const NO_USER = 'smtpPassword is set, but smtpUrl names no user';
  it.each([
    [
      { smtpUrl: undefined },
      'smtpUrl is missing: the mail server, like smtps://user@smtp.example.com:465 or smtp://user@smtp.example.com:587',
    ],
    [{ smtpUrl: 'smtp.example.com' }, URL_RULE],
    [{ smtpUrl: 'https://smtp.example.com' }, URL_RULE],
    [{ smtpUrl: 'smtps://' }, URL_RULE],
    [{ smtpUrl: 'smtps://smtp.example.com:0' }, URL_RULE],
    [{ smtpUrl: 'smtps://a%0d%0ab@smtp.example.com', smtpPassword: 'x' }, URL_RULE],
    [{ smtpUrl: 'smtps://%zz@smtp.example.com', smtpPassword: 'x' }, URL_RULE],
    [{ smtpUrl: 'smtps://smtp.example.com/?tls=no' }, 'smtpUrl has a path, a query or a fragment: remove it'],
    [
      { smtpUrl: 'smtps://u:hidden-password@smtp.example.com' },
      'smtpUrl contains a password: set smtpPasswordFile or smtpPassword instead',
    ],
    [{ smtpUrl: 'smtps://user@smtp.example.com' }, NO_PASSWORD],
    [{ smtpPassword: 'hidden-password' }, NO_USER],
    [{ smtpUrl: 'smtps://user@smtp.example.com', smtpPassword: '' }, 'smtpPassword is empty'],
    [
      { smtpUrl: 'smtps://user@smtp.example.com', smtpPassword: "'hidden-password'" },
      'smtpPassword is in quotes, which would be part of it: remove them',
    ],
    [
      { smtpPasswordFile: '/nowhere', smtpPassword: 'hidden-password' },
      'smtpPassword and smtpPasswordFile are both set: remove one',
    ],
    [{ caFile: '/nowhere' }, 'caFile names a file that does not exist (ENOENT)'],
    [{ caFile: 1 }, 'caFile is not a text (quote it)'],
    [{ caFile: '' }, 'caFile is not the path of a file'],
    [{ caFile: __filename }, 'caFile names a file whose content is not a certificate in PEM'],
    [{ from: undefined }, FROM_RULE],
    [{ from: 'Example' }, FROM_RULE],
    [{ from: 'a@example.com, b@example.com' }, FROM_RULE],
    [{ from: 'A <a@example.com>, B <b@example.com>' }, FROM_RULE],
    [{ from: 'A\r\nBcc: c@example.com <a@example.com>' }, FROM_RULE],
    [{ product: '' }, 'product is not one line of text'],
    [{ product: { en: 'a\nb' } }, 'product en is not one line of text'],
    [{ sendTimeout: 0 }, TIMEOUT_RULE],
    [{ sendTimeout: 11 }, TIMEOUT_RULE],
    [{ sendTimeout: '5' }, TIMEOUT_RULE],
    [{ smtpUri: 'smtps://u:hidden-password@smtp.example.com' }, 'smtpUri is not a known option: did you mean smtpUrl?'],
  ])('reject %j', (options, problem) => {
    const problems = problemsWith({ ...GOOD, ...options });
    expect(problems).toContain(`email-code.${problem}`);
    expect(problems.join('\n')).not.toContain('hidden-password');
  });

  it('reject a file with a password in quotes', () => {
    writeFileSync(join(folder, 'quoted'), '"hidden-password"\n');
    const options = { smtpUrl: 'smtps://user@smtp.example.com', smtpPasswordFile: join(folder, 'quoted') };
    expect(problemsWith({ ...GOOD, ...options })).toEqual([
      'email-code.smtpPasswordFile names a file whose content is in quotes, which would be part of it: remove them',
    ]);
  });

  it('reject an empty file', () => {
    const options = { smtpUrl: 'smtps://user@smtp.example.com', smtpPasswordFile: join(folder, 'empty') };
    expect(problemsWith({ ...GOOD, ...options })).toEqual([
      'email-code.smtpPasswordFile names a file whose content is empty',
    ]);
  });
});

describe('a derived code', () => {
  const secretOf = (login: number) => (name: string) => createHash('sha256').update(`${login} ${name}`).digest();

  it('has the same probability as any other', () => {
    const codes = Array.from({ length: 20_000 }, (_each, login) => codeOf({ secret: secretOf(login) }, '1'));
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(new Set(codes).size).toBeGreaterThan(19_500);
    for (let place = 0; place < 6; place += 1) {
      const counts = Array.from({ length: 10 }, () => 0);
      for (const code of codes) counts[Number(code[place])] = (counts[Number(code[place])] ?? 0) + 1;
      const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
      expect(chiSquare).toBeLessThan(27.88); // p = 0.001 with 9 degrees of freedom; the input does not change
    }
  });

  it('comes from the first unbiased number', () => {
    const numbers = (...given: number[]): Uint8Array => {
      const bytes = Buffer.alloc(32, 0xff);
      for (const [index, number] of given.entries()) bytes.writeUInt32BE(number, index * 4);
      return bytes;
    };
    expect(codeOf({ secret: () => numbers(7_000_042) }, '1')).toBe('000042');
    expect(codeOf({ secret: () => numbers(4_293_999_999) }, '1')).toBe('999999');
    expect(codeOf({ secret: () => numbers(4_294_000_000, 5) }, '1')).toBe('000005');
    expect(codeOf({ secret: (name) => (name === 'code-3-2' ? numbers(123_456) : numbers()) }, '3')).toBe('123456');
  });

  it('matches only as a whole', () => {
    expect(isSameCode('123456', '123456')).toBe(true);
    for (const other of ['023456', '123450', '12345', '1234567', '']) expect(isSameCode(other, '123456')).toBe(false);
  });
});

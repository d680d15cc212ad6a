import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthRedirectModule } from '../../src/auth-redirect/auth-redirect.module.js';
import { validatedOptions, type AuthRedirectOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { HostApplication } from '../harness/application.js';
import { thrownBy } from '../harness/continue-tokens.js';
import { ISSUER, jws, SECRET, STATE, tokenWith } from '../harness/tokens.js';

const SOUND = { issuer: ISSUER, secret: SECRET };

function problemsWith(options: Record<string, unknown>): readonly string[] {
  const error = thrownBy(() => validatedOptions({ ...SOUND, ...options }));
  expect(error).toMatchObject({ name: 'AuthRedirectOptionsError', code: 'options_invalid' });
  const { problems, message } = error as { problems: readonly string[]; message: string };
  expect(message).toBe(problems.join('\n'));
  return problems;
}

describe('the options', () => {
  it.each<Partial<AuthRedirectOptions>>([
    {},
    { issuer: 'login.example.com' },
    { issuer: 'https://example.eu.auth0.com/' },
    { issuer: 'https://example.eu.auth0.com' },
    { issuer: 'localhost' },
    { issuer: 'localhost:9500' },
    { issuer: 'tenant.localhost:9500' },
    { issuer: 'http://tenant.localhost:9500/' },
    { secret: '0123456789abcdef0123456789abcdef' },
    { secret: '12345678901234567890123456789012' },
    ...['a"b', "a'b", 'a"', 'a“b”'].map((part) => ({ secret: `${part}${SECRET}` })),
    { audience: 'it"s"' },
    { secret: 'é'.repeat(8) + 'äöüßñçøå' },
    { secret: `abcdefgh${'x'.repeat(4088)}` },
    { previousSecret: 'aB3$'.repeat(4) + 'xyz-0987654321-qwe' },
    { continueUrl: 'https://login.example.com/continue' },
    { continueUrl: 'http://localhost:9500/continue' },
    { continueUrl: 'http://a.b.localhost/continue' },
    { continueTokenLifetime: 60 },
    { continueTokenLifetime: 3600 },
    { audience: 'us' },
    { signInUrl: 'https://app.example.com/login?from=auth#top' },
  ])('may be %j', (options) => {
    expect(validatedOptions({ ...SOUND, ...options })).toMatchObject({ ...SOUND, ...options });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ issuer: undefined }, 'issuer is missing'],
    [{ issuer: '' }, 'issuer is missing'],
    ...[
      'not a host',
      'host',
      'example..com',
      'example.com:99999',
      'https:example.com',
      'https:\\\\example.com',
      'https://example.com/?',
      'https://example.com/#',
      '-a.example.com',
      'a_b.example.com',
      'ftp://example.com/',
      'http://example.com/',
      'https://user@example.com/',
      'https://example.com/?a=1',
      'https://example.com/#a',
      'example.com/',
      'https://',
      'https://exa mple.com/',
    ].map((issuer): [Record<string, unknown>, string] => [
      { issuer },
      'issuer is neither a host (example.eu.auth0.com) nor an https URL',
    ]),
    [{ secret: undefined }, 'secret is missing'],
    [{ secret: '' }, 'secret is missing'],
    [{ secret: 42 }, 'secret is not a text (quote it)'],
    [{ secret: 'pQ3vN8xZr5tY1wK6mB9cL2fH7jD4gS0' }, 'secret has 31 bytes, HS256 needs 32 or more'],
    [{ secret: `abcdefgh${'x'.repeat(4089)}` }, 'secret has over 4096 characters'],
    [{ secret: `${SECRET}\n` }, 'secret has white space around it'],
    [{ secret: ` ${SECRET}` }, 'secret has white space around it'],
    ...['""', "''", '``', '“”', '‘’', '„“', '””'].flatMap(([open, close]): [Record<string, unknown>, string][] => [
      [{ secret: `${open}${SECRET}${close}` }, 'secret is in quotes'],
      [{ previousSecret: `${open}${SECRET}${close}` }, 'previousSecret is in quotes'],
      [{ audience: `${open}us${close}` }, 'audience is in quotes'],
    ]),
    ...['"', "'", '`', '“', '”', '‘', '’', '„'].flatMap((quote): [Record<string, unknown>, string][] => [
      [{ secret: quote + SECRET }, 'secret has a quote at one end'],
      [{ previousSecret: SECRET + quote }, 'previousSecret has a quote at one end'],
    ]),
    [{ audience: ' us' }, 'audience has white space around it'],
    [{ audience: 7 }, 'audience is not a text (quote it)'],
    ...[
      'RANDOM-256-BITS-SECRET-RANDOM-256-BITS-SECRET',
      'changeme-changeme-changeme-changeme',
      'please-CHANGE-ME-please-0123456789',
      'your-256-bit-secret-0123456789-abc',
      'a placeholder for 32 random bytes!',
    ].map((secret): [Record<string, unknown>, string] => [{ secret }, 'secret is a placeholder']),
    [{ secret: `${SECRET}\n${SECRET}` }, 'secret contains line breaks or control characters'],
    [{ secret: 'a'.repeat(64) }, 'secret repeats a few characters'],
    [{ secret: 'abcdefg'.repeat(8) }, 'secret repeats a few characters'],
    [{ previousSecret: 'short' }, 'previousSecret has 5 bytes'],
    ...[
      'http://example.com/continue',
      'example.com/continue',
      '/continue',
      'javascript:alert(1)',
      'https://u:p@example.com/',
      'http://localhost.example.com/continue',
      'http://notlocalhost/continue',
      'http://127.0.0.1/continue',
    ].map((continueUrl): [Record<string, unknown>, string] => [{ continueUrl }, 'continueUrl is not an https URL']),
    [{ continueUrl: 42 }, 'continueUrl is not a text (quote it)'],
    [{ continueUrl: 'https://example.com/continue?a=b' }, 'continueUrl has a query or fragment'],
    [{ continueUrl: 'https://example.com/continue?' }, 'continueUrl has a query or fragment'],
    [{ continueUrl: 'https://example.com/continue#' }, 'continueUrl has a query or fragment'],
    [{ continueUrl: 'https:example.com/continue' }, 'continueUrl is not an https URL'],
    [{ continueUrl: 'https:\\\\example.com\\continue' }, 'continueUrl is not an https URL'],
    [{ continueUrl: 'https://example.com/\u0001' }, 'continueUrl is not an https URL'],
    [{ continueUrl: 'https://example.com/continue#a' }, 'continueUrl has a query or fragment'],
    ...[59, 3601, 90.5, '900', Number.NaN].map((continueTokenLifetime): [Record<string, unknown>, string] => [
      { continueTokenLifetime },
      'continueTokenLifetime is not a whole number of seconds from 60 to 3600',
    ]),
    [{ audience: '' }, 'audience is empty'],
    [{ signInUrl: 'javascript:alert(1)' }, 'signInUrl is not an https URL'],
  ])('may not be %j', (options, problem) => {
    const problems = problemsWith(options);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, problem.length)).toBe(problem);
    expect(problems[0]).not.toContain('\n');
    const telling = Object.values(options).filter((value) => typeof value === 'string' && value.length > 12);
    expect(telling.filter((value) => problems[0]?.includes(String(value)))).toEqual([]);
  });

  it('are refused with every problem at once', () => {
    expect(problemsWith({ issuer: '', secret: 'x', continueUrl: 'x', signInUrl: 'x' })).toHaveLength(4);
  });

  it('fail startup of the host', async () => {
    const options = { ...SOUND, secret: 'changeme' };
    const starting = Test.createTestingModule({ imports: [AuthRedirectModule.forRoot(options)] }).compile();
    await expect(starting).rejects.toMatchObject({
      code: 'options_invalid',
      problems: [expect.stringMatching(/^secret has 8 bytes/)],
    });
  });

  it('fail startup if the result of useFactory has members of forRootAsync', async () => {
    const useFactory = (): typeof SOUND => ({ ...SOUND, steps: [], replayStore: {} }) as typeof SOUND;
    const starting = Test.createTestingModule({ imports: [AuthRedirectModule.forRootAsync({ useFactory })] }).compile();
    await expect(starting).rejects.toMatchObject({
      code: 'options_invalid',
      problems: ['steps', 'replayStore'].map(
        (name) => `${name} belongs next to useFactory, useClass or useExisting, not in its result`,
      ),
    });
  });

  const unset: object = { path: undefined, steps: undefined, replayStore: undefined, decorators: undefined };
  it.each([
    ['forRoot', () => AuthRedirectModule.forRoot({ ...SOUND, ...unset })],
    ['forRootAsync', () => AuthRedirectModule.forRootAsync({ useFactory: () => SOUND, ...unset })],
  ])('have the defaults for undefined members of %s', async (_method, imported) => {
    const module = await Test.createTestingModule({ imports: [imported()] }).compile();
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
    expect((await fetch(`http://127.0.0.1:${port}/redirect`)).status).toBe(400);
    await app.close();
  });

  it('name the path, which replaces the default one', async () => {
    const module = await Test.createTestingModule({
      imports: [AuthRedirectModule.forRoot({ ...SOUND, path: 'auth/step' })],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
    const statusOf = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await statusOf('/auth/step')).toBe(400);
    expect(await statusOf('/redirect')).toBe(404);
    await app.close();
  });

  it('without hooks log the code that a limit replaces', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const refusalLimiter = { useFactory: () => ({ tooMany: () => 30 }) };
    const host = await HostApplication.start('express', {}, 'none', [], [], { refusalLimiter });
    expect((await host.redirect('a.b.c', STATE)).status).toBe(429);
    await host.stop();
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^refused: too_many_requests, .* tenant none, originally token_encoding$/)],
    ]);
    warn.mockRestore();
  });

  it('without hooks leave one line for each refusal with Nest’s logger', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const host = await HostApplication.start('express', {}, 'none');
    await host.redirect('a.b.c', STATE);
    await host.redirect(tokenWith({ iss: `https://${ISSUER}/` }), STATE);
    await host.redirect(jws(), STATE);
    await host.stop();
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^refused: token_encoding, reference \w{5}-\w{5}, status 401, tenant none$/)],
      [
        expect.stringContaining(
          `, tenant none, {"unverifiedIssuer":"https://${ISSUER}/","configuredIssuers":["${ISSUER}"],"hint":"differs from ${ISSUER} only by scheme, slash or case"}`,
        ),
      ],
    ]);
    warn.mockRestore();
  });
});

import { readFileSync } from 'node:fs';
import { TermsStep, TERMS_OPTIONS } from '../../src/steps/terms/index.js';
import { ADAPTERS, HostApplication, type Reply } from '../harness/application.js';
import { continueFormOf } from '../harness/page.js';
import { StepBrowser } from '../harness/step-browser.js';
import { ISSUER, jws, sessionClaims, tokenWith, tokenWithHeader } from '../harness/tokens.js';

const TERMS = { provide: TERMS_OPTIONS, useValue: { title: 'Terms', version: '1' } };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const FORM = 'application/x-www-form-urlencoded';
const TOKEN = tokenWith({ steps: [] });

/** Percent-encodes characters that `encodeURIComponent` does not encode. */
const encoded = (text: string, characters: RegExp, form: (hex: string) => string): string =>
  text.replace(characters, (character) => `%${form(character.charCodeAt(0).toString(16))}`);
const lower = (hex: string): string => hex.toLowerCase();
const upper = (hex: string): string => hex.toUpperCase();

/** Sends requests and returns their outcomes. */
class Login {
  constructor(readonly host: HostApplication) {}

  async query(query: string, headers: Record<string, string> = {}): Promise<Reply> {
    this.host.refused.length = 0;
    return this.host.request(`/redirect?${query}`, { headers });
  }

  /** Returns the state that the continue page posts, or the code of the refusal. */
  async state(query: string): Promise<string | undefined> {
    const reply = await this.query(query);
    return reply.status === 200 ? continueFormOf(reply.body).state : this.host.refused[0]?.code;
  }

  async language(claims: Record<string, unknown>, query = '', headers: Record<string, string> = {}): Promise<unknown> {
    const reply = await this.query(`state=s&session_token=${tokenWith({ steps: [], ...claims })}${query}`, headers);
    return /<html lang="([^"]+)"/.exec(reply.body)?.[1];
  }

  async token(compact: string): Promise<string | undefined> {
    return this.state(`state=ok&session_token=${compact}`);
  }

  /** Returns the code of a refused form, or the status of an accepted form. */
  async form(headers: Record<string, string>): Promise<unknown> {
    this.host.refused.length = 0;
    const browser = new StepBrowser(this.host);
    await browser.arrive(tokenWith({ steps: ['terms'] }));
    const { status } = await browser.post({ accepted: 'yes' }, browser.location, headers);
    return this.host.refused[0]?.code ?? status;
  }

  /** Returns the report of a refused request. */
  async report(headers: Record<string, string>): Promise<Record<string, unknown>> {
    await this.query('', headers);
    return { ...this.host.refused[0] };
  }
}

type Row = [
  where: string,
  spelling: string,
  result: string,
  observe: (login: Login) => Promise<unknown>,
  expected: unknown,
];

/** The table of docs/reference/input-formats.md, each row with its check. */
const ROWS: readonly Row[] = [
  [
    '`session_token`, `state`',
    'percent-encoding in lower or upper case, even if unnecessary: `%2e`, `%2D`, `%7e`',
    'accepted',
    async (login) =>
      Promise.all(
        [lower, upper].map(async (form) => {
          const token = encoded(TOKEN, /[._-]/g, form);
          return login.state(
            `state=${encoded('a~b.é', /[~.]/g, form).replace('é', form('%c3%a9'))}&session_token=${token}`,
          );
        }),
      ),
    ['a~b.é', 'a~b.é'],
  ],
  [
    'names of parameters',
    'percent-encoded: `session%5ftoken`',
    'accepted',
    async (login) => login.state(`%73tate=s&session%5ftoken=${TOKEN}`),
    's',
  ],
  [
    'names of parameters',
    'another letter case: `State`',
    'refused: `parameter_missing`',
    async (login) => login.state(`State=s&session_token=${TOKEN}`),
    'parameter_missing',
  ],
  [
    '`state`',
    '`+` or `%20`',
    'accepted as a space, and sent back as `%20`',
    async (login) => {
      const replies = await Promise.all(
        ['a+b', 'a%20b'].map(async (state) => login.query(`state=${state}&session_token=${TOKEN}`)),
      );
      return replies.map(({ body }) => continueFormOf(body)).map(({ state, action }) => [state, action]);
    },
    Array.from({ length: 2 }, () => ['a b', `https://${ISSUER}/continue?state=a%20b`]),
  ],
  [
    '`state`',
    '`%2b` or `%2B`',
    'accepted as a plus',
    async (login) => login.state(`state=a%2bb%2B&session_token=${TOKEN}`),
    'a+b+',
  ],
  [
    '`session_token`',
    '`+` or `%20` in it or around it',
    'refused: `token_encoding`',
    async (login) =>
      Promise.all([`${TOKEN}+`, `%20${TOKEN}`, TOKEN.replace('.', '.+')].map(async (token) => login.token(token))),
    Array.from({ length: 3 }, () => 'token_encoding'),
  ],
  [
    '`session_token`',
    'percent-encoded twice: `%252e`',
    'refused: `token_not_compact`',
    async (login) => login.token(TOKEN.replaceAll('.', '%252e')),
    'token_not_compact',
  ],
  [
    '`typ` of the token',
    'any letter case: `jwt`',
    'accepted',
    async (login) => login.token(jws(sessionClaims({ steps: [] }), { alg: 'HS256', typ: 'jwt' })),
    'ok',
  ],
  [
    '`alg` of the token',
    'another letter case: `hs256`',
    'refused: `algorithm_not_allowed`',
    async (login) => login.token(tokenWithHeader({ alg: 'hs256' })),
    'algorithm_not_allowed',
  ],
  [
    '`iss` of the token',
    'another letter case, scheme or slash than configured',
    'refused: `issuer_unknown`, with a hint in the log',
    async (login) => {
      const codes: unknown[] = [];
      for (const iss of [ISSUER.toUpperCase(), `https://${ISSUER}`, `${ISSUER}/`])
        codes.push(await login.token(tokenWith({ iss })), login.host.refused[0]?.hint);
      return codes;
    },
    Array.from({ length: 3 }, () => ['issuer_unknown', `differs from ${ISSUER} only by scheme, slash or case`]).flat(),
  ],
  [
    '`locale`, `ui_locales`: claims and query',
    '`de_AT`, `DE-at`, `de_AT.UTF-8`',
    'accepted as `de-AT`',
    async (login) =>
      Promise.all(
        ['de_AT', 'DE-at', 'de_AT.UTF-8'].flatMap((tag) => [
          login.language({ locale: tag }),
          login.language({ ui_locales: [tag] }),
          login.language({}, `&ui_locales=${tag}`),
        ]),
      ),
    Array.from({ length: 9 }, () => 'de'),
  ],
  [
    '`ui_locales`: claim and query',
    'several, separated by spaces, `+` or `%20`',
    'accepted: the first available language applies',
    async (login) =>
      Promise.all([
        login.language({ ui_locales: 'xx  de_AT fr' }),
        login.language({}, '&ui_locales=xx+de_AT+fr'),
        login.language({}, '&ui_locales=xx%20de_AT%20fr'),
      ]),
    ['de', 'de', 'de'],
  ],
  [
    '`ui_locales`: claim and query',
    'several, separated by commas: `de,fr`',
    'ignored; `Accept-Language` decides',
    async (login) => login.language({ ui_locales: 'de,fr' }, '&ui_locales=de,fr', { 'accept-language': 'ja' }),
    'ja',
  ],
  [
    '`Accept-Language`',
    '`de_AT`, `DE-at`, white space around commas and semicolons',
    'accepted as `de-AT`',
    async (login) =>
      Promise.all(
        ['de_AT', 'DE-at', ' xx , de_AT ; q=0.5 '].map(async (tag) =>
          login.language({}, '', { 'accept-language': tag }),
        ),
      ),
    ['de', 'de', 'de'],
  ],
  [
    '`Accept`',
    'any letter case, white space',
    'accepted',
    async (login) => (await login.query('', { accept: ' Application/JSON ; q=1 ' })).headers['content-type'],
    'application/problem+json',
  ],
  [
    '`Content-Type` of a form',
    'any letter case, white space, a charset',
    'accepted',
    async (login) => login.form({ 'content-type': ` ${FORM.toUpperCase()} ; Charset=UTF-8 ` }),
    200,
  ],
  [
    '`Content-Type` of a form',
    'two values in one header',
    'refused: `form_not_valid`; Fastify itself answers 415',
    async (login) =>
      ['form_not_valid', 415].includes((await login.form({ 'content-type': `${FORM}, ${FORM}` })) as never),
    true,
  ],
  [
    '`Sec-Fetch-Site`',
    'white space around it',
    'accepted',
    async (login) => login.form({ 'sec-fetch-site': ' same-origin ' }),
    200,
  ],
  [
    '`Sec-Fetch-Site`',
    'another letter case, which no browser sends',
    'refused: `cross_site_request`',
    async (login) => login.form({ 'sec-fetch-site': 'Same-Origin' }),
    'cross_site_request',
  ],
  [
    '`X-Request-Id`',
    'white space around it; any letter case',
    'accepted, with unchanged letter case',
    async (login) => (await login.report({ 'x-request-id': '  Request-ID-1 ' })).reference,
    'Request-ID-1',
  ],
  [
    '`X-Request-Id`',
    'white space in it',
    'ignored; the service generates an id',
    async (login) => (await login.report({ 'x-request-id': 'Request ID 1' })).reference,
    expect.stringMatching(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/),
  ],
  [
    '`traceparent`',
    'white space around it',
    'accepted',
    async (login) => (await login.report({ traceparent: ` 00-${TRACE}-${SPAN}-01 ` })).traceId,
    TRACE,
  ],
  [
    '`traceparent`',
    'upper case, which W3C Trace Context forbids',
    'ignored',
    async (login) => (await login.report({ traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-01` })).traceId,
    undefined,
  ],
  [
    'names of headers',
    'any letter case',
    'accepted',
    async (login) => login.language({}, '', { 'ACCEPT-language': 'de' }),
    'de',
  ],
];

describe.each(ADAPTERS)('an odd spelling on %s', (adapter) => {
  let login: Login;
  beforeAll(async () => {
    const options = { referenceOf: ({ headers }: { headers: Record<string, unknown> }) => headers['x-request-id'] };
    login = new Login(await HostApplication.start(adapter, options as never, 'recorded', [TermsStep], [TERMS]));
  });
  afterAll(async () => login.host.stop());

  it.each(ROWS)('%s, %s: %s', async (_where, _spelling, _result, observe, expected) => {
    expect(await observe(login)).toEqual(expected);
  });
});

it('docs/reference/input-formats.md has these spellings, and no other', () => {
  const section =
    readFileSync('docs/reference/input-formats.md', 'utf8')
      .split('\n## ')
      .find((part) => part.startsWith('Spellings')) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  const tested = ROWS.map(([where, spelling, result]) => `| ${where} | ${spelling} | ${result} |`);
  expect(rows.filter((row) => !row.startsWith('| `X-Forwarded-For`'))).toEqual(tested);
});

import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemRandomness } from '../../src/auth-redirect/randomness.js';
import { handOff, type StepResult } from '../../src/auth-redirect/steps/step.js';
import { ExternalStep, type ExternalOptions } from '../../src/steps/external/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { StepTester } from '../../src/testing/step-tester.js';
import { jws, NOW, type Members } from '../harness/tokens.js';
import { NOT_VALID, resultClaims, VENDOR_AUDIENCE, VENDOR_ISSUER, VENDOR_SECRET, wordsOf } from '../harness/vendor.js';

const BASE = {
  vendor: 'Identity Inc.',
  url: 'https://vendor.example/check',
  issuer: VENDOR_ISSUER,
  audience: VENDOR_AUDIENCE,
  claims: ['document'],
};
const HS256 = { ...BASE, algorithm: 'HS256', secret: VENDOR_SECRET };
const JWKS = { ...BASE, algorithm: 'RS256', jwksUrl: 'https://vendor.example/keys' };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const pemOf = ({ publicKey }: typeof rsa): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const derOf = ({ publicKey }: typeof rsa): string =>
  publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const privatePemOf = ({ privateKey }: typeof rsa): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const clock = new FrozenClock(NOW * 1000);
const stepWith = (options: object): ExternalStep =>
  new ExternalStep(clock, new SystemRandomness(), options as ExternalOptions);
function problemsWith(options: object): readonly string[] {
  try {
    stepWith(options);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'external-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
const fileWith = (content: string): string => {
  const path = join(directory, `file-${Math.random()}`);
  writeFileSync(path, content);
  return path;
};

describe('the options of the external step', () => {
  it.each<[string, object]>([
    ['a secret', HS256],
    ['published keys', JWKS],
    ['published keys on this machine', { ...JWKS, jwksUrl: 'http://vendor.localhost:4010/keys' }],
    ['a key in PEM', { ...BASE, algorithm: 'RS256', publicKey: pemOf(rsa) }],
    ['a key in PEM, of ES256', { ...BASE, algorithm: 'ES256', publicKey: pemOf(ec) }],
    [
      'a JWK as text',
      { ...BASE, algorithm: 'ES256', publicKey: JSON.stringify(ec.publicKey.export({ format: 'jwk' })) },
    ],
    ['a JWK', { ...BASE, algorithm: 'RS256', publicKey: rsa.publicKey.export({ format: 'jwk' }) }],
    ['null for what is optional', { ...HS256, accepted: null, handleClaim: null, clockTolerance: null, jwksUrl: null }],
    ['other names', { ...HS256, handleParameter: 'state', returnToParameter: 'cb', tokenParameter: 'state' }],
  ])('accept %s', (_name, options) => {
    expect(problemsWith(options)).toEqual([]);
  });

  it('accept files', () => {
    const [secretFile, publicKeyFile] = [fileWith(`${VENDOR_SECRET}\n`), fileWith(pemOf(ec))];
    expect(problemsWith({ ...BASE, algorithm: 'HS256', secretFile })).toEqual([]);
    expect(problemsWith({ ...BASE, algorithm: 'ES256', publicKeyFile })).toEqual([]);
  });

  const publicKey = pemOf(rsa);
  it.each<[object, ...string[]]>([
    [{ ...HS256, algorithm: 'none' }, 'algorithm is none of HS256, RS256, ES256'],
    [{ ...BASE, algorithm: 'HS256' }, 'secret is missing: HS256 needs secret or secretFile'],
    [{ ...BASE, algorithm: 'RS256' }, 'jwksUrl is missing: RS256 needs jwksUrl, publicKey or publicKeyFile'],
    [{ ...HS256, jwksUrl: JWKS.jwksUrl }, 'jwksUrl does not fit the algorithm: HS256 needs secret or secretFile'],
    [
      { ...JWKS, secret: VENDOR_SECRET },
      'secret does not fit the algorithm: RS256 needs jwksUrl, publicKey or publicKeyFile',
    ],
    [{ ...HS256, secretFile: '/s' }, 'secretFile and secret are both set: remove one'],
    [{ ...JWKS, publicKey }, 'publicKey and jwksUrl are both set: remove one'],
    [{ ...JWKS, jwksUrl: 'http://vendor.example/keys' }, expect.stringMatching(/^jwksUrl is not an https URL/)],
    [{ ...HS256, secret: 'x'.repeat(31) }, 'secret has 31 bytes, HS256 needs 32 or more'],
    [{ ...HS256, secret: 'x'.repeat(40) }, 'secret repeats a few characters: make one with openssl rand -base64 48'],
    [{ ...HS256, secret: 12345678 }, 'secret is not a text (quote it)'],
    [
      { ...HS256, secret: `${VENDOR_SECRET} ` },
      'secret has white space around it, which would be part of it: remove it',
    ],
    [{ ...HS256, secret: `"${VENDOR_SECRET}"` }, 'secret is in quotes, which would be part of it: remove them'],
    [{ ...HS256, issuer: '"a"' }, 'issuer is in quotes, which would be part of it: remove them'],
    [{ ...HS256, audience: "'a'" }, 'audience is in quotes, which would be part of it: remove them'],
    ...[
      pemOf(rsa),
      pemOf(rsa).replaceAll('\n', '\\n'),
      derOf(rsa),
      derOf(ec),
      JSON.stringify(rsa.publicKey.export({ format: 'jwk' })),
    ].map((secret): [object, string] => [
      { ...HS256, secret },
      'secret is a public key, which anyone may know: HS256 needs a secret',
    ]),
    [{ ...BASE, algorithm: 'RS256', publicKey: 'x' }, 'publicKey is not a public key in PEM or JWK'],
    [{ ...BASE, algorithm: 'RS256', publicKey: ['x'] }, 'publicKey is not a public key in PEM or JWK'],
    [
      { ...BASE, algorithm: 'RS256', publicKey: pemOf(ec) },
      'publicKey is not an RSA key of 2048 bits or more, as RS256 needs',
    ],
    [
      { ...BASE, algorithm: 'RS256', publicKey: pemOf(shortRsa) },
      'publicKey is not an RSA key of 2048 bits or more, as RS256 needs',
    ],
    [{ ...BASE, algorithm: 'ES256', publicKey: pemOf(otherEc) }, 'publicKey is not a key on P-256, as ES256 needs'],
    [{ ...BASE, algorithm: 'RS256', publicKey: privatePemOf(rsa) }, 'publicKey is a private key: use the public key'],
    [
      { ...BASE, algorithm: 'RS256', publicKey: rsa.privateKey.export({ format: 'jwk' }) },
      'publicKey is a private key: use the public key',
    ],
    [{ ...BASE, algorithm: 'HS256', secretFile: '/none' }, 'secretFile names a file that does not exist (ENOENT)'],
    [{ ...HS256, vendor: '' }, 'vendor is empty'],
    [{ ...HS256, url: 'http://vendor.example/' }, expect.stringMatching(/^url is not an https URL/)],
    [
      { ...HS256, url: 'https://vendor.example/#a' },
      'url has a fragment: remove it, because parameters are added to the URL',
    ],
    [{ ...HS256, url: 'https://vendor.example/?return_to=x' }, 'url already has the parameter return_to'],
    [{ ...HS256, issuer: '', audience: 7 }, 'issuer is empty', 'audience is not a text (quote it)'],
    [{ ...HS256, claims: [] }, 'claims is not a list of 1 to 20 names of claims'],
    [{ ...HS256, claims: 'document' }, 'claims is a text, not a list of 1 to 20 names of claims'],
    [{ ...HS256, claims: Array.from({ length: 21 }, String) }, 'claims is not a list of 1 to 20 names of claims'],
    [{ ...HS256, claims: ['__proto__'] }, 'claims is not a list of 1 to 20 names of claims'],
    [{ ...HS256, claims: ['a', 'a'] }, 'claims repeats a name'],
    [{ ...HS256, claims: ['verifiedAt'] }, 'claims contains verifiedAt, which the step adds'],
    [{ ...HS256, accepted: 'approved' }, 'accepted is not like { claim: status, values: [approved] }'],
    [{ ...HS256, accepted: { claim: 'a', value: 1 } }, 'accepted contains value: only claim and values are known'],
    [{ ...HS256, accepted: { values: ['a'] } }, 'accepted has no valid claim: name one, like status'],
    [{ ...HS256, accepted: { claim: 'a', values: 'ok' } }, 'accepted has a text in values: use a list like [approved]'],
    [
      { ...HS256, accepted: { claim: 'a', values: [null] } },
      'accepted has invalid values: list 1 to 20 texts, numbers, true or false',
    ],
    [{ ...HS256, handleClaim: 'aud' }, 'handleClaim is aud, which has another meaning'],
    [{ ...HS256, clockTolerance: 31 }, 'clockTolerance is not a whole number of seconds from 0 to 30'],
    [{ ...HS256, clockTolerance: '5' }, 'clockTolerance is not a whole number of seconds from 0 to 30'],
    [
      { ...HS256, handleParameter: 'a b' },
      'handleParameter is not a parameter name: a letter, then letters, digits, _, -, . or ~',
    ],
    [{ ...HS256, handleParameter: 'return_to' }, 'handleParameter is the same as returnToParameter'],
    [{ ...HS256, tokenParameter: 'error' }, 'tokenParameter is the same as errorParameter'],
    [{ ...HS256, tokenParameter: 'login' }, 'tokenParameter is login, which the return address already has'],
    [{ ...HS256, acepted: {} }, 'acepted is not a known option: did you mean accepted?'],
    [
      { ...HS256, Claims: [], constructor: 1 },
      'Claims is not a known option: did you mean claims?',
      expect.stringMatching(/^constructor is not a known option \(known: id, vendor, url, .*errorParameter\)$/),
    ],
  ])('are rejected with one readable line each: %j', (options, ...problems) => {
    expect(problemsWith(options).map((problem) => problem.replace(/^external\./, ''))).toEqual(problems);
    expect(problemsWith(options).join()).not.toContain(VENDOR_SECRET);
  });

  it('are rejected if the content of a file is wrong', () => {
    const secretFile = fileWith(pemOf(rsa));
    expect(problemsWith({ ...BASE, algorithm: 'HS256', secretFile })).toEqual([
      'external.secretFile names a file whose content is a public key, which anyone may know: HS256 needs a secret',
    ]);
  });

  it('are rejected if a file is not a regular file or too large', () => {
    const publicKeyFile = fileWith('x'.repeat(65_537));
    expect(problemsWith({ ...BASE, algorithm: 'HS256', secretFile: directory })).toEqual([
      'external.secretFile names a path that is not a regular file',
    ]);
    expect(problemsWith({ ...BASE, algorithm: 'RS256', publicKeyFile })).toEqual([
      'external.publicKeyFile names a file of over 65536 bytes',
    ]);
  });
});

const ANSWER = { handle: '$.reference', status: '$.status', accepted: ['approved'], declined: ['declined'] };
const BY_API = {
  vendor: 'Identity Inc.',
  start: {
    url: 'https://api.vendor.example/sessions',
    json: { reference: '{handle}', back: '{returnUrl}' },
    address: '$.url',
    session: '$.id',
    hosts: ['verify.vendor.example'],
  },
  result: { url: 'https://api.vendor.example/sessions/{session}', ...ANSWER },
};
const BY_WEBHOOK = {
  vendor: 'Identity Inc.',
  url: 'https://vendor.example/check',
  webhook: { signature: 'persona', secret: 'wbhsec_Zt48sQm1Ya70', ...ANSWER },
};
const withStart = (more: object): object => ({ ...BY_API, start: { ...BY_API.start, ...more } });
const withResult = (more: object): object => ({ ...BY_API, result: { ...BY_API.result, ...more } });
const withWebhook = (more: object): object => ({ ...BY_WEBHOOK, webhook: { ...BY_WEBHOOK.webhook, ...more } });

describe('the options of a result without a token', () => {
  it.each<[string, object]>([
    ['a session and a result of an API', BY_API],
    [
      'a result of an API',
      { ...BY_API, start: null, url: BASE.url, result: { ...BY_API.result, url: 'https://a.example/{handle}' } },
    ],
    ['a webhook', BY_WEBHOOK],
    [
      'a session with a webhook',
      { ...BY_WEBHOOK, url: null, start: { ...BY_API.start, json: null, form: { ref: '{handle}' } } },
    ],
    ['another scheme', withWebhook({ signature: { header: 'X-Signature', encoding: 'base64', prefix: 'v1=' } })],
    ['paths with quotes and indexes', withResult({ claims: { age: "$.a[0]['b-c'].d" } })],
    ['private addresses for the keys', { ...JWKS, http: { allowPrivateAddresses: true } }],
    ['limits of the requests', { ...BY_API, http: { timeout: 10, allowPrivateAddresses: true } }],
    ['attempts, another way and a return by POST', { ...BY_API, attempts: 5, alternative: true, returnMethod: 'POST' }],
    ['a session before a token', { ...HS256, url: null, start: BY_API.start }],
  ])('accept %s', (_name, options) => {
    expect(problemsWith(options)).toEqual([]);
  });

  it.each<[object, ...unknown[]]>([
    [{ ...BY_API, ...BY_WEBHOOK, url: null }, 'webhook and result are both set: keep one of them'],
    [{ ...BY_API, url: BASE.url }, 'start and url are both set: keep one of them'],
    [
      { ...BY_API, issuer: 'x', secret: 'x' },
      'secret is for a token, and result is set: keep one of them',
      'issuer is for a token, and result is set: keep one of them',
    ],
    [{ ...BY_WEBHOOK, url: null }, expect.stringMatching(/^url is not an https URL/)],
    [{ ...BY_WEBHOOK, webhook: 'stripe' }, 'webhook is not a section of options'],
    [{ ...BY_WEBHOOK, http: {} }, 'http is for start, result and jwksUrl, and none of them is set: remove it'],
    [{ ...BY_API, http: { timeout: 60 } }, 'http.timeout is not a whole number of seconds from 1 to 30'],
    [{ ...BY_API, attempts: 6 }, 'attempts is not a whole number from 1 to 5'],
    [{ ...BY_API, alternative: 'yes' }, 'alternative is neither true nor false'],
    [{ ...BY_API, returnMethod: 'post' }, 'returnMethod is neither GET nor POST'],
    [withStart({ session: null }), 'result contains {session}, which needs start.session'],
    [withStart({ json: null }), 'start.json is missing: set json or form'],
    [withStart({ form: { a: '{handle}' } }), 'start.json and form are both set: remove one'],
    [withStart({ json: { a: 'b' } }), 'start.json does not contain {handle}, which ties the result to the login'],
    [
      withStart({ json: { a: '{handle} {user}' } }),
      'start.json contains an unknown placeholder (known: {handle}, {returnUrl}, {locale})',
    ],
    [
      withStart({ url: 'https://{handle}.example/' }),
      'start.url has a placeholder in its host: hosts come from configuration only',
    ],
    [withStart({ url: 'http://api.vendor.example/' }), expect.stringMatching(/^start\.url is not an https URL/)],
    [withStart({ hosts: [] }), 'start.hosts is not a list of 1 to 20 hosts in lower case, without scheme and port'],
    [
      withStart({ hosts: ['https://a.example'] }),
      'start.hosts is not a list of 1 to 20 hosts in lower case, without scheme and port',
    ],
    [withStart({ headers: { 'a b': 'c' } }), 'start.headers is not a section with one text for each header'],
    [withStart({ headers: { a: 'b\nc' } }), 'start.headers is not a section with one text for each header'],
    [withStart({ headers: { Host: 'b' } }), 'start.headers is not a section with one text for each header'],
    [
      withStart({ headerFiles: { Authorization: '/none' } }),
      'start.headerFiles has a path for Authorization that names a file that does not exist (ENOENT)',
    ],
    [withStart({ address: 'url' }), "start.address is not a path like $.data.items[0]['reference-id']"],
    [withStart({ adress: '$.url' }), 'start.adress is not a known option: did you mean address?'],
    [withResult({ url: 'https://api.vendor.example/' }), 'result.url names neither {handle} nor {session}'],
    [withResult({ status: '$..a' }), "result.status is not a path like $.data.items[0]['reference-id']"],
    [withResult({ accepted: [] }), 'result.accepted is not a list of 1 to 20 texts, numbers, true or false'],
    [withResult({ declined: ['approved'] }), 'result.declined contains "approved", which is also in accepted'],
    [withResult({ claims: { declined: '$.a' } }), 'result.claims contains declined, which the step adds'],
    [
      withResult({ claims: { age: 'age' } }),
      "result.claims has a value for age that is not a path like $.data.items[0]['reference-id']",
    ],
    [withResult({ claims: ['age'] }), 'result.claims is not like { document: $.document.type }, with up to 20 names'],
    [
      withWebhook({ signature: 'github' }),
      'webhook.signature is none of stripe, persona, or a section like { header: X-Signature }',
    ],
    [
      withWebhook({ signature: { header: 'a b' } }),
      'webhook.signature has no valid header: name one, like X-Signature',
    ],
    [
      withWebhook({ signature: { header: 'a', content: 'x' } }),
      'webhook.signature has a content that does not end with {body}',
    ],
    [
      withWebhook({ signature: { header: 'a', content: '{timestamp}{body}' } }),
      'webhook.signature needs both timestampHeader and {timestamp} in content, or neither',
    ],
    [
      withWebhook({ signature: { header: 'a', algorithm: 'x' } }),
      'webhook.signature has an unknown member (known: header, encoding, prefix, timestampHeader, content)',
    ],
    [withWebhook({ secret: null }), 'webhook.secret is missing: set secret or secretFile'],
    [withWebhook({ secret: 'short' }), 'webhook.secret has 5 bytes, not 16 or more'],
    [
      withWebhook({ secretFile: '/none' }),
      'webhook.secret and secretFile are both set: remove one',
      'webhook.secretFile names a file that does not exist (ENOENT)',
    ],
    [withWebhook({ tolerance: 5 }), 'webhook.tolerance is not a whole number of seconds from 10 to 600'],
    [
      { ...BASE, algorithm: undefined },
      'algorithm is none of HS256, RS256, ES256; for a result without a token, set result or webhook',
    ],
    [{ ...HS256, claims: ['alternative'] }, 'claims contains alternative, which the step adds'],
  ])('are rejected with one readable line each: %j', (options, ...problems) => {
    expect(problemsWith(options).map((problem) => problem.replace(/^external\./, ''))).toEqual(problems);
  });
});

describe('the external step without HTTP', () => {
  const sign = (handle: string, claims: Members = {}): string =>
    jws({ ...resultClaims(handle), ...claims }, { alg: 'HS256' }, VENDOR_SECRET);
  const goneTo = async (tester: StepTester<object, never>): Promise<URL> => {
    const result = await tester.submit({});
    return new URL(result.type === 'handOff' ? result.url : '');
  };
  const testerOf = (options: object = {}): StepTester<object, never> =>
    new StepTester(stepWith({ ...HS256, ...options }) as never, { clock });
  const type = (result: StepResult<object, never>): string => result.type;
  beforeEach(() => {
    clock.milliseconds = NOW * 1000;
  });

  it('accepts a handle once', async () => {
    const tester = testerOf();
    const handle = (await goneTo(tester)).searchParams.get('handle') ?? '';
    expect(type(await tester.returned({ token: sign(handle) }))).toBe('completed');
    for (const token of [sign(handle), sign(handle, { document: 'visa' })]) {
      expect(await tester.returned({ token })).toEqual({ type: 'invalid', messages: {}, message: NOT_VALID });
    }
    expect(wordsOf(tester.logged.map((message) => ({ message })))).toEqual(['handle_used', 'handle_used']);
  });

  it('accepts a handle until the login expires', async () => {
    const tester = testerOf();
    const handle = (await goneTo(tester)).searchParams.get('handle') ?? '';
    clock.milliseconds += 900_000;
    await tester.returned({ token: sign(handle, { iat: NOW + 900, exp: NOW + 960 }) });
    expect(wordsOf(tester.logged.map((message) => ({ message })))).toEqual(['handle_expired']);
  });

  it.each<[string, Members, Members]>([
    ['of another type', { jti: 'a', exp: NOW + 60 }, { typ: 'JWT' }],
    ['without exp', { jti: 'a' }, {}],
    ['without jti', { exp: NOW + 60 }, {}],
  ])('rejects a handle %s, even with the right key', async (_name, claims, header) => {
    const key = createHash('sha256').update('external handle').digest();
    const { SignJWT } = await import('jose');
    const protectedHeader = { alg: 'HS256', typ: 'return-handle+jwt', ...header };
    const handle = await new SignJWT(claims).setProtectedHeader(protectedHeader).sign(key);
    const tester = testerOf();
    await tester.returned({ token: sign(handle) });
    expect(wordsOf(tester.logged.map((message) => ({ message })))).toEqual(['handle_invalid']);
  });

  it('keeps the query of the URL, and uses the configured names', async () => {
    const names = { handleParameter: 'state', returnToParameter: 'cb', tokenParameter: 'jwt', handleClaim: 'sub' };
    const tester = testerOf({ ...names, url: 'https://vendor.example/check?flow=a%20b&x&' });
    const url = await goneTo(tester);
    expect(url.href).toMatch(/^https:\/\/vendor\.example\/check\?flow=a%20b&x&state=[\w.-]+&cb=https%3A%2F%2Fsteps\./);
    const token = sign('none', { sub: url.searchParams.get('state') });
    expect(type(await tester.returned({ jwt: token }))).toBe('completed');
  });

  it.each([
    ['https://vendor.example/check', 'https://vendor.example/check?handle='],
    ['https://vendor.example/a&', 'https://vendor.example/a&?handle='],
    ['https://vendor.example/check?', 'https://vendor.example/check?handle='],
    ['https://vendor.example/check?x', 'https://vendor.example/check?x&handle='],
  ])('adds its parameters to %s', async (url, begin) => {
    expect((await goneTo(testerOf({ url }))).href.startsWith(begin)).toBe(true);
  });

  it('returns only own claims that JSON can represent', async () => {
    const tester = testerOf({ claims: ['list', 'huge', 'constructor', 'none'] });
    const handle = (await goneTo(tester)).searchParams.get('handle') ?? '';
    const claims = JSON.stringify({ ...resultClaims(handle), list: [{ a: null }], huge: 0 }).replace(
      '"huge":0',
      '"huge":1e400',
    );
    expect(await tester.returned({ token: jws(claims, { alg: 'HS256' }, VENDOR_SECRET) })).toEqual({
      type: 'completed',
      data: { list: [{ a: null }], huge: null, constructor: null, none: null, verifiedAt: '2026-11-23T12:00:00.000Z' },
    });
  });

  it('verifies with a configured key', async () => {
    const { SignJWT } = await import('jose');
    const tester = testerOf({ algorithm: 'ES256', secret: null, publicKey: ec.publicKey.export({ format: 'jwk' }) });
    const handle = (await goneTo(tester)).searchParams.get('handle') ?? '';
    const signed = async (key: typeof ec.privateKey): Promise<string> =>
      new SignJWT(resultClaims(handle)).setProtectedHeader({ alg: 'ES256' }).sign(key);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(type(await tester.returned({ token: await signed(other.privateKey) }))).toBe('invalid');
    expect(type(await tester.returned({ token: await signed(ec.privateKey) }))).toBe('completed');
  });

  it('offers another attempt after a declined token, and accepts no token twice', async () => {
    const tester = testerOf({ attempts: 2, alternative: true, accepted: { claim: 'status', values: ['approved'] } });
    const tokenFor = async (result: string): Promise<string> =>
      sign((await goneTo(tester)).searchParams.get('handle') ?? '', { status: result });
    const token = await tokenFor('declined');
    expect(type(await tester.returned({ token }))).toBe('pending');
    expect(await tester.view()).toMatchObject({ template: 'external-declined', model: { retryLabel: 'Try again' } });
    expect(await tester.render()).toContain('>Try another way</button>');
    expect(type(await tester.returned({ token }))).toBe('invalid');
    expect(type(await tester.returned({ token: await tokenFor('approved') }))).toBe('completed');
  });

  it('waits for nothing with a token, and has no webhook', async () => {
    await expect(testerOf().resume()).rejects.toThrow('the step has no resume()');
    await expect(testerOf().webhook('{}')).rejects.toThrow('the step has no webhook()');
  });

  it('hands off only to the configured address', async () => {
    const tester = testerOf();
    expect(await tester.submit({ url: 'https://attacker.example' })).toEqual(
      handOff(expect.stringMatching(/^https:\/\/vendor\.example\/check\?handle=/) as unknown as string),
    );
  });
});

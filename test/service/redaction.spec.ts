import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send, type Reply } from '../harness/application.js';
import { continueFormOf } from '../harness/page.js';
import { RedisServer } from '../harness/redis-server.js';
import { freePort, ServiceProcess } from '../harness/service-process.js';
import { decode, ISSUER, jws, PREVIOUS_SECRET, SECRET, sessionClaims } from '../harness/tokens.js';

const STEPS = `terms: { title: Terms, version: a }
profile:
  fields:
    - { name: nickname, label: Nickname, type: text, maxLength: 60 }
`;
/** The longest part of an issuer that the log may quote. */
const ISSUER_MARK = 'https://typo.example/'.padEnd(100, 'i');
const PASSWORD = 'the-redis-password-mark';

/** The values of the test that the service must not log or store. */
class Secrets {
  readonly #all = new Set<string>();

  /** @returns A unique text. */
  make(name: string): string {
    return this.keep(`mark-of-the-${name}-${this.#all.size}`);
  }

  keep(secret: string): string {
    this.#all.add(secret);
    return secret;
  }

  /** Returns a session token, and records its parts and claims. */
  token(claims: Record<string, unknown> = {}, secret = SECRET): string {
    const now = Math.floor(Date.now() / 1000);
    const marked = { sub: this.make('subject'), nonce: this.make('nonce'), email: this.make('email') };
    const all = { iat: now, exp: now + 600, ip: this.keep('203.0.113.77'), ...marked, ...claims };
    return this.#compact(jws(sessionClaims(all), undefined, secret));
  }

  /** Records the secret values in an answer. */
  answer({ headers, body }: Reply): void {
    for (const cookie of headers['set-cookie'] ?? []) this.keep(valueOf(cookie));
    const login = /[?&]login=([\w-]+)/.exec(headers.location ?? '');
    if (login?.[1] !== undefined) this.keep(login[1]);
    if (!body.includes('name="session_token"')) return;
    const { sessionToken } = continueFormOf(body);
    this.#compact(sessionToken);
    const { nonce, sub } = decode(sessionToken).claims;
    for (const value of [nonce, sub]) this.keep(String(value));
  }

  foundIn(text: string): string[] {
    return [...this.#all].filter((secret) => secret.length > 5 && text.includes(secret));
  }

  get size(): number {
    return this.#all.size;
  }

  #compact(token: string): string {
    token
      .split('.')
      .slice(1)
      .forEach((part) => this.keep(part));
    return this.keep(token);
  }
}

const valueOf = (cookie: string): string => /^[^=]+=([^;]*)/.exec(cookie)?.[1] ?? '';
const cookiesOf = ({ headers }: Reply): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');

describe('a day of the service', () => {
  let folder: string;
  let redis: RedisServer;
  let service: ServiceProcess;
  let metricsPort: number;
  const secrets = new Secrets();
  [SECRET, PREVIOUS_SECRET, PASSWORD, `${SECRET}!`].forEach((secret) => secrets.keep(secret));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'redaction-'));
    writeFileSync(join(folder, 'steps.yaml'), STEPS);
    writeFileSync(join(folder, 'current'), SECRET);
    redis = await RedisServer.start({ requirepass: PASSWORD });
    metricsPort = await freePort();
    service = await ServiceProcess.start({
      LOG_LEVEL: 'trace',
      STEPS_FILE: join(folder, 'steps.yaml'),
      AUTH0_SESSION_SECRET: '',
      AUTH0_SESSION_SECRET_DIRECTORY: folder,
      REDIS_URL: redis.url.replace('redis://', `redis://:${PASSWORD}@`),
      METRICS_PORT: String(metricsPort),
      TRUST_PROXY: '1',
      REFUSALS_PER_MINUTE_ADDRESS: '30',
    });
  });
  afterAll(async () => {
    await service.stop();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  let requests = 0;
  /** Sends a request with all related headers, and returns the answer. */
  async function call(path: string, headers: Record<string, string> = {}, body?: string): Promise<Reply> {
    requests += 1;
    const reply = await send({
      host: '127.0.0.1',
      port: service.port,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': secrets.make('agent'),
        referer: `https://example.eu.auth0.com/${secrets.make('referrer')}`,
        'x-forwarded-for': secrets.keep('198.51.100.23'),
        authorization: `Bearer ${secrets.make('authorization')}`,
        'x-request-id': secrets.keep(`"${secrets.make('request-id')}"`),
        traceparent: secrets.make('traceparent'),
        tracestate: `vendor=${secrets.make('tracestate')}`,
        baggage: `user=${secrets.make('baggage')}`,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    secrets.answer(reply);
    return reply;
  }

  const redirect = async (token: string, headers: Record<string, string> = {}): Promise<Reply> =>
    call(`/redirect?session_token=${token}&state=${secrets.make('state')}`, headers);

  /** Logs in with steps: posts wrong values, right values, and the right values again. */
  async function steps(): Promise<void> {
    const arrival = await redirect(secrets.token());
    const terms = arrival.headers.location ?? '';
    let cookie = cookiesOf(arrival);
    await call(terms, { cookie });
    const agreed = await call(terms, { cookie }, 'accepted=yes');
    const profile = agreed.headers.location ?? '';
    cookie = cookiesOf(agreed);
    await call(profile, { cookie }, `nickname=${secrets.make('too-long').padEnd(200, 'x')}&${secrets.make('field')}=1`);
    const form = `nickname=${secrets.make('nickname')}`;
    expect((await call(profile, { cookie }, form)).status).toBe(200);
    await call(profile, { cookie }, form);
    await call(profile, { cookie, 'sec-fetch-site': 'cross-site' }, form);
    await call(profile, { cookie: `${secrets.make('cookie-name')}=${secrets.make('cookie')}` }, form);
    await call(terms.replace('terms', secrets.make('step')), { cookie });
    await call(profile, { cookie }, '_cancel=yes');
    const cancelled = await redirect(secrets.token());
    await call(cancelled.headers.location ?? '', { cookie: cookiesOf(cancelled) }, '_cancel=yes');
  }

  async function refusals(): Promise<void> {
    const good = secrets.token({ steps: [] });
    const state = secrets.make('state');
    const targets = [
      `/redirect?session_token=${good}&state=${state}`,
      `/redirect?session_token=${good}&state=${secrets.make('state')}`,
      `/redirect?session_token=${secrets.token({ exp: 1 })}&state=${state}&x=${secrets.make('query')}`,
      // The log contains this part of an unknown issuer.
      `/redirect?session_token=${secrets.token({ iss: `${ISSUER_MARK}${secrets.make('issuer')}` })}&state=${state}`,
      `/redirect?session_token=${secrets.token({}, `${SECRET}!`)}&state=${state}`,
      `/redirect?session_token=${secrets.token({ steps: [secrets.make('unknown-step')] })}&state=${state}`,
      `/redirect?session_token=${secrets.make('token')}&state=${state}`,
      `/redirect?session_token=${secrets.keep(jws(`{"${secrets.make('json')}": nope`))}&state=${state}`,
      `/redirect?state=${state}&state=${state}`,
      `/redirect?state=%zz${state}`,
      `/${secrets.make('path')}?session_token=${good}`,
      `/%ff${secrets.make('path')}`,
    ];
    for (const target of targets) await call(target);
    await service.raw(`GET /${secrets.make('path')} HTTP/1.1\r\nbroken-${secrets.make('header')}\r\n\r\n`);
    await service.raw(`${secrets.make('bytes')}\r\n\r\n`);
  }

  it('writes no data of its logins to logs, metrics or files', async () => {
    await steps();
    await refusals();
    for (let times = 0; times < 30; times += 1) await redirect(secrets.make('flood'));
    await redis.kill();
    await redirect(secrets.token({ steps: [] }));
    await steps();
    await redis.restart();
    writeFileSync(join(folder, 'current'), secrets.make('secret').padEnd(40, ' '));
    await redirect(secrets.token({}, secrets.make('secret').padEnd(40, 'x')));
    while (!service.lines.some((line) => line.includes('keys kept'))) await call('/healthz');
    writeFileSync(join(folder, 'current'), PREVIOUS_SECRET);
    while (!service.lines.some((line) => line.includes('keys changed'))) await call('/healthz');
    await redirect(secrets.token({ steps: [] }, PREVIOUS_SECRET));

    const log = await service.log();
    const metrics = await send({ host: '127.0.0.1', port: metricsPort, path: '/metrics' });
    expect(metrics.status).toBe(200);
    // The log contains each kind of line.
    const codes = new Set((await service.requestLines()).map(({ code }) => code));
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'completed',
        'denied',
        'step',
        'token_expired',
        'issuer_unknown',
        'signature_invalid',
        'steps_not_available',
        'session_token_already_used',
        'step_session_missing',
        'too_many_requests',
        'not_found',
        'request_not_valid',
      ]),
    );
    expect(log).toContain('Redis does not answer');
    const issuers = (await service.requestLines()).filter((line) => 'unverifiedIssuer' in line);
    expect(issuers).toEqual([
      expect.objectContaining({ code: 'issuer_unknown', unverifiedIssuer: ISSUER_MARK, configuredIssuers: [ISSUER] }),
    ]);
    expect({ requests: requests > 60, secrets: secrets.size > 500 }).toEqual({ requests: true, secrets: true });
    expect(secrets.foundIn(log)).toEqual([]);
    expect(secrets.foundIn(metrics.body)).toEqual([]);
    for (const text of [log, metrics.body]) expect(text).not.toMatch(/eyJ|mark-of-the|auth0\|/);
  });
});

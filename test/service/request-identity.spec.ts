import { Logger, type LoggerService } from '@nestjs/common';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { ServiceProcess } from '../harness/service-process.js';
import { ISSUER, STATE, tokenWith } from '../harness/tokens.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const GENERATED = /^[0-9A-Z]{5}-[0-9A-Z]{5}$/;

const EXPIRED = tokenWith({ exp: 1 });

describe.each(ADAPTERS)('a request on %s', (adapter) => {
  describe('whose reference the host provides', () => {
    let host: HostApplication;
    beforeAll(async () => {
      host = await HostApplication.start(adapter, { referenceOf: ({ headers }) => headers['x-request-id'] });
    });
    afterAll(async () => host.stop());
    const referenceFor = async (id: string): Promise<{ told: string | undefined; body: string }> => {
      const { body } = await host.redirect(EXPIRED, STATE, { headers: { 'x-request-id': id } });
      return { told: host.refused.at(-1)?.reference, body };
    };

    it.each([
      ['a UUID', '2f1e7a9c-5b1d-4c7e-9a51-0d8f1c2b3a4d'],
      ['nginx’s $request_id', '2f1e7a9c5b1d4c7e9a510d8f1c2b3a4d'],
      ['eight characters', 'a.b_c-D9'],
      ['64 characters', 'x'.repeat(64)],
    ])('has it, as %s, in the report and on the page', async (_what, id) => {
      const { told, body } = await referenceFor(id);
      expect(told).toBe(id);
      expect(body).toContain(`<code dir="ltr">${id}</code>`);
    });

    it.each([
      ['seven characters', 'a.b_c-D'],
      ['65 characters', 'x'.repeat(65)],
      ['markup', '<img src=x onerror=alert(1)>'],
      ['a quote', '"},{"level":"info"'],
      ['two of them', 'aaaaaaaaaa, bbbbbbbbbb'],
      ['an option', '--aaaaaaaa'],
      ['letters of elsewhere', '\u00e4'.repeat(10)],
      ['a session token', EXPIRED],
      ['nothing', ''],
    ])('has a new one instead of %s', async (_what, id) => {
      const { told, body } = await referenceFor(id);
      expect(told).toMatch(GENERATED);
      expect(body).toContain(`<code dir="ltr">${told}</code>`);
    });
  });

  it('whose host fails to provide a reference gets a generated one', async () => {
    const referenceOf = (): never => {
      throw new Error('a mistake of the host');
    };
    const host = await HostApplication.start(adapter, { referenceOf });
    expect((await host.redirect(tokenWith({}), STATE)).status).toBe(200);
    expect(host.completed.at(-1)?.reference).toMatch(GENERATED);
    await host.stop();
  });

  describe('that belongs to a trace', () => {
    let host: HostApplication;
    beforeAll(async () => {
      host = await HostApplication.start(adapter);
    });
    afterAll(async () => host.stop());

    it.each(['00', '01', 'ff'])('has its trace id in the report, whatever the flags: %s', async (flags) => {
      const headers = { traceparent: `00-${TRACE}-${SPAN}-${flags}` };
      await host.redirect(tokenWith({}), STATE, { headers });
      await host.redirect(EXPIRED, STATE, { headers });
      const trace = { traceId: TRACE, spanId: SPAN };
      expect([host.completed.at(-1), host.refused.at(-1)]).toEqual([
        expect.objectContaining(trace),
        expect.objectContaining(trace),
      ]);
    });

    it.each([
      ['another version', `01-${TRACE}-${SPAN}-01`],
      ['more than there is in version 00', `00-${TRACE}-${SPAN}-01-x`],
      ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
      ['no parent', `00-${TRACE}-${'0'.repeat(16)}-01`],
      ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
      ['no flags', `00-${TRACE}-${SPAN}`],
      ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
      ['other text', 'the-traceparent-mark'],
    ])('by a header with %s has no trace id', async (_what, traceparent) => {
      await host.redirect(EXPIRED, STATE, { headers: { traceparent } });
      expect(host.refused.at(-1)).not.toHaveProperty('traceId');
      expect(host.refused.at(-1)).not.toHaveProperty('spanId');
    });
  });

  describe('that is refused by a host without a report hook', () => {
    const lines: [level: string, ...unknown[]][] = [];
    const at =
      (level: string) =>
      (...words: unknown[]): void =>
        void lines.push([level, ...words]);
    const logger: LoggerService = { log: at('log'), warn: at('warn'), error: at('error') };
    let host: HostApplication | undefined;
    afterEach(async () => {
      await host?.stop();
      Logger.overrideLogger(true);
      jest.restoreAllMocks();
    });

    it('is one line at warn', async () => {
      host = await HostApplication.start(adapter, { referenceOf: () => 'the-reference' }, 'none');
      lines.length = 0;
      Logger.overrideLogger(logger);
      await host.redirect(EXPIRED, STATE);
      await host.request('/redirect');
      expect(lines).toEqual([
        ['warn', `refused: token_expired, reference the-reference, status 401, tenant ${ISSUER}`, 'AuthRedirect'],
        ['warn', 'refused: parameter_missing, reference the-reference, status 400, tenant none', 'AuthRedirect'],
      ]);
    });

    it('is one line at error for an internal error, with its name and place, and in production without its message', async () => {
      jest.replaceProperty(process.env, 'NODE_ENV', 'production');
      const broken = {
        useFactory: () => ({
          remember: () => {
            throw new TypeError('what a request said');
          },
        }),
      };
      host = await HostApplication.start(adapter, { referenceOf: () => 'the-reference' }, 'none', [], [], {
        replayStore: broken as never,
      });
      lines.length = 0;
      Logger.overrideLogger(logger);
      await host.redirect(tokenWith({ nonce: 'n' }), STATE);
      expect(lines).toEqual([
        [
          'error',
          expect.stringMatching(
            new RegExp(
              `^refused: internal_error, reference the-reference, status 500, tenant ${ISSUER}, ` +
                String.raw`fault {"name":"TypeError","frames":\["\S+ \(\S+request-identity\.spec\.ts:\d+:\d+\)",.+\]}$`,
            ),
          ),
          undefined,
          'AuthRedirect',
        ],
      ]);
    });
  });
});

describe('the service', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await ServiceProcess.start();
  });
  afterAll(async () => {
    await service.stop();
  });

  it('copies the reference from X-Request-Id and the trace from traceparent to page and log line', async () => {
    const headers = { 'x-request-id': 'from-the-proxy-1', traceparent: `00-${TRACE}-${SPAN}-01` };
    const { body } = await service.request('/nowhere', { headers });
    expect(body).toContain('from-the-proxy-1');
    expect((await service.requestLines()).at(-1)).toMatchObject({
      reference: 'from-the-proxy-1',
      code: 'not_found',
      traceId: TRACE,
      spanId: SPAN,
    });
  });

  it('ignores duplicate headers', async () => {
    const one = 'X-Request-Id: from-the-proxy-2\r\n';
    const two =
      one.replace('2', '3') + `traceparent: 00-${TRACE}-${SPAN}-01\r\ntraceparent: 00-${TRACE}-${SPAN}-01\r\n`;
    const reply = await service.raw(`GET /nowhere HTTP/1.1\r\nHost: a\r\n${one}${two}Connection: close\r\n\r\n`);
    expect(reply).not.toContain('from-the-proxy');
    const line = (await service.requestLines()).at(-1);
    expect(line?.reference).toMatch(GENERATED);
    expect(line).not.toHaveProperty('traceId');
  });
});

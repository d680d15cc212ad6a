import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { AuthRedirectModule, type RefusedEvent } from '../../src/index.js';
import { ADAPTERS } from '../harness/application.js';
import { BusyHost, ColorStep } from '../harness/busy-host.js';
import { StepBrowser } from '../harness/step-browser.js';
import { ISSUER, SECRET, tokenWith } from '../harness/tokens.js';

describe.each(ADAPTERS)('a form that does not arrive within 20 seconds, on %s', (adapter) => {
  afterEach(() => jest.useRealTimers());

  it('is refused once, with a page, and its connection ends', async () => {
    const refused: RefusedEvent[] = [];
    const redirects = AuthRedirectModule.forRoot({
      issuer: ISSUER,
      secret: SECRET,
      steps: [ColorStep],
      defaultSteps: ['color'],
      onRefused: (event) => void refused.push(event),
    });
    const host = await BusyHost.start(adapter, { imports: [redirects], nest: { bodyParser: false } });
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({}));
    jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate'] });
    const socket = connect(host.port, '127.0.0.1');
    const answer = text(socket);
    const head = [
      `POST ${browser.location} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Cookie: ${[...browser.cookies].map((pair) => pair.join('=')).join('; ')}`,
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 100',
    ];
    socket.write([...head, '', 'color='].join('\r\n'));
    while (jest.getTimerCount() === 0) await new Promise(setImmediate);
    jest.advanceTimersByTime(19_999);
    await new Promise(setImmediate);
    expect(refused).toEqual([]);
    jest.advanceTimersByTime(1);
    const closed = once(socket, 'close');
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*\bconnection: close\r\n.*<title>/is);
    await closed;
    await host.stop();
    expect(refused.map(({ code, cause }) => `${code} ${cause}`)).toEqual(['request_timeout malformed_link']);
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { completed, denied, invalid } from 'nestjs-auth-redirect';
import { FrozenClock, StepTester } from 'nestjs-auth-redirect/testing';
import { PushCodeStep } from './push-code.step.js';

const MINUTE_MS = 60_000;

describe('the push code step', () => {
  let server: Server;
  let status: number;
  let requests: { authorization: string | undefined; body: string }[];
  let clock: FrozenClock;
  let tester: StepTester<object, { readonly confirmedAt: string }>;

  /** Returns the code in the latest message. */
  const sentCode = (): string => /Your code is (\d{6})/.exec(requests.at(-1)?.body ?? '')?.[1] ?? '';
  const wrongCode = (): string => (sentCode() === '000000' ? '000001' : '000000');

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      requests.push({ authorization: request.headers.authorization, body });
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port }: { port?: number } = Object(server.address());
    process.env.PUSH_SERVICE_URL = `http://localhost:${port}`;
    process.env.PUSH_SERVICE_TOKEN = 'token';
  });
  afterAll(() => server.close());
  beforeEach(() => {
    status = 202;
    requests = [];
    clock = new FrozenClock(Date.parse('2026-11-27T12:00:00Z'));
    const viewsDirectory = 'examples/code-step/views';
    tester = new StepTester(new PushCodeStep(clock), { subject: 'auth0|ada', clock, viewsDirectory });
  });

  it('sends one code to the user, and accepts it, also with the whole message', async () => {
    expect(await tester.render()).toContain('We sent a 6-digit code to your app. Minutes left to use it: 10.');
    await tester.render();
    const body = JSON.stringify({ user: 'auth0|ada', text: `Your code is ${sentCode()}.`, minutes: 10 });
    expect(requests).toEqual([{ authorization: 'Bearer token', body }]);
    const confirmed = completed({ confirmedAt: '2026-11-27T12:00:00.000Z' });
    expect(await tester.submit({ code: `Your code is ${sentCode()}.` })).toEqual(confirmed);
  });

  it('requests a missing code and a wrong one again, and denies the login after five wrong ones', async () => {
    await tester.view();
    expect(await tester.render({ code: '12' })).toContain('Enter the 6 digits of the code.');
    const wrong = invalid({ code: 'This code is wrong. Check it, or request a new one.' });
    for (let tries = 1; tries < 5; tries += 1) expect(await tester.submit({ code: wrongCode() })).toEqual(wrong);
    const description = 'You entered a wrong code too often. Sign in again to get a new code.';
    expect(await tester.submit({ code: wrongCode() })).toEqual(denied('push_code_tries', description));
    expect((await tester.submit({ code: sentCode() })).type).toBe('denied');
  });

  it('sends another message at the request of the user, one in a minute and five in a login', async () => {
    await tester.view();
    expect(await tester.render({ resend: 'yes' })).toContain('Wait 60 s before you request another code.');
    for (let sent = 2; sent <= 5; sent += 1) {
      clock.milliseconds += MINUTE_MS;
      expect(await tester.render({ resend: 'yes' })).toContain('We sent another message.');
      expect(requests).toHaveLength(sent);
    }
    clock.milliseconds += MINUTE_MS;
    expect(await tester.render({ resend: 'yes' })).toContain('We cannot send another code at the moment.');
    expect(requests).toHaveLength(5);
  });

  it('sends the next code if the last one has expired', async () => {
    await tester.view();
    const expired = sentCode();
    clock.milliseconds += 10 * MINUTE_MS;
    expect(await tester.render({ code: expired })).toContain('Use the code in the latest message.');
    expect(requests).toHaveLength(2);
    expect((await tester.submit({ code: sentCode() })).type).toBe('completed');
  });

  it.each([500, 404, 302])('says if the push service answers %d, and sends the code later', async (other) => {
    status = other;
    const page = await tester.render();
    expect(page).toContain('We could not send the message with the code. Try again.');
    expect(page).not.toContain('We sent');
    expect(tester.logged).toEqual([`the push service answered with status ${other}`]);
    status = 202;
    expect(await tester.render({ resend: 'yes' })).toContain('We sent another message.');
    expect((await tester.submit({ code: sentCode() })).type).toBe('completed');
  });

  it('says if the push service cannot be reached, and logs neither its address nor the code', async () => {
    const { PUSH_SERVICE_URL } = process.env;
    process.env.PUSH_SERVICE_URL = 'http://localhost:1';
    expect(await tester.render()).toContain('We could not send the message with the code. Try again.');
    expect(tester.logged).toEqual([expect.stringMatching(/^the push service cannot be used: connection_failed/)]);
    process.env.PUSH_SERVICE_URL = PUSH_SERVICE_URL;
  });
});

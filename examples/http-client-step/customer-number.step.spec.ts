import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { completed, invalid } from 'nestjs-auth-redirect';
import { StepTester } from 'nestjs-auth-redirect/testing';
import { CustomerNumberStep } from './customer-number.step.js';

describe('the customer number step', () => {
  let server: Server;
  let answer: { status: number; body: string };
  const requests: { authorization: string | undefined; body: string }[] = [];
  const tester = new StepTester(new CustomerNumberStep(), {
    subject: 'auth0|ada',
    viewsDirectory: 'examples/http-client-step/views',
  });

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      requests.push({ authorization: request.headers.authorization, body });
      response.writeHead(answer.status).end(answer.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port }: { port?: number } = Object(server.address());
    process.env.CUSTOMER_SERVICE_URL = `http://localhost:${port}`;
    process.env.CUSTOMER_SERVICE_TOKEN = 'token';
  });
  afterAll(() => server.close());

  it('accepts the number of the user', async () => {
    answer = { status: 200, body: '{"isOwner":true}' };
    expect(await tester.submit({ customerNumber: '12345678' })).toEqual(completed({ customerNumber: '12345678' }));
    const body = JSON.stringify({ customerNumber: '12345678', subject: 'auth0|ada' });
    expect(requests).toEqual([{ authorization: 'Bearer token', body }]);
  });

  it('requests another number if the service answers that it is not theirs', async () => {
    answer = { status: 200, body: '{"isOwner":false}' };
    const message = 'This is not your customer number. Check it on an invoice.';
    expect(await tester.submit({ customerNumber: '12345678' })).toEqual(invalid({ customerNumber: message }));
  });

  it.each([
    [{ status: 200, body: 'no JSON' }, 'the customer service cannot be used: invalid_json'],
    [{ status: 200, body: '{}' }, 'the customer service answered with status 200'],
    [{ status: 500, body: '' }, 'the customer service answered with status 500'],
    [{ status: 302, body: '{"isOwner":true}' }, 'the customer service answered with status 302'],
  ])('explains that the service failed with %j, and keeps the typed number', async (failure, line) => {
    answer = failure;
    const page = await tester.render({ customerNumber: '12345678' });
    expect(page).toContain('We cannot check the number at the moment. Try again.');
    expect(page).toContain('value="12345678"');
    expect(tester.logged.at(-1)).toBe(line);
  });
});

import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { Duplex } from 'node:stream';
import type { RequestsService } from '../../src/auth-redirect/requests/requests.service.js';
import { answerUnreadableRequests } from '../../src/service/http/unreadable-requests.js';

const ANSWER = { status: 400, headers: { 'Cache-Control': 'no-store' }, body: 'refused' };
const REQUESTS = { begin: () => ({ refused: async () => ANSWER }) } as unknown as RequestsService;

/** The server's end of a connection whose client the test controls. */
class Connection extends Duplex {
  sent = '';

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent += chunk.toString();
    done();
  }
}

describe('a client that sends an invalid request', () => {
  const server = new EventEmitter();
  answerUnreadableRequests(
    server as Server,
    REQUESTS,
    () => false,
    () => true,
  );
  let connection: Connection;
  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    connection = new Connection();
    const answered = once(connection, 'finish');
    server.emit('clientError', Object.assign(new Error('garbage'), { code: 'HPE_INVALID_METHOD' }), connection);
    await answered;
  });
  afterEach(() => jest.useRealTimers());

  it('is answered', () => {
    expect(connection.sent).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*\r\nConnection: close\r\n\r\nrefused$/s);
  });

  it('holds its connection for two seconds at most', () => {
    jest.advanceTimersByTime(1999);
    expect(connection.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(connection.destroyed).toBe(true);
  });

  it('does not keep the process from exiting', async () => {
    const closed = once(connection, 'close');
    connection.resume().push(null);
    await closed;
    expect(jest.getTimerCount()).toBe(0);
  });
});

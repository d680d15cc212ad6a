// One keep-alive connection of the load generator. The class implements HTTP/1.1 itself, because Node's client uses
// more time than most servers.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** Parses the status line and headers of an answer, in the form that the checker expects. */
export function parseAnswer(bytes, bodyStart) {
  const [statusLine, ...lines] = bytes.latin1Slice(0, bodyStart - 4).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: bytes.utf8Slice(bodyStart) };
}

/** Sends one request at a time. */
export class Connection {
  #socket;
  #received;
  #bodyStart = 0;
  #end = Infinity;

  /** @param {(status: number, bytes: Buffer, bodyStart: number) => void} onAnswer */
  constructor(port, onAnswer, onFault) {
    this.onAnswer = onAnswer;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', onFault);
    this.#socket.on('close', () => onFault(new Error('the server closed a connection')));
  }

  opened() {
    return new Promise((resolve) => this.#socket.once('connect', resolve));
  }

  send(request) {
    this.#socket.write(request);
  }

  close() {
    this.#socket.removeAllListeners('close').destroy();
  }

  #take(chunk) {
    this.#received = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
    if (this.#end === Infinity) this.#readHead();
    if (this.#received.length < this.#end) return;
    const [bytes, bodyStart] = [this.#received, this.#bodyStart];
    this.#received = undefined;
    this.#end = Infinity;
    this.onAnswer(Number(bytes.latin1Slice(9, 12)), bytes, bodyStart);
  }

  #readHead() {
    const head = this.#received.indexOf(HEAD_END);
    if (head < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#received.latin1Slice(0, head))?.[1];
    if (length === undefined) throw new Error('an answer without Content-Length');
    this.#bodyStart = head + HEAD_END.length;
    this.#end = this.#bodyStart + Number(length);
  }
}

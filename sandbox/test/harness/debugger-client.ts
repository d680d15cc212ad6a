import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';

/** A message of the Chrome DevTools Protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
}

/** The place at which an Action has stopped. */
interface PausedParams {
  readonly reason: string;
  readonly callFrames: readonly { readonly callFrameId: string; readonly location: { readonly lineNumber: number } }[];
}

/** A debugger that attaches to each thread of a process before the thread runs, as VS Code does. */
export class DebuggerClient {
  private readonly events = new EventEmitter();
  private nextId = 1;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString())));
  }

  /** @param prepare Runs in each thread before its first line. */
  static async attach(
    url: string,
    prepare: (client: DebuggerClient, session: string) => void,
  ): Promise<DebuggerClient> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const client = new DebuggerClient(socket);
    client.events.on('NodeWorker.attachedToWorker', ({ sessionId }: { sessionId: string }) => {
      client.post(sessionId, 'Debugger.enable');
      prepare(client, sessionId);
      client.post(sessionId, 'Runtime.runIfWaitingForDebugger');
    });
    // A thread that waited for its debugger stops at its first line.
    client.events.on('Debugger.paused', (session: string, params: PausedParams) => {
      if (params.reason === 'Break on start') client.post(session, 'Debugger.resume');
      else client.events.emit('stopped', session, params);
    });
    client.send('NodeWorker.enable', { waitForDebuggerOnStart: true });
    return client;
  }

  /** Waits until a thread stops, and returns the line (from 0) and the session of the thread. */
  async paused(): Promise<{ session: string; line: number; frame: string }> {
    const [session, params]: [string, PausedParams] = await this.next('stopped');
    const [top] = params.callFrames;
    return { session, line: top?.location.lineNumber ?? -1, frame: top?.callFrameId ?? '' };
  }

  /** Returns the value of an expression where a thread has stopped. */
  async evaluate({ session, frame }: { session: string; frame: string }, expression: string): Promise<unknown> {
    const id = this.post(session, 'Debugger.evaluateOnCallFrame', {
      callFrameId: frame,
      expression,
      returnByValue: true,
    });
    const [, result]: [string, { result: { value: unknown } }] = await this.next(`answer ${id}`);
    return result.result.value;
  }

  /** Sends a command to a thread. */
  post(sessionId: string, method: string, params: Record<string, unknown> = {}): number {
    const id = (this.nextId += 1);
    this.send('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method, params }) });
    return id;
  }

  close(): void {
    this.socket.close();
  }

  private async next(event: string): Promise<[string, never]> {
    return (await once(this.events, event)) as [string, never];
  }

  private send(method: string, params: Record<string, unknown>): void {
    this.socket.send(JSON.stringify({ id: (this.nextId += 1), method, params }));
  }

  private receive({ method, params = {} }: Message): void {
    if (method === 'NodeWorker.receivedMessageFromWorker') {
      const { id, method: name, params: details, result }: Message = JSON.parse(String(params['message']));
      this.events.emit(name ?? `answer ${id}`, params['sessionId'], details ?? result);
    } else if (method !== undefined) {
      this.events.emit(method, params);
    }
  }
}

import inspector from 'node:inspector';
import { messageOf } from './error-message.js';
import { SandboxError } from './sandbox-errors.js';

export interface InspectorAddress {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_ADDRESS: InspectorAddress = { host: '127.0.0.1', port: 9229 };

/** Anyone who can connect can run code (Node.js: "Debugging", security implications). */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** Accepts `HOST:PORT`, `HOST`, `PORT` or an empty string for the default. */
export function parseInspectorAddress(text: string): InspectorAddress {
  const [, host, digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(/^\d+$/.test(text) ? `:${text}` : text) ?? [];
  const name = host === undefined ? undefined : host.replace(/^\[|\]$/g, '') || DEFAULT_ADDRESS.host;
  const port = digits === undefined ? DEFAULT_ADDRESS.port : Number(digits);
  if (name !== undefined && LOOPBACK.includes(name) && port <= 65_535) return { host: name, port };
  throw new SandboxError(
    'usage',
    `--inspect has to be HOST:PORT on this machine, such as 127.0.0.1:9229; got "${text}". See --help.`,
  );
}

/**
 * Each Action runs in a thread. Node reports the threads to debuggers (NodeWorker domain).
 *
 * @returns The address that a debugger attaches to.
 */
export function openInspector({ host, port }: InspectorAddress): string {
  try {
    // A debugger that starts the process, such as VS Code's, has already opened the inspector.
    if (inspector.url() === undefined) inspector.open(port, host);
  } catch (error) {
    throw new SandboxError('port_in_use', `The inspector cannot open ${host}:${port}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  const url = inspector.url();
  if (url === undefined) throw new SandboxError('port_in_use', `Port ${port} is in use; the inspector cannot open.`);
  return url;
}

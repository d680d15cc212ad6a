import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from './error-message.js';
import type { OwnClient, SandboxOptions } from './sandbox.js';
import { SandboxError } from './sandbox-errors.js';

/** What the command line asks for. */
export type CliRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'start';
      readonly options: Omit<SandboxOptions, 'secrets'>;
      readonly secretsFile?: string;
      readonly json: boolean;
    };

/** The text of `--help`. */
export const HELP = `Usage: auth0-actions-sandbox --action FILE [options]

A local stand-in for an Auth0 tenant that runs your post-login Actions and shows, step by step, what they did.

  --action FILE        a file with a post-login Action; repeat it for several, in their order
  --secrets FILE       event.secrets: a JSON object of strings, or NAME=VALUE lines
  --hostname NAME      the tenant's name (default tenant.localhost)
  --port NUMBER        the tenant's port (default 9500; 0 takes any free one)
  --app-hostname NAME  the sample app's name (default app.localhost)
  --app-port NUMBER    the sample app's port (default: the tenant's port + 1; 0 takes any free one)
  --no-app             leave the sample app out
  --client-id ID       let an app of your own log in; needs --callback
  --client-secret TEXT its secret; leave it out for a single-page or native app
  --callback URL       its redirect_uri; repeat it for several
  --json               print one line of JSON when ready
  --help, --version
`;

const OPTIONS = {
  action: { type: 'string', multiple: true },
  secrets: { type: 'string' },
  hostname: { type: 'string' },
  port: { type: 'string' },
  'app-hostname': { type: 'string' },
  'app-port': { type: 'string' },
  'no-app': { type: 'boolean' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  callback: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Reads the command line; what it cannot make sense of is a {@link SandboxError} with the code `usage`. */
export function parseCli(args: readonly string[]): CliRequest {
  const values = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const { action: actions = [], hostname, port, json = false, secrets: secretsFile } = values;
  if (actions.length === 0) throw usage('At least one --action FILE is needed.');
  const client = clientOf(values);
  const options = {
    actions,
    app: appOf(values),
    ...(hostname === undefined ? {} : { hostname: hostnameOf('--hostname', hostname) }),
    ...(port === undefined ? {} : { port: portOf('--port', port) }),
    ...(client ? { client } : {}),
  };
  return { kind: 'start', options, json, ...(secretsFile === undefined ? {} : { secretsFile }) };
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new SandboxError('usage', `${messageOf(error).split('. ')[0]?.replace(/\.$/, '')}. See --help.`, {
      cause: error,
    });
  }
}

function appOf(values: Values): SandboxOptions['app'] & {} {
  if (values['no-app']) return false;
  const { 'app-hostname': hostname, 'app-port': port } = values;
  return {
    ...(hostname === undefined ? {} : { hostname: hostnameOf('--app-hostname', hostname) }),
    ...(port === undefined ? {} : { port: portOf('--app-port', port) }),
  };
}

function clientOf(values: Values): OwnClient | undefined {
  const { 'client-id': clientId, 'client-secret': clientSecret, callback: callbacks = [] } = values;
  if (clientId === undefined && clientSecret === undefined && callbacks.length === 0) return undefined;
  if (clientId === undefined || callbacks.length === 0) {
    throw usage('An app of your own needs both --client-id and --callback.');
  }
  const wrong = callbacks.find((callback) => !URL.canParse(callback));
  if (wrong !== undefined) throw usage(`--callback has to be an absolute URL; got "${wrong}".`);
  return { clientId, callbacks, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

function portOf(option: string, value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw usage(`${option} has to be a number from 0 to 65535; got "${value}".`);
  return port;
}

function hostnameOf(option: string, value: string): string {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value)) {
    throw usage(`${option} has to be a host name without scheme and port; got "${value}".`);
  }
  return value.toLowerCase();
}

function usage(message: string): SandboxError {
  return new SandboxError('usage', `${message} See --help.`);
}

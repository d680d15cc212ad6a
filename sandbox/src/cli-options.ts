import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from './error-message.js';
import { parseInspectorAddress, type InspectorAddress } from './inspector.js';
import type { OwnClient, SandboxOptions } from './sandbox.js';
import { SandboxError } from './sandbox-errors.js';
import { VENDOR_ALGORITHMS, type VendorSettings } from './vendor/vendor-settings.js';

/** What the command line asks for. */
export type CliRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'start';
      readonly options: Omit<SandboxOptions, 'secrets'>;
      readonly secretsFile?: string;
      /** What signs the vendor's results with HS256. */
      readonly vendorSecretFile?: string;
      readonly tlsFiles?: { readonly cert: string; readonly key: string };
      /** Where debuggers attach. */
      readonly inspect?: InspectorAddress;
      /** Prints what Actions do, and which of their files change. */
      readonly watch: boolean;
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
  --languages LIST     the tenant's languages, its default first (default en): --languages en,fr-FR,de
  --tls-cert FILE, --tls-key FILE
                       https instead of http: a certificate for all the names, and its key (PEM)
  --vendor             add a vendor that logins are handed off to
  --vendor-hostname NAME, --vendor-port NUMBER
                       its name and port (default vendor.localhost, the tenant's port + 2)
  --vendor-alg NAME    what signs its results: RS256 (default), ES256 or HS256
  --vendor-secret-file FILE
                       the secret for HS256
  --vendor-audience ID the aud of its results (default auth-redirect)
  --vendor-return ORIGIN
                       where it sends people back to; repeat it for several (default: this machine)
  --watch              print what Actions do while it happens, and which of their files change
  --inspect[=HOST:PORT]
                       let a debugger stop inside Actions (default 127.0.0.1:9229); lifts the time limit
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
  languages: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  vendor: { type: 'boolean' },
  'vendor-hostname': { type: 'string' },
  'vendor-port': { type: 'string' },
  'vendor-alg': { type: 'string' },
  'vendor-secret-file': { type: 'string' },
  'vendor-audience': { type: 'string' },
  'vendor-return': { type: 'string', multiple: true },
  watch: { type: 'boolean' },
  inspect: { type: 'string' },
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
  const { action: actions = [], hostname, port, languages, inspect, watch = false, json = false } = values;
  const { secrets: secretsFile, 'vendor-secret-file': vendorSecretFile } = values;
  if (actions.length === 0) throw usage('At least one --action FILE is needed.');
  const client = clientOf(values);
  const vendor = vendorOf(values);
  const tlsFiles = tlsFilesOf(values);
  const options = {
    actions,
    app: appOf(values),
    ...(hostname === undefined ? {} : { hostname: hostnameOf('--hostname', hostname) }),
    ...(port === undefined ? {} : { port: portOf('--port', port) }),
    ...(client ? { client } : {}),
    ...(vendor ? { vendor } : {}),
    ...(languages === undefined ? {} : { languages: languagesOf(languages) }),
  };
  return {
    ...{ kind: 'start', options, watch, json },
    ...(inspect === undefined ? {} : { inspect: parseInspectorAddress(inspect) }),
    ...(secretsFile === undefined ? {} : { secretsFile }),
    ...(vendorSecretFile === undefined ? {} : { vendorSecretFile }),
    ...(tlsFiles === undefined ? {} : { tlsFiles }),
  };
}

function tlsFilesOf({ 'tls-cert': cert, 'tls-key': key }: Values): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usage('--tls-cert and --tls-key need each other.');
  return { cert, key };
}

function parse(args: readonly string[]): Values {
  try {
    // The value of --inspect is optional, which parseArgs does not know.
    const complete = args.map((argument) => (argument === '--inspect' ? '--inspect=' : argument));
    return parseArgs({ args: complete, options: OPTIONS, allowPositionals: false }).values;
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

function vendorOf(values: Values): VendorSettings | undefined {
  if (!values.vendor) {
    const given = Object.keys(values).find((name) => name.startsWith('vendor-'));
    if (given === undefined) return undefined;
    throw usage(`--${given} needs --vendor.`);
  }
  const { 'vendor-hostname': hostname, 'vendor-port': port, 'vendor-alg': alg, 'vendor-audience': audience } = values;
  const { 'vendor-return': returnOrigins } = values;
  return {
    ...(hostname === undefined ? {} : { hostname: hostnameOf('--vendor-hostname', hostname) }),
    ...(port === undefined ? {} : { port: portOf('--vendor-port', port) }),
    ...(alg === undefined ? {} : { algorithm: algorithmOf(alg) }),
    ...(audience === undefined ? {} : { audience }),
    ...(returnOrigins === undefined ? {} : { returnOrigins }),
  };
}

function algorithmOf(value: string): (typeof VENDOR_ALGORITHMS)[number] {
  const algorithm = VENDOR_ALGORITHMS.find((name) => name === value);
  if (!algorithm) throw usage(`--vendor-alg has to be one of ${VENDOR_ALGORITHMS.join(', ')}; got "${value}".`);
  return algorithm;
}

function languagesOf(value: string): string[] {
  const languages = value.split(',').map((language) => language.trim());
  const wrong = languages.find((language) => !/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language));
  if (wrong !== undefined) throw usage(`--languages has to be a list such as en,fr-FR; got "${value}".`);
  return languages;
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

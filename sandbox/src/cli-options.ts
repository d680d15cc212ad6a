import { existsSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from './error-message.js';
import { parseInspectorAddress, type InspectorAddress } from './inspector.js';
import { parseInit, type InitOptions } from './init/init-options.js';
import { cacheFolder } from './network/cache-folder.js';
import type { OwnClient, SandboxOptions } from './sandbox-options.js';
import { SandboxError } from './sandbox-errors.js';
import { VENDOR_ALGORITHMS, type VendorSettings } from './vendor/vendor-settings.js';

/** What the command line asks for. */
export type CliRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'init help' }
  | { readonly kind: 'init'; readonly options: InitOptions }
  | {
      readonly kind: 'start';
      readonly options: Omit<SandboxOptions, 'secrets' | 'tenant'>;
      /** A tenant file, or a folder that holds a tenant. */
      readonly tenantPath?: string;
      readonly secretsFile?: string;
      /** What signs the vendor's results with HS256. */
      readonly vendorSecretFile?: string;
      readonly tlsFiles?: { readonly cert: string; readonly key: string };
      /** Where debuggers attach. */
      readonly inspect?: InspectorAddress;
      /** Prints what Actions do, and which of their files change. */
      readonly watch: boolean;
      /** Generates a certificate; `folder` keeps the authority that signs it. */
      readonly https?: { readonly folder: string };
      readonly json: boolean;
    };

/** The text of `--help`. */
export const HELP = `Usage: auth0-actions-sandbox [--tenant PATH] [--action FILE] [options]
       auth0-actions-sandbox init [FOLDER] [--dry-run]

A local stand-in for an Auth0 tenant that runs your Actions and shows, step by step, what they did.

  --tenant PATH        users, clients, Actions of all triggers and more: a tenant file (YAML or JSON), a folder of
                       auth0-deploy-cli or one with Terraform files. Default: tenant.yaml, if there is one and no --action
  --action FILE        a file with a post-login Action; repeat it for several, in their order
  --action TRIGGER:FILE
                       the same for another trigger: --action pre-user-registration:checks.js
  --secrets FILE       event.secrets: a JSON object of strings, or NAME=VALUE lines
  --hostname NAME      the tenant's name (default tenant.localhost)
  --port NUMBER        the tenant's port (default 9500; 0 takes any free one)
  --app-hostname NAME  the sample app's name (default app.localhost)
  --app-port NUMBER    the sample app's port (default: the tenant's port + 1; 0 takes any free one)
  --no-app             leave the sample app out
  --client-id ID       let an app of your own log in; needs --callback, or --client-secret for a service without logins
  --client-secret TEXT its secret; leave it out for a single-page or native app
  --callback URL       its redirect_uri; repeat it for several
  --languages LIST     the tenant's languages, its default first (default en): --languages en,fr-FR,de
  --state FILE         keep users and roles over a restart, in a JSON file that the sandbox makes
  --tls-cert FILE, --tls-key FILE
                       https instead of http: a certificate for all the names, and its key (PEM)
  --https              https with a generated certificate, signed by an authority that you trust once
  --https-dir DIR      where that authority is kept (default: in your cache folder)
  --map URL=URL        what an Action finds at an address: --map https://example.com=http://localhost:3000; repeatable
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
  tenant: { type: 'string' },
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
  state: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  https: { type: 'boolean' },
  'https-dir': { type: 'string' },
  map: { type: 'string', multiple: true },
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

const DEFAULT_TENANT = 'tenant.yaml';

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Reads the command line; what it cannot make sense of is a {@link SandboxError} with the code `usage`. */
export function parseCli(args: readonly string[]): CliRequest {
  if (args[0] === 'init') return initOf(args.slice(1));
  const values = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const { action: actions = [], hostname, port, languages, inspect, watch = false, json = false } = values;
  const { secrets: secretsFile, state: stateFile, 'vendor-secret-file': vendorSecretFile } = values;
  const tenantPath = values.tenant ?? defaultTenant(actions);
  if (actions.length === 0 && tenantPath === undefined) {
    throw usage(`A tenant or an Action is needed: --tenant PATH or --action FILE. There is no ${DEFAULT_TENANT} here.`);
  }
  const client = clientOf(values);
  const vendor = vendorOf(values);
  const tlsFiles = tlsFilesOf(values);
  const https = httpsOf(values);
  const options = {
    actions,
    app: appOf(values),
    ...(hostname === undefined ? {} : { hostname: hostnameOf('--hostname', hostname) }),
    ...(port === undefined ? {} : { port: portOf('--port', port) }),
    ...(client ? { client } : {}),
    ...(vendor ? { vendor } : {}),
    ...(languages === undefined ? {} : { languages: languagesOf(languages) }),
    ...(values.map === undefined ? {} : { map: values.map }),
    ...(stateFile === undefined ? {} : { stateFile }),
  };
  return {
    ...{ kind: 'start', options, watch, json },
    ...(inspect === undefined ? {} : { inspect: parseInspectorAddress(inspect) }),
    ...(tenantPath === undefined ? {} : { tenantPath }),
    ...(secretsFile === undefined ? {} : { secretsFile }),
    ...(vendorSecretFile === undefined ? {} : { vendorSecretFile }),
    ...(tlsFiles === undefined ? {} : { tlsFiles }),
    ...(https === undefined ? {} : { https }),
  };
}

/** The file that `init` writes. */
function defaultTenant(actions: readonly string[]): string | undefined {
  return actions.length === 0 && existsSync(DEFAULT_TENANT) ? DEFAULT_TENANT : undefined;
}

function tlsFilesOf({ 'tls-cert': cert, 'tls-key': key }: Values): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usage('--tls-cert and --tls-key need each other.');
  return { cert, key };
}

function httpsOf(values: Values): { folder: string } | undefined {
  const { https, 'https-dir': folder, 'tls-cert': cert } = values;
  if (!https && folder !== undefined) throw usage('--https-dir needs --https.');
  if (https && cert !== undefined) throw usage('--https generates a certificate: leave --tls-cert and --tls-key out.');
  return https ? { folder: folder ?? cacheFolder() } : undefined;
}

function initOf(args: readonly string[]): CliRequest {
  const options = orUsage(() => parseInit(args));
  return options ? { kind: 'init', options } : { kind: 'init help' };
}

function parse(args: readonly string[]): Values {
  // The value of --inspect is optional, which parseArgs does not know.
  const complete = args.map((argument) => (argument === '--inspect' ? '--inspect=' : argument));
  return orUsage(() => parseArgs({ args: complete, options: OPTIONS, allowPositionals: false }).values);
}

function orUsage<Result>(run: () => Result): Result {
  try {
    return run();
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
  if (clientId === undefined || (callbacks.length === 0 && clientSecret === undefined)) {
    throw usage('An app of your own needs --client-id, and --callback or --client-secret.');
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

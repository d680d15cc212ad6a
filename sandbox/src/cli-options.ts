import { existsSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from './error-message.js';
import { parseInspectorAddress, type InspectorAddress } from './inspector.js';
import { parseInit, type InitOptions } from './init/init-options.js';
import { algorithmOf, hostnameOf, languagesOf, portOf, usage } from './cli-values.js';
import { withoutUndefined } from './without-undefined.js';
import { cacheFolder } from './network/cache-folder.js';
import type { OwnClient, SandboxOptions } from './sandbox-options.js';
import { SandboxError } from './sandbox-errors.js';
import type { VendorSettings } from './vendor/vendor-settings.js';

export type CliRequest =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'init help' }
  | { readonly kind: 'init'; readonly options: InitOptions }
  | {
      readonly kind: 'start';
      readonly options: Omit<SandboxOptions, 'secrets' | 'tenant'>;
      /** A tenant file or folder. */
      readonly tenantPath?: string;
      readonly secretsFile?: string;
      /** The secret that signs the vendor's results (HS256). */
      readonly vendorSecretFile?: string;
      readonly tlsFiles?: { readonly cert: string; readonly key: string };
      readonly inspect?: InspectorAddress;
      /** Prints calls of Actions and changes of their files. */
      readonly watch: boolean;
      /** `folder` stores the authority that signs the certificate. */
      readonly https?: { readonly folder: string };
      readonly json: boolean;
    };

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

/** Throws a {@link SandboxError} with the code `usage`. */
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
  const options = withoutUndefined({
    actions,
    app: appOf(values),
    hostname: hostnameOf('--hostname', hostname),
    port: portOf('--port', port),
    client: clientOf(values),
    vendor: vendorOf(values),
    languages: languagesOf(languages),
    map: values.map,
    stateFile,
  });
  return withoutUndefined({
    ...{ kind: 'start' as const, options, watch, json, tenantPath, secretsFile, vendorSecretFile },
    inspect: inspect === undefined ? undefined : parseInspectorAddress(inspect),
    tlsFiles: tlsFilesOf(values),
    https: httpsOf(values),
  });
}

/** `init` writes this file. */
function defaultTenant(actions: readonly string[]): string | undefined {
  return actions.length === 0 && existsSync(DEFAULT_TENANT) ? DEFAULT_TENANT : undefined;
}

function tlsFilesOf({ 'tls-cert': cert, 'tls-key': key }: Values): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw usage('Use --tls-cert and --tls-key together.');
  return { cert, key };
}

function httpsOf(values: Values): { folder: string } | undefined {
  const { https, 'https-dir': folder, 'tls-cert': cert } = values;
  if (!https && folder !== undefined) throw usage('--https-dir requires --https.');
  if (https && cert !== undefined) throw usage('--https generates a certificate: leave --tls-cert and --tls-key out.');
  return https ? { folder: folder ?? cacheFolder() } : undefined;
}

function initOf(args: readonly string[]): CliRequest {
  const options = orUsage(() => parseInit(args));
  return options ? { kind: 'init', options } : { kind: 'init help' };
}

function parse(args: readonly string[]): Values {
  // parseArgs does not support an optional value.
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
  return withoutUndefined({ hostname: hostnameOf('--app-hostname', hostname), port: portOf('--app-port', port) });
}

function clientOf(values: Values): OwnClient | undefined {
  const { 'client-id': clientId, 'client-secret': clientSecret, callback: callbacks = [] } = values;
  if (clientId === undefined && clientSecret === undefined && callbacks.length === 0) return undefined;
  if (clientId === undefined || (callbacks.length === 0 && clientSecret === undefined)) {
    throw usage('Your own app needs --client-id, and --callback or --client-secret.');
  }
  const wrong = callbacks.find((callback) => !URL.canParse(callback));
  if (wrong !== undefined) throw usage(`--callback has to be an absolute URL; got "${wrong}".`);
  return withoutUndefined({ clientId, callbacks, clientSecret });
}

function vendorOf(values: Values): VendorSettings | undefined {
  if (!values.vendor) {
    const given = Object.keys(values).find((name) => name.startsWith('vendor-'));
    if (given === undefined) return undefined;
    throw usage(`--${given} needs --vendor.`);
  }
  return withoutUndefined({
    hostname: hostnameOf('--vendor-hostname', values['vendor-hostname']),
    port: portOf('--vendor-port', values['vendor-port']),
    algorithm: algorithmOf(values['vendor-alg']),
    audience: values['vendor-audience'],
    returnOrigins: values['vendor-return'],
  });
}

#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { HELP } from './cli-help.js';
import { parseCli, type CliRequest } from './cli-options.js';
import { checkTenant } from './checks/check-tenant.js';
import { messageOf } from './error-message.js';
import { openInspector } from './inspector.js';
import { init } from './init/init.js';
import { INIT_HELP } from './init/init-options.js';
import { isRecord, textOf } from './json.js';
import type { TlsSettings } from './network/loopback-server.js';
import { hostnamesOf, startSandbox, type Sandbox } from './sandbox.js';
import { assertReadableActions, definitionOf } from './sandbox-definition.js';
import { SandboxError } from './sandbox-errors.js';
import { readSecret, readSecrets } from './secrets-file.js';
import type { TenantDefinition } from './definition/tenant-definition.js';
import { readTenant } from './tenant-files/read-tenant.js';
import type { ReadTenant } from './tenant-files/tenant-source.js';
import type { LoginObserver } from './transactions/login-observer.js';
import { watchLogins } from './watch/watch-logins.js';

/** sysexits.h: 64 is wrong usage. */
const EXIT_USAGE = 64;
const EXIT_FAILURE = 1;

type StartRequest = CliRequest & { kind: 'start' };

async function main(): Promise<void> {
  const request = parseCli(process.argv.slice(2));
  switch (request.kind) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'version':
      process.stdout.write(`${await ownVersion()}\n`);
      return;
    case 'init help':
      process.stdout.write(INIT_HELP);
      return;
    case 'init':
      process.stdout.write(await init(request.options));
      return;
    case 'start':
      await start(request);
      return;
    default:
      request satisfies never;
  }
}

async function start(request: StartRequest): Promise<void> {
  const { options, secretsFile, tenantPath, vendorSecretFile, json } = request;
  const secrets = secretsFile === undefined ? {} : await readSecrets(secretsFile);
  const tenant = tenantPath === undefined ? undefined : await readTenant(tenantPath);
  const vendorSecret = vendorSecretFile === undefined ? {} : { secret: await readSecret(vendorSecretFile) };
  const vendor = options.vendor && { vendor: { ...options.vendor, ...vendorSecret } };
  const { authorityFile, ...tls } = await tlsOf(request);
  const settings = { ...options, secrets, ...vendor, ...tls, ...(tenant ? { tenant } : {}) };
  const definition = definitionOf(settings);
  await assertReadableActions(definition);
  await warn([...(tenant?.source.notes ?? []), ...(await checkTenant(definition))]);
  const debuggerUrl = request.inspect && openInspector(request.inspect);
  const observer = request.watch && { observer: watch(request, definition, () => sandbox.transactionsUrl) };
  const sandbox: Sandbox = await startSandbox({ ...settings, ...observer });
  // A signal handler would wait for an Action at a breakpoint. Without a handler, a signal ends the process at once.
  if (debuggerUrl === undefined) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(sandbox));
  }
  const more = { authority: authorityFile, inspector: debuggerUrl };
  process.stdout.write(json ? readyLine(sandbox, more) : greeting(sandbox, tenant, debuggerUrl));
  if (authorityFile !== undefined && !json) process.stdout.write(trustAdvice(authorityFile));
}

/** Problems do not fail startup: the sandbox reads Actions again for each login. */
async function warn(lines: readonly string[]): Promise<void> {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

function watch(request: StartRequest, definition: TenantDefinition, transactionsUrl: () => string): LoginObserver {
  const { secretsFile, tenantPath } = request;
  const actions = Object.values(definition.actions ?? {}).flatMap((list) => list.map(({ file }) => file));
  const settings = [secretsFile, tenantPath].filter((file) => file !== undefined);
  const onChange = (file: string): void => void checkTenant(definition, file).then(warn, () => undefined);
  return watchLogins(
    { actions, settings, onChange },
    {
      transactionsUrl,
      colors: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
      write: (line) => void process.stdout.write(`${line}\n`),
    },
  );
}

async function tlsOf({
  tlsFiles,
  https,
  options,
}: StartRequest): Promise<{ tls?: TlsSettings; authorityFile?: string }> {
  if (tlsFiles) {
    const [cert, key] = [await readSecret(tlsFiles.cert, 'certificate'), await readSecret(tlsFiles.key, 'key')];
    return { tls: { cert, key } };
  }
  if (!https) return {};
  // Loaded only if needed, because loading is slow.
  const { httpsSettings } = await import('./network/certificate-authority.js');
  return httpsSettings(https.folder, hostnamesOf(options));
}

function trustAdvice(authorityFile: string): string {
  return `
The certificate is signed by an authority that can vouch for localhost names only. Trust it once:
  Node       NODE_EXTRA_CA_CERTS=${authorityFile} node your-service.js
  Browser    import the file as an authority (Chrome: Manage certificates; Firefox: View Certificates, Authorities)
`;
}

/** Exits, because timers and connections of an Action could keep the process alive. */
async function stop(sandbox: Sandbox): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function readyLine(sandbox: Sandbox, more: Readonly<Record<string, string | undefined>>): string {
  const { tenantUrl: tenant, appUrl: app, transactionsUrl: transactions } = sandbox;
  const { vendorUrl: vendor, vendorJwksUrl: vendorJwks } = sandbox;
  // JSON omits undefined members.
  return `${JSON.stringify({ tenant, app, transactions, vendor, vendorJwks, ...more })}\n`;
}

function greeting(sandbox: Sandbox, read: ReadTenant | undefined, debuggerUrl: string | undefined): string {
  const { tenantUrl, appUrl, transactionsUrl, vendorUrl, vendorJwksUrl } = sandbox;
  const lines = [
    ...(read ? [['Read', `${relative(process.cwd(), read.source.path) || '.'}, ${read.source.kind}`]] : []),
    ['Tenant', tenantUrl],
    ['Logins', transactionsUrl],
    ...(appUrl ? [['Sample app', appUrl]] : []),
    ...(vendorUrl && vendorJwksUrl
      ? [
          ['Vendor', vendorUrl],
          ['Its keys', vendorJwksUrl],
        ]
      : []),
    ...(debuggerUrl === undefined ? [] : [['Debugger', debuggerUrl]]),
  ];
  return `${lines.map(([name = '', url = '']) => `${name.padEnd(11)}${url}`).join('\n')}\n`;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(join(__dirname, '..', 'package.json'), 'utf8');
  const manifest: unknown = JSON.parse(text);
  return isRecord(manifest) ? textOf(manifest['version']) : '';
}

// The reader may exit early, like `head`. Logins continue.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main().catch((error: unknown) => {
  const known = error instanceof SandboxError;
  process.stderr.write(`auth0-actions-sandbox: ${known ? error.message : messageOf(error)}\n`);
  process.exitCode = known && error.code === 'usage' ? EXIT_USAGE : EXIT_FAILURE;
});

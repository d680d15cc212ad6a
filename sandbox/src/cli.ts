#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HELP, parseCli, type CliRequest } from './cli-options.js';
import { messageOf } from './error-message.js';
import { init } from './init/init.js';
import { INIT_HELP } from './init/init-options.js';
import { isRecord, textOf } from './json.js';
import type { TlsSettings } from './network/loopback-server.js';
import { hostnamesOf, startSandbox, type Sandbox } from './sandbox.js';
import { SandboxError } from './sandbox-errors.js';
import { readSecret, readSecrets } from './secrets-file.js';

/** Exit codes: 64 is "used wrongly" (sysexits.h), 1 everything else. */
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
  const { options, secretsFile, vendorSecretFile, json } = request;
  const secrets = secretsFile === undefined ? {} : await readSecrets(secretsFile);
  const vendorSecret = vendorSecretFile === undefined ? {} : { secret: await readSecret(vendorSecretFile) };
  const vendor = options.vendor && { vendor: { ...options.vendor, ...vendorSecret } };
  const { authorityFile, ...tls } = await tlsOf(request);
  const sandbox = await startSandbox({ ...options, secrets, ...vendor, ...tls });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(sandbox));
  process.stdout.write(json ? readyLine(sandbox, authorityFile) : greeting(sandbox));
  if (authorityFile !== undefined && !json) process.stdout.write(trustAdvice(authorityFile));
}

async function tlsOf({
  tlsFiles,
  https,
  options,
}: StartRequest): Promise<{ tls?: TlsSettings; authorityFile?: string }> {
  if (tlsFiles) return { tls: { cert: await readSecret(tlsFiles.cert), key: await readSecret(tlsFiles.key) } };
  if (!https) return {};
  // Loaded only if it is needed, since it takes a while.
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

/** Work that an Action has left behind (a timer, a connection) must not keep the process. */
async function stop(sandbox: Sandbox): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function readyLine(sandbox: Sandbox, authority: string | undefined): string {
  const { tenantUrl: tenant, appUrl: app, transactionsUrl: transactions } = sandbox;
  const { vendorUrl: vendor, vendorJwksUrl: vendorJwks } = sandbox;
  // JSON leaves out what is undefined.
  return `${JSON.stringify({ tenant, app, transactions, vendor, vendorJwks, authority })}\n`;
}

function greeting({ tenantUrl, appUrl, transactionsUrl, vendorUrl, vendorJwksUrl }: Sandbox): string {
  const lines = [
    ['Tenant', tenantUrl],
    ['Logins', transactionsUrl],
    ...(appUrl ? [['Sample app', appUrl]] : []),
    ...(vendorUrl && vendorJwksUrl
      ? [
          ['Vendor', vendorUrl],
          ['Its keys', vendorJwksUrl],
        ]
      : []),
  ];
  return `${lines.map(([name = '', url = '']) => `${name.padEnd(11)}${url}`).join('\n')}\n`;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(join(__dirname, '..', 'package.json'), 'utf8');
  const manifest: unknown = JSON.parse(text);
  return isRecord(manifest) ? textOf(manifest['version']) : '';
}

main().catch((error: unknown) => {
  const known = error instanceof SandboxError;
  process.stderr.write(`auth0-actions-sandbox: ${known ? error.message : messageOf(error)}\n`);
  process.exitCode = known && error.code === 'usage' ? EXIT_USAGE : EXIT_FAILURE;
});

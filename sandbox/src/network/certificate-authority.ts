import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../error-message.js';
import { isRecord } from '../json.js';
import { SandboxError } from '../sandbox-errors.js';
import { createAuthority, createServerCertificate } from './certificates.js';
import type { TlsSettings } from './loopback-server.js';

export interface HttpsSettings {
  readonly tls: TlsSettings;
  readonly authorityFile: string;
}

const ALWAYS = ['localhost', '127.0.0.1', '::1'];

/**
 * @param folder Stores the authority, so that users import one certificate once.
 * @param hostnames `localhost` or names below it.
 */
export async function httpsSettings(folder: string, hostnames: readonly string[]): Promise<HttpsSettings> {
  for (const name of hostnames) assertLocal(name);
  const authority = await authorityIn(folder);
  const tls = await createServerCertificate(authority, [...new Set([...hostnames, ...ALWAYS])]);
  return { tls, authorityFile: fileNames(folder).cert };
}

function assertLocal(name: string): void {
  if (/^([a-z0-9-]+\.)*localhost$/.test(name)) return;
  const message = `--https covers localhost and names below it. For ${name} use --tls-cert and --tls-key.`;
  throw new SandboxError('usage', message);
}

async function authorityIn(folder: string): Promise<TlsSettings> {
  const { home } = fileNames(folder);
  try {
    const authority = (await stored(folder)) ?? (await created(folder));
    assertUsable(authority);
    return authority;
  } catch (error) {
    const message = `The certificate authority in ${home} cannot be used: ${messageOf(error)}. Delete the folder to get a new one, or name another by --https-dir.`;
    throw new SandboxError('https_folder_unusable', message, { cause: error });
  }
}

async function stored(folder: string): Promise<TlsSettings | undefined> {
  const { cert, key } = fileNames(folder);
  try {
    return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Creates the folder in one step, so that two starting sandboxes share one authority. */
async function created(folder: string): Promise<TlsSettings> {
  await mkdir(folder, { recursive: true });
  const authority = await createAuthority(`auth0-actions-sandbox on ${hostname()}`);
  const fresh = await mkdtemp(join(folder, 'new-'));
  try {
    await writeFile(join(fresh, 'ca.pem'), authority.cert);
    await writeFile(join(fresh, 'ca-key.pem'), authority.key, { mode: 0o600 });
    await rename(fresh, fileNames(folder).home);
    return authority;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    const other = isTaken(error) ? await stored(folder) : undefined;
    if (!other) throw error;
    return other;
  }
}

function assertUsable({ cert, key }: TlsSettings): void {
  const certificate = new X509Certificate(cert);
  if (Date.parse(certificate.validTo) < Date.now()) throw new Error(`it expired on ${certificate.validTo}`);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error('ca-key.pem is not the key of ca.pem');
}

function fileNames(folder: string): { home: string; cert: string; key: string } {
  const home = join(folder, 'authority');
  return { home, cert: join(home, 'ca.pem'), key: join(home, 'ca-key.pem') };
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return isRecord(error) ? String(error['code']) : '';
}

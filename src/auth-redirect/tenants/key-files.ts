import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findSecretProblem } from '../validation/problems.js';
import type { KeysOptions } from '../options/tenant.options.js';

/** A secret of 4,096 characters takes 16 KB at most. */
const FILE_MAX_BYTES = 16_500;

/** The secrets of a tenant, as they are now. */
export interface Secrets {
  readonly current: string;
  readonly previous?: string;
}

/** A secret that cannot be used. `problem` names the option, and never the value. */
export class SecretProblem extends Error {
  override readonly name = 'SecretProblem';
  readonly code = 'secret_invalid';

  constructor(readonly problem: string) {
    super(problem);
  }
}

/** @throws SecretProblem for what cannot be read or is no sound secret. */
export function readSecrets(keys: KeysOptions): Secrets {
  return keys.directory === undefined ? secretsOf(keys) : readDirectory(keys.directory);
}

/** Whether the secrets can change while the process runs. */
export function isReadFromFiles({ currentFile, previousFile, directory }: KeysOptions): boolean {
  return [currentFile, previousFile, directory].some((path) => path !== undefined);
}

/** Kubernetes swaps a mounted Secret by one symbolic link, `..data`: both secrets are read behind the same one. */
function readDirectory(directory: string): Secrets {
  const link = join(directory, '..data');
  for (;;) {
    const data = realpathOf(link);
    const read = attempt(() => secretsIn(data ?? directory));
    if (realpathOf(link) === data) return read();
  }
}

function secretsIn(directory: string): Secrets {
  const files = { currentFile: join(directory, 'current'), previousFile: join(directory, 'previous') };
  return secretsOf(files, { current: 'directory: current', previous: 'directory: previous' });
}

/** Gives, or throws, later what a call gave, or threw. */
function attempt<Value>(call: () => Value): () => Value {
  try {
    const value = call();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function secretsOf(
  { current, currentFile, previous, previousFile }: KeysOptions,
  names = { current: 'currentFile', previous: 'previousFile' },
): Secrets {
  const now = currentFile === undefined ? current : readSecret(names.current, currentFile);
  const before = previousFile === undefined ? previous : readOptionalSecret(names.previous, previousFile);
  if (now === undefined) throw new SecretProblem('current is missing: a secret, a file or a directory');
  return { current: now, ...(before !== undefined && { previous: before }) };
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readSecret(option: string, path: string): string {
  const secret = readText(option, path);
  const problem = findSecretProblem(secret);
  if (problem !== undefined) throw new SecretProblem(`${option} holds a secret that ${problem}`);
  return secret;
}

/** A rotation that is over leaves no previous secret: its file is gone or empty. */
function readOptionalSecret(option: string, path: string): string | undefined {
  try {
    return readText(option, path) === '' ? undefined : readSecret(option, path);
  } catch (error) {
    if (error instanceof SecretProblem && error.problem.endsWith('(ENOENT)')) return undefined;
    throw error;
  }
}

/** One line break at the end, which editors and `echo` leave, is not part of a secret. */
function readText(option: string, path: string): string {
  const content = contentOf(option, path);
  if (!isUtf8(content)) throw new SecretProblem(`${option} is not UTF-8 text: a secret is used as its UTF-8 bytes`);
  return content.toString('utf8').replace(/\r?\n$/, '');
}

/** Without waiting for whoever writes to a pipe, and without reading what is far too large for a secret. */
function contentOf(option: string, path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new SecretProblem(`${option} names what is no regular file`);
    if (stats.size > FILE_MAX_BYTES) throw new SecretProblem(`${option} names a file of over ${FILE_MAX_BYTES} bytes`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof SecretProblem) throw error;
    throw new SecretProblem(`${option} names a file that cannot be read (${codeOf(error)})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The system's word for it, like ENOENT. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

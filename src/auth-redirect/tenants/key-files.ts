import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { FileProblem, readTextFile } from '../files.js';
import type { KeysOptions } from '../options/tenant.options.js';
import { findSecretProblem } from '../validation/problems.js';

/** A secret of 4,096 characters has at most 16 KB. */
const FILE_MAX_BYTES = 16_500;

export interface Secrets {
  readonly current: string;
  readonly previous?: string;
}

/** `problem` begins with the option's name, and contains no secret. */
export class SecretProblem extends Error {
  override readonly name = 'SecretProblem';
  readonly code = 'secret_invalid';

  constructor(readonly problem: string) {
    super(problem);
  }
}

/** @throws SecretProblem if a secret is missing, unreadable or too weak. */
export function readSecrets(keys: KeysOptions): Secrets {
  return keys.directory === undefined ? secretsOf(keys) : readDirectory(keys.directory);
}

export function isReadFromFiles({ currentFile, previousFile, directory }: KeysOptions): boolean {
  return [currentFile, previousFile, directory].some((path) => path !== undefined);
}

/** Kubernetes updates a mounted Secret by replacing one symbolic link, `..data`. Both secrets must come from the same target. */
function readDirectory(directory: string): Secrets {
  const link = join(directory, '..data');
  for (;;) {
    const target = targetOf(link);
    try {
      const secrets = secretsIn(target ?? directory);
      if (targetOf(link) === target) return secrets;
    } catch (error) {
      if (targetOf(link) === target) throw error;
    }
  }
}

function secretsIn(directory: string): Secrets {
  const files = { currentFile: join(directory, 'current'), previousFile: join(directory, 'previous') };
  return secretsOf(files, { current: 'directory: current', previous: 'directory: previous' });
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

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

/** The file may be missing or empty, as after a rotation. */
function readOptionalSecret(option: string, path: string): string | undefined {
  try {
    if (readTextFile(path, FILE_MAX_BYTES) === '') return undefined;
  } catch (error) {
    if (error instanceof FileProblem && error.systemCode === 'ENOENT') return undefined;
  }
  return readSecret(option, path);
}

function readSecret(option: string, path: string): string {
  try {
    const secret = readTextFile(path, FILE_MAX_BYTES);
    const problem = findSecretProblem(secret);
    if (problem === undefined) return secret;
    throw new SecretProblem(`${option} holds a secret that ${problem}`);
  } catch (error) {
    throw error instanceof FileProblem ? new SecretProblem(`${option} ${error.problem}`) : error;
  }
}

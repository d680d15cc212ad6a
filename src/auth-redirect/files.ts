import { isUtf8 } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { AuthRedirectOptionsError } from './errors.js';

export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly code = 'file_not_readable';

  /**
   * @param problem Text that follows the option's name. Contains no file content.
   * @param systemCode Error code of the system, like `ENOENT`.
   */
  constructor(
    readonly problem: string,
    readonly systemCode?: string,
  ) {
    super(problem);
  }
}

const REASONS: Readonly<Record<string, string>> = { ENOENT: 'does not exist', EACCES: 'this process may not read' };

/**
 * @param maxBytes Size limit of the file.
 * @returns The text without the final line break of editors and `echo`.
 * @throws FileProblem if the file cannot be read, is not a regular file, is too large or not UTF-8.
 */
export function readTextFile(path: string, maxBytes: number): string {
  const content = contentOf(path, maxBytes);
  if (!isUtf8(content)) throw new FileProblem('names a file that is not UTF-8 text');
  return content.toString('utf8').replace(/\r?\n$/, '');
}

/** @throws AuthRedirectOptionsError if the directory cannot be read. */
export function namesIn(option: string, directory: string, recursive = false): readonly string[] {
  try {
    return readdirSync(directory, { recursive, encoding: 'utf8' });
  } catch (error) {
    throw new AuthRedirectOptionsError([`${option} ${problemOf(error, 'directory').problem}`]);
  }
}

/** @param findProblem Returns the problem of the text. */
export function findFileProblem(
  path: unknown,
  maxBytes: number,
  findProblem: (text: string) => string | undefined,
): string | undefined {
  if (typeof path !== 'string' || path === '') return 'is not the path of a file';
  try {
    const problem = findProblem(readTextFile(path, maxBytes));
    return problem && `names a file whose content ${problem}`;
  } catch (error) {
    if (error instanceof FileProblem) return error.problem;
    throw error;
  }
}

export function findCertificateProblem(text: string): string | undefined {
  try {
    void new X509Certificate(text);
    return undefined;
  } catch {
    return 'is not a certificate in PEM';
  }
}

function contentOf(path: string, maxBytes: number): Buffer {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new FileProblem('names a path that is not a regular file');
    if (stats.size > maxBytes) throw new FileProblem(`names a file of over ${maxBytes} bytes`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw problemOf(error, 'file');
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function problemOf(error: unknown, what: 'file' | 'directory'): FileProblem {
  const systemCode = String(Object(error).code);
  return new FileProblem(`names a ${what} that ${REASONS[systemCode] ?? 'cannot be read'} (${systemCode})`, systemCode);
}

import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** A file that cannot be used. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly code = 'file_not_readable';

  /**
   * @param problem What is wrong, as the end of a sentence that begins with the option's name. Holds nothing of the file.
   * @param systemCode The error code of the operating system, like `ENOENT`.
   */
  constructor(
    readonly problem: string,
    readonly systemCode?: string,
  ) {
    super(problem);
  }
}

/**
 * Reads a text that an option names: a secret, a certificate, a configuration.
 *
 * @param maxBytes Size limit of the file, in bytes.
 * @returns The text without the line break that editors and `echo` leave at the end.
 * @throws FileProblem if the file cannot be read, is not a regular file, is too large or is not UTF-8.
 */
export function readTextFile(path: string, maxBytes: number): string {
  const content = contentOf(path, maxBytes);
  if (!isUtf8(content)) throw new FileProblem('names a file that is not UTF-8 text');
  return content.toString('utf8').replace(/\r?\n$/, '');
}

/**
 * Returns what is wrong with the file that an option names, or with the text in it.
 *
 * @param findProblem Returns what is wrong with the text.
 */
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

function contentOf(path: string, maxBytes: number): Buffer {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new FileProblem('names a path that is not a regular file');
    if (stats.size > maxBytes) throw new FileProblem(`names a file of over ${maxBytes} bytes`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    const systemCode = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new FileProblem(`names a file that cannot be read (${systemCode})`, systemCode);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { SandboxError } from '../sandbox-errors.js';

const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 1000;

/** Reads at most 1 MB per file and 1,000 files. */
export class TenantFiles {
  private count = 0;

  /** `place` begins the message of an error. */
  async text(file: string, place = ''): Promise<string> {
    this.count += 1;
    if (this.count > MAX_FILES) throw unreadable(`${place}A tenant may have ${MAX_FILES} files; ${file} is one more.`);
    const size = await sizeOf(file);
    if (size === undefined) throw unreadable(`${place}There is no file ${file}.`);
    if (size > MAX_BYTES) throw unreadable(`${place}${file} is larger than 1 MB.`);
    try {
      return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
    } catch (error) {
      throw unreadable(`${place}${file} cannot be read.`, error);
    }
  }

  async textIfPresent(file: string): Promise<string | undefined> {
    return (await this.exists(file)) ? this.text(file) : undefined;
  }

  async exists(file: string): Promise<boolean> {
    return (await sizeOf(file)) !== undefined;
  }

  async code(file: string, place: string): Promise<string> {
    try {
      return await this.text(file, place);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      throw new SandboxError('action_file_unreadable', error.message, { cause: error });
    }
  }
}

/** Sorts the names. A missing folder counts as empty. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return [];
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(message: string, cause?: unknown): SandboxError {
  return new SandboxError('tenant_unreadable', message, { cause });
}

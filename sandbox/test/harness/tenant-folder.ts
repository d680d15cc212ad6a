import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SandboxError } from '../../src/sandbox-errors.js';
import { readTenant } from '../../src/tenant-files/read-tenant.js';
import type { ReadTenant } from '../../src/tenant-files/tenant-source.js';

/** A temporary folder with files; `remove` deletes it. */
export class TenantFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tenant-'));

  write(files: Record<string, string>): this {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.file(name)), { recursive: true });
      writeFileSync(this.file(name), text);
    }
    return this;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name = '.', environment: NodeJS.ProcessEnv = {}): Promise<ReadTenant> {
    return readTenant(this.file(name), environment);
  }

  /** Returns the code and message of the failure to read, without the folder. */
  async failure(name = '.', environment: NodeJS.ProcessEnv = {}): Promise<{ code: string; message: string }> {
    try {
      await this.read(name, environment);
    } catch (error) {
      if (error instanceof SandboxError) return { code: error.code, message: this.withoutPath(error.message) };
      throw error;
    }
    throw new Error('It did not fail.');
  }

  /** Returns the notes about a tenant, without the folder. */
  notes({ source }: ReadTenant): string[] {
    return source.notes.map((note) => this.withoutPath(note));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private withoutPath(text: string): string {
    return text.replaceAll(`${this.path}/`, '').replaceAll(this.path, 'FOLDER');
  }
}

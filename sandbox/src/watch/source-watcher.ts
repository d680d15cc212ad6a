import { readFileSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Waits, because editors write a file in several steps. */
const SETTLED_MS = 50;

/** Reports files whose content has changed. */
export class SourceWatcher {
  private readonly contents = new Map<string, string | undefined>();
  private readonly folders = new Map<string, FSWatcher>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly onChange: (file: string) => void) {}

  /** Adds to the watched files. */
  add(files: readonly string[]): void {
    for (const file of files.map((name) => resolve(name))) {
      if (this.contents.has(file)) continue;
      this.contents.set(file, contentOf(file));
      this.watchFolder(dirname(file));
    }
  }

  close(): void {
    for (const watcher of this.folders.values()) watcher.close();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  /** Many editors replace a file instead of writing to it. */
  private watchFolder(folder: string): void {
    if (this.folders.has(folder)) return;
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      for (const file of this.contents.keys()) {
        if (dirname(file) === folder && (name === null || basename(file) === name)) this.lookSoon(file);
      }
    });
    // A removed folder has no more changes.
    watcher.on('error', () => watcher.close());
    this.folders.set(folder, watcher);
  }

  private lookSoon(file: string): void {
    clearTimeout(this.timers.get(file));
    this.timers.set(
      file,
      setTimeout(() => this.look(file), SETTLED_MS),
    );
  }

  private look(file: string): void {
    const content = contentOf(file);
    if (content === undefined || content === this.contents.get(file)) return;
    this.contents.set(file, content);
    this.onChange(file);
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

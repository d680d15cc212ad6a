import { join } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';

type Prettier = Pick<typeof import('prettier'), 'check' | 'format' | 'resolveConfig'>;

/**
 * Writes a file, formatted by the application's prettier if it has one. If the file was not formatted before, only the change is formatted.
 */
export async function write(tree: Tree, path: string, text: string): Promise<void> {
  const before = tree.exists(path) ? tree.readText(path) : undefined;
  if (before === text) return;
  const formatted = await format(path, before, text);
  if (before === undefined) tree.create(path, formatted);
  else tree.overwrite(path, formatted);
}

async function format(path: string, before: string | undefined, text: string): Promise<string> {
  const prettier = await loadPrettier();
  if (!prettier || !/\.(?:ts|json)$/.test(path)) return text;
  const filepath = join(process.cwd(), path);
  const options = { ...(await prettier.resolveConfig(filepath, { editorconfig: true })), filepath };
  const wasFormatted = before === undefined || (await prettier.check(before, options));
  return wasFormatted ? prettier.format(text, options) : text;
}

async function loadPrettier(): Promise<Prettier | undefined> {
  try {
    return await import('prettier');
  } catch {
    return undefined;
  }
}

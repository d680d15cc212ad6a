import { basename, dirname, extname } from 'node:path';

const GENERIC = ['code', 'index', 'action', 'main'];

/** Returns the name of the file, or of its folder if the file is `code.js` or similar. */
export function actionNameOf(file: string): string {
  const name = basename(file, extname(file));
  return GENERIC.includes(name) ? basename(dirname(file)) : name;
}

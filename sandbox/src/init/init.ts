import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../error-message.js';
import { isRecord } from '../json.js';
import { SandboxError } from '../sandbox-errors.js';
import type { InitOptions } from './init-options.js';
import { startFiles, type StartFile } from './start-files.js';

type Outcome = 'written' | 'would be written' | 'skipped: it exists';

/** Returns the lines to print. */
export async function init({ folder, dryRun }: InitOptions): Promise<string> {
  const lines: string[] = [];
  for (const file of await startFiles()) {
    const outcome = dryRun ? wouldBe(folder, file) : await write(folder, file);
    lines.push(`${file.path.padEnd(28)}${outcome}`);
    if (file.path === '.gitignore' && !dryRun && !(await ignoresSecrets(folder)))
      lines.push('  Add secrets.env to it.');
  }
  return `${lines.join('\n')}\n${dryRun ? '' : nextCommands(folder)}`;
}

async function ignoresSecrets(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8');
  return text.split('\n').some((line) => SECRETS_PATTERNS.includes(line.trim()));
}

/** Usual .gitignore lines that match `secrets.env`. */
const SECRETS_PATTERNS = ['secrets.env', '/secrets.env', '*.env', '**/secrets.env', '**/*.env'];

function wouldBe(folder: string, { path }: StartFile): Outcome {
  return existsSync(join(folder, path)) ? 'skipped: it exists' : 'would be written';
}

async function write(folder: string, { path, content, mode }: StartFile): Promise<Outcome> {
  const file = join(folder, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx', mode: mode ?? 0o666 });
    return 'written';
  } catch (error) {
    if (isRecord(error) && error['code'] === 'EEXIST' && existsSync(file)) return 'skipped: it exists';
    throw new SandboxError('init_failed', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

function nextCommands(folder: string): string {
  const enter = folder === '.' ? '' : `  cd ${folder}\n`;
  return `
Next:
${enter}  npm install --save-dev auth0-actions-sandbox
  npx auth0-actions-sandbox --watch

In another terminal, the page that the Action redirects to, and the Action's test:
${enter}  node --env-file=secrets.env site.js
  node --test
`;
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface StartFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
}

const TEMPLATES = join(__dirname, '..', '..', 'templates');
const COPIED = ['tenant.yaml', 'actions/post-login.js', 'actions/post-login.test.js', 'site.js'];

export async function startFiles(): Promise<StartFile[]> {
  const copied = COPIED.map(async (path) => ({ path, content: await readFile(join(TEMPLATES, path), 'utf8') }));
  // npm omits .gitignore from packages, so it cannot be a template.
  return [
    ...(await Promise.all(copied)),
    secretsFile(),
    { path: '.gitignore', content: 'node_modules/\nsecrets.env\n' },
  ];
}

function secretsFile(): StartFile {
  const secret = randomBytes(32).toString('base64url');
  const content = `# event.secrets of the Action, and the settings of site.js. Keep this file out of the repository.
SESSION_SECRET=${secret}
TERMS_URL=http://localhost:3000/
`;
  return { path: 'secrets.env', content, mode: 0o600 };
}

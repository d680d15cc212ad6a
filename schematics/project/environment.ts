import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';

/** The variables that an application needs, with their text in .env.example. */
const VARIABLES = {
  AUTH0_ISSUER: `# Host that logins start at, like example.eu.auth0.com: the iss of the session tokens.
AUTH0_ISSUER=
`,
  AUTH0_SESSION_SECRET: `# Secret that the Action signs with, 32 bytes or more. Create one: openssl rand -base64 48
AUTH0_SESSION_SECRET=
`,
  AUTH0_CONTINUE_URL: `# Optional: where the continue page posts to. Default: https://<host of AUTH0_ISSUER>/continue. For a local sandbox:
# AUTH0_CONTINUE_URL=http://tenant.localhost:9500/continue
`,
};

/** Adds missing variables to .env.example, and creates the file if it does not exist. */
export function addVariables(tree: Tree, sourceRoot: string): void {
  const own = posix.join(posix.dirname(sourceRoot), '.env.example');
  const path = tree.exists(own) ? own : '.env.example';
  const before = tree.exists(path) ? tree.readText(path) : '';
  const mentioned = new Set(before.split(/\r?\n/).map((line) => line.replace(/^#\s*/, '').split('=')[0]?.trim()));
  const added = Object.entries(VARIABLES).flatMap(([name, lines]) => (mentioned.has(name) ? [] : [lines]));
  if (added.length === 0) return;
  const separator = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const text = before + separator + added.join('\n');
  if (tree.exists(path)) tree.overwrite(path, text);
  else tree.create(path, text);
}

import { parseArgs } from 'node:util';

export interface InitOptions {
  readonly folder: string;
  /** Only prints the names of the files. */
  readonly dryRun: boolean;
}

export const INIT_HELP = `Usage: auth0-actions-sandbox init [FOLDER] [--dry-run]

Writes a tenant file, a redirecting Action, its unit test, and the page that it redirects to. Never overwrites a file.

  FOLDER     the folder to write to (default: the current one)
  --dry-run  print what would be written
`;

/** Throws the errors of `parseArgs`. Returns undefined for `--help`. */
export function parseInit(args: readonly string[]): InitOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  const [folder = '.', ...rest] = positionals;
  if (values.help) return undefined;
  if (rest.length > 0) throw new Error(`init accepts one folder; got "${positionals.join('" and "')}"`);
  return { folder, dryRun: values['dry-run'] ?? false };
}

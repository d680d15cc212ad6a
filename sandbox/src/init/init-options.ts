import { parseArgs } from 'node:util';

/** What `init` is told. */
export interface InitOptions {
  readonly folder: string;
  /** Writes nothing, and prints what it would write. */
  readonly dryRun: boolean;
}

/** The text of `init --help`. */
export const INIT_HELP = `Usage: auth0-actions-sandbox init [FOLDER] [--dry-run]

Writes a tenant file, a redirecting Action, its unit test, and the page that it redirects to. Never overwrites a file.

  FOLDER     where to (default: the current folder)
  --dry-run  print what would be written
`;

/** Parses the arguments behind `init`; throws what `parseArgs` throws. Returns nothing if help is asked for. */
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the files that are written depend on. */
export interface Project {
  /** What relative imports end in: Node's ES modules need it, and Jest does not find the file with it. */
  readonly extension: '' | '.js';
  /** Where the specs have `describe`, `it` and `expect` from. */
  readonly testRunner: 'jest' | 'vitest';
}

interface Manifest {
  readonly type?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/** @throws Error where there is no package.json that can be read. */
export function projectIn(directory: string): Project {
  const { type, scripts, dependencies, devDependencies } = manifestIn(directory);
  const hasVitest = 'vitest' in { ...dependencies, ...devDependencies };
  const runsJest = /\bjest\b/.test(String(scripts?.test));
  return {
    extension: type === 'module' ? '.js' : '',
    testRunner: hasVitest && !runsJest ? 'vitest' : 'jest',
  };
}

function manifestIn(directory: string): Manifest {
  try {
    const manifest: Manifest | null = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return manifest ?? {};
  } catch {
    throw new Error('there is no package.json here that can be read: start it in the folder of the application');
  }
}

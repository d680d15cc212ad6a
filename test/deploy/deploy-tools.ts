import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The folder in which the tests start. */
export const ROOT = process.cwd();

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  /** Standard output and standard error together. */
  readonly output: string;
}

/**
 * Runs a program that `node tools/setup.mjs deploy-tools` has fetched.
 *
 * @throws Error if it is missing: a test that cannot run has failed.
 */
export function run(name: 'helm' | 'kubectl' | 'promtool', ...words: readonly string[]): Run {
  const program = process.env[name.toUpperCase()] || join(ROOT, 'node_modules/.cache/deploy-tools', name);
  try {
    accessSync(program, constants.X_OK);
  } catch {
    throw new Error(`Missing: ${program}. Run: node tools/setup.mjs deploy-tools`);
  }
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { status, stdout, output: stdout + stderr };
}

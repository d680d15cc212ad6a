// Pins server and load generator to separate cores, so that they do not compete for a core.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** Describes how the processes share the machine. */
export const pinning = canPin ? 'server and load generator pinned to a core each' : 'nothing pinned';

/** Pins a program to a core. taskset replaces itself with the program, so it has the same pid. */
export function pinned(core, [program, ...words]) {
  return canPin ? ['taskset', ['-c', String(core), program, ...words]] : [program, words];
}

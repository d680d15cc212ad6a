// Pins server and load generator to separate cores, so that they do not compete for one.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** How the processes share the machine, in words. */
export const pinning = canPin ? 'server and load generator pinned to a core each' : 'nothing pinned';

/** taskset replaces itself with the program, so the pid is the program's own. */
export function pinned(core, [program, ...words]) {
  return canPin ? ['taskset', ['-c', String(core), program, ...words]] : [program, words];
}

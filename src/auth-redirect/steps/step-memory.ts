import type { Clock } from '../clock.js';
import { digest } from '../replay/digest.js';
import type { ReplayStore } from '../replay/replay-store.js';
import type { StepMemory } from './step.js';

interface Owner {
  /** Digest of the session token, the same in every browser that holds it. */
  readonly login: string;
  /** When the login ends, in seconds since 1970. */
  readonly expiresAt: number;
  /** Digest of tenant and subject. */
  readonly user: string;
  readonly step: string;
}

/** A step's memory in the replay store, under digests. */
export function replayStoreMemory(
  store: ReplayStore,
  clock: Clock,
  { login, expiresAt, user, step }: Owner,
): StepMemory {
  const inSeconds = (seconds: number): number => clock.now() / 1000 + seconds;
  return {
    count: async (name, window) =>
      store.count(
        digest('login-count', login, step, name),
        window === undefined ? expiresAt : Math.min(inSeconds(window), expiresAt),
      ),
    countForUser: async (name, window) => store.count(digest('user-count', user, step, name), inSeconds(window)),
    remember: async (name, value) => store.remember(digest('login-value', login, step, name), value, expiresAt),
  };
}

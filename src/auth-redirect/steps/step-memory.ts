import type { Clock } from '../clock.js';
import { digest } from '../replay/digest.js';
import type { ReplayStore } from '../replay/replay-store.js';
import type { SessionToken } from '../session-token.js';
import type { StepMemory } from './step.js';

/**
 * Keys in the store are digests.
 *
 * @param login Digest of the compact session token.
 */
export function stepMemory(
  store: ReplayStore,
  clock: Clock,
  { tenant, subject, expiresAt }: SessionToken,
  login: string,
  step: string,
): StepMemory {
  const user = digest(tenant, subject);
  const after = (seconds: number): number => clock.now() / 1000 + seconds;
  return {
    count: async (name, window = Infinity) =>
      store.count(digest('login-count', login, step, name), Math.min(after(window), expiresAt)),
    countForUser: async (name, window) => store.count(digest('user-count', user, step, name), after(window)),
    countForTenant: async (name, window) => store.count(digest('tenant-count', tenant, step, name), after(window)),
    recall: async (name) => store.recall(digest('login-value', login, step, name)),
    remember: async (name, value) => store.remember(digest('login-value', login, step, name), value, expiresAt),
  };
}

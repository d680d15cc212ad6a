import type { JsonValue } from '../json.js';
import { digest } from '../replay/digest.js';
import type { ReplayStore } from '../replay/replay-store.js';
import type { SessionToken } from '../session-token.js';
import type { SessionKey } from '../tenants/session-key.js';
import { openSealed, seal } from './seal.js';
import type { StepInbox, WebhookInbox } from './step.js';

/** Limit in bytes of JSON. */
const RESULT_MAX_BYTES = 16_384;
const KIND = 'step-inbox';

export type InboxKey = Pick<SessionKey, 'id' | 'stepInboxKey'>;

/** Contains no secrets. */
interface Expectation {
  readonly keyId: string;
  /** Digest of the compact session token. */
  readonly login: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Stores digests as keys, and results sealed with the login's key, so that other logins cannot read them.
 *
 * @param key Key that verified the session token.
 * @param login Digest of the compact session token.
 */
export function stepInbox(
  store: ReplayStore,
  key: InboxKey,
  { expiresAt }: Pick<SessionToken, 'expiresAt'>,
  login: string,
  step: string,
): StepInbox {
  return {
    expect: async (reference) => {
      const expectation: Expectation = { keyId: key.id, login, expiresAt };
      const text = JSON.stringify(expectation);
      const stored = await store.remember(expectationKey(step, reference), text, expiresAt);
      if (stored !== text) throw new Error('another login expects this reference');
    },
    read: async (reference) => {
      const entry = resultKey(login, step, reference);
      const sealed = await store.recall(entry);
      const text = sealed === undefined ? undefined : openSealed(sealed, KIND, key.stepInboxKey(entry));
      if (text === undefined) return undefined;
      const result: JsonValue = JSON.parse(text);
      return result;
    },
  };
}

/** @param keyById Returns undefined if the key is no longer configured. */
export function webhookInbox(
  store: ReplayStore,
  keyById: (id: string) => InboxKey | undefined,
  step: string,
): WebhookInbox {
  return {
    deliver: async (reference, result) => {
      const text = JSON.stringify(result);
      const bytes = Buffer.byteLength(text);
      if (bytes > RESULT_MAX_BYTES) throw new RangeError(`a result of ${bytes} bytes`);
      const expected = await store.recall(expectationKey(step, reference));
      if (expected === undefined) return false;
      const { keyId, login, expiresAt }: Expectation = JSON.parse(expected);
      const key = keyById(keyId);
      if (!key) return false;
      const entry = resultKey(login, step, reference);
      await store.remember(entry, seal(text, { typ: KIND }, key.stepInboxKey(entry)), expiresAt);
      return true;
    },
  };
}

function expectationKey(step: string, reference: string): string {
  return digest('inbox-expectation', step, reference);
}

function resultKey(login: string, step: string, reference: string): string {
  return digest('inbox-result', login, step, reference);
}

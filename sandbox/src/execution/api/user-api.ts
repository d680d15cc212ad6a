import type { ApiMethods } from '../recorder.js';

/** The sandbox stores the changes. The event keeps the old values. */
export const userApi = (): ApiMethods => ({
  'user.setAppMetadata': ([name]) => assertName('setAppMetadata', name),
  'user.setUserMetadata': ([name]) => assertName('setUserMetadata', name),
});

function assertName(method: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new TypeError(`${method}: the key must be a non-empty string.`);
}

import type { ApiMethods } from '../recorder.js';

const NAMES = [
  ...['refreshToken.revoke', 'refreshToken.setExpiresAt', 'refreshToken.setIdleExpiresAt', 'refreshToken.setMetadata'],
  ...['refreshToken.deleteMetadata', 'refreshToken.evictMetadata', 'session.revoke', 'session.setExpiresAt'],
  ...['session.setIdleExpiresAt', 'session.setCookieMode', 'session.setMetadata', 'session.deleteMetadata'],
  'session.evictMetadata',
];

/** Members of `api` that the sandbox records and does not play. */
export const recordedApi = (): ApiMethods =>
  Object.fromEntries(
    NAMES.map((name) => [name, (_args, notes) => void (notes.ignored = 'The sandbox does not play it.')]),
  );

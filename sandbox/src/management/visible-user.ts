import type { SandboxUser } from '../directory/user.js';

/** Members of a user that the Management API returns elsewhere or not at all. */
const HIDDEN = new Set(['connection', 'roles', 'groups', 'organizations', 'enrolled_factors']);

/** Returns a user as the Management API shows one. */
export function visibleUser(user: SandboxUser): object {
  return Object.fromEntries(Object.entries(user).filter(([name]) => !HIDDEN.has(name)));
}

/** Returns a user as in the lists of a role's users and an organization's members. */
export function memberOf({ user_id, email, picture, name }: SandboxUser): object {
  return { user_id, email, picture, name };
}

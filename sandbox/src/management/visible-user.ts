import type { SandboxUser } from '../directory/user.js';

/** Members that the Management API returns elsewhere or not at all. */
const HIDDEN = new Set(['connection', 'roles', 'groups', 'organizations', 'enrolled_factors']);

export function visibleUser(user: SandboxUser): object {
  return Object.fromEntries(Object.entries(user).filter(([name]) => !HIDDEN.has(name)));
}

/** Returns an entry for the lists of a role's users and an organization's members. */
export function memberOf({ user_id, email, picture, name }: SandboxUser): object {
  return { user_id, email, picture, name };
}

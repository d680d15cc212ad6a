import type { SandboxUser } from '../directory/user.js';

/** What the tenant keeps of a user but the Management API answers elsewhere or not at all. */
const HIDDEN = new Set(['connection', 'roles', 'groups', 'organizations', 'enrolled_factors']);

/** A user as the Management API shows one. */
export function visibleUser(user: SandboxUser): object {
  return Object.fromEntries(Object.entries(user).filter(([name]) => !HIDDEN.has(name)));
}

/** A user in the lists of those who have a role or belong to an organization. */
export function memberOf({ user_id, email, picture, name }: SandboxUser): object {
  return { user_id, email, picture, name };
}

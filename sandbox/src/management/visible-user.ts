import type { SandboxUser } from '../directory/user.js';

/** The Management API returns these elsewhere or not at all. */
const HIDDEN = new Set(['connection', 'roles', 'groups', 'organizations', 'enrolled_factors']);

export function visibleUser(user: SandboxUser): object {
  return Object.fromEntries(Object.entries(user).filter(([name]) => !HIDDEN.has(name)));
}

/** Lists of a role's users and an organization's members show these. */
export function memberOf({ user_id, email, picture, name }: SandboxUser): object {
  return { user_id, email, picture, name };
}

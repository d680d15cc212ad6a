import { textOf } from '../json.js';
import type { SandboxUser } from '../directory/user.js';
import { invalidQuery } from './management-error.js';

const SORTABLE = [
  ...(['created_at', 'updated_at', 'last_login', 'logins_count', 'email', 'name', 'given_name'] as const),
  ...(['family_name', 'nickname', 'username', 'phone_number', 'user_id'] as const),
];

/** Sorts by `FIELD:1` or, in reverse, by `FIELD:-1`. */
export function sortedUsers(users: SandboxUser[], sort: unknown): SandboxUser[] {
  if (sort === undefined) return users;
  const [, name, direction] = /^(\w+):(-?1)$/.exec(textOf(sort)) ?? [];
  const field = SORTABLE.find((one) => one === name);
  if (!field)
    throw invalidQuery(
      `Query validation error: 'sort' has to be FIELD:1 or FIELD:-1; FIELD is one of ${SORTABLE.join(', ')}.`,
    );
  return users.toSorted((one, other) => Number(direction) * compare(one[field], other[field]));
}

function compare(one: string | number | undefined, other: string | number | undefined): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one ?? '') < String(other ?? '') ? -1 : Number(one !== other);
}

import { isRecord, toJson, type JsonObject } from '../../json.js';
import type { NamedDefinition } from '../../definition/tenant-definition.js';
import type { ApiMethod, ApiMethods, CallNotes } from '../recorder.js';
import type { ApiTools } from './api-part.js';

/** `take` has the maximum `most` and the default `usual`. */
const PAGE = { most: 100, usual: 50 };

/** The methods return promises. */
export const membershipApi = ({ facts: { roles, groups } }: ApiTools): ApiMethods => ({
  'roles.getUserEffectiveRoles': answering(([params], notes) => page('roles', roles, params, notes)),
  'roles.getUserEffectiveRolesByIds': answering(([ids], notes) => ({
    roles: roles.filter(({ id }) => id !== undefined && named(ids, 100, notes).includes(id)),
  })),
  'roles.getUserEffectiveRolesByNames': answering(([names], notes) => ({
    roles: roles.filter(({ name }) => named(names, 50, notes).includes(name)),
  })),
  'groups.getUserGroups': answering(([params], notes) => page('groups', groups, params, notes)),
  'groups.hasGroupMembership': answering(([identifiers], notes) => {
    const wanted = named(identifiers, Infinity, notes);
    const found = groups.filter(({ id = '', name }) => wanted.includes(id) || wanted.includes(name));
    notes.hint = 'Auth0 does not document the members of the answer.';
    return { isMember: found.length > 0, groups: found };
  }),
});

/** Turns exceptions into rejections. */
function answering(compute: (args: readonly unknown[], notes: CallNotes) => object): ApiMethod {
  return (args, notes) => {
    try {
      const answer = toJson(compute(args, notes));
      notes.result = answer;
      return Promise.resolve(structuredClone(answer));
    } catch (error) {
      notes.ignored = String(error);
      return Promise.reject(error);
    }
  };
}

function page(name: string, all: readonly NamedDefinition[], params: unknown, notes: CallNotes): JsonObject | object {
  const { take = PAGE.usual, from } = isRecord(params) ? params : {};
  const size = Math.min(Math.max(Math.trunc(Number(take)) || PAGE.usual, 1), PAGE.most);
  if (size !== take) notes.hint = `take must be a number from 1 to ${PAGE.most}; ${size} is used.`;
  const start = typeof from === 'string' ? Number(Buffer.from(from, 'base64url').toString()) : 0;
  if (!Number.isInteger(start)) throw new TypeError('from must be the next of an earlier answer.');
  const end = start + size;
  const next = end < all.length ? { next: Buffer.from(String(end)).toString('base64url') } : {};
  return { [name]: all.slice(start, end), ...next };
}

function named(values: unknown, most: number, notes: CallNotes): readonly unknown[] {
  if (!Array.isArray(values)) throw new TypeError('The argument must be an array of strings.');
  if (values.length > most) notes.hint = `At most ${most} can be requested at once.`;
  return values;
}

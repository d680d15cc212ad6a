import { isJsonObject, textOf, toJsonObject, type JsonObject } from '../json.js';
import { lastCall } from '../triggers/post-login-effects.js';
import type { CallEntry } from '../transactions/transaction.js';
import type { Tenant } from './tenant.js';
import type { SandboxUser } from '../directory/user.js';

type Subject = { readonly user: SandboxUser } | { readonly problem: string };
type People = Pick<Tenant, 'connections' | 'users'>;

export function isSubjectProblem(subject: Subject): subject is { readonly problem: string } {
  return 'problem' in subject;
}

/** Creates the user if the Actions request it. */
export function subjectOf(calls: readonly CallEntry[], people: People): Subject {
  const byId = lastCall(calls, 'api.authentication.setUserById');
  const byConnection = lastCall(calls, 'api.authentication.setUserByConnection');
  if (byId && byConnection) return { problem: 'Only one of setUserById and setUserByConnection can be called.' };
  if (byConnection) return ofConnection(byConnection, people);
  if (!byId) return { problem: 'The Action has set no user: call setUserById or setUserByConnection.' };
  const user = people.users.find(textOf(byId.args[0]));
  return user ? { user } : { problem: `There is no user ${textOf(byId.args[0])}.` };
}

function ofConnection({ args }: CallEntry, { connections, users }: People): Subject {
  const [name, attributes, options] = args;
  const connection = connections.orGuess(textOf(name));
  const { user_id: id, ...profile } = profileOf(attributes);
  const { creationBehavior, updateBehavior } = toJsonObject(isJsonObject(options) ? options : {});
  const user = users.ofIdentity(connection.strategy, textOf(id));
  if (!user && creationBehavior === 'none') return { problem: `${connection.name} has no user ${textOf(id)}.` };
  if (!user) {
    const definition = { ...profile, user_id: `${connection.strategy}|${textOf(id)}`, connection: connection.name };
    return { user: users.create(definition) };
  }
  const different = FIXED.find((key) => profile[key] !== undefined && profile[key] !== user[key]);
  if (different) return { problem: `${different} of ${user.user_id} differs and cannot be updated.` };
  if (updateBehavior === 'replace') users.update(user, profile);
  user.connection = connection.name;
  return { user };
}

type Profile = Partial<Pick<SandboxUser, 'user_id' | 'name' | 'nickname' | 'picture' | (typeof FIXED)[number]>>;

/** Members that cannot be updated. A difference fails the exchange. */
const FIXED = ['email', 'email_verified', 'phone_number', 'phone_verified', 'username'] as const;
const TEXTS = [
  'user_id',
  'email',
  'phone_number',
  'username',
  'name',
  'given_name',
  'family_name',
  'nickname',
  'picture',
];
const FLAGS = ['email_verified', 'phone_verified'];

function profileOf(attributes: unknown): Profile {
  const given: JsonObject = toJsonObject(attributes);
  const texts = TEXTS.flatMap((key) => (typeof given[key] === 'string' ? [[key, given[key]]] : []));
  const flags = FLAGS.flatMap((key) => (typeof given[key] === 'boolean' ? [[key, given[key]]] : []));
  return Object.fromEntries([...texts, ...flags]);
}

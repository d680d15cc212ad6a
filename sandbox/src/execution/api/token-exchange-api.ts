import { isRecord } from '../../json.js';
import type { ApiMethods } from '../recorder.js';

export const tokenExchangeApi = (): ApiMethods => ({
  'access.deny': ([, reason], notes) => {
    if (reason === undefined) notes.hint = 'deny requires two arguments in this trigger: a code and the reason.';
  },
  'access.rejectInvalidSubjectToken': () => undefined,
  'authentication.setUserById': ([id]) => assertText('setUserById', 'user ID', id),
  'authentication.setUserByConnection': ([connection, attributes, options]) => {
    assertText('setUserByConnection', 'connection name', connection);
    assertText('setUserByConnection', 'user_id', isRecord(attributes) ? attributes['user_id'] : undefined);
    const { creationBehavior, updateBehavior } = isRecord(options) ? options : {};
    assertOneOf('creationBehavior', creationBehavior, ['create_if_not_exists', 'none']);
    assertOneOf('updateBehavior', updateBehavior, ['none', 'replace']);
  },
  'authentication.setOrganization': ([organization]) => assertText('setOrganization', 'organization', organization),
  'authentication.setActor': ([actor]) => assertActor(actor, 1),
});

function assertText(method: string, name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${method}: the ${name} must be a non-empty string.`);
}

function assertOneOf(name: string, value: unknown, values: readonly string[]): void {
  if (values.some((one) => one === value)) return;
  throw new TypeError(`setUserByConnection: ${name} must be ${values.join(' or ')}.`);
}

const MOST_ACTORS = 5;
const MOST_PROPERTIES = 5;

function assertActor(actor: unknown, level: number): void {
  if (level > MOST_ACTORS) throw new TypeError(`setActor: a chain has at most ${MOST_ACTORS} actors.`);
  const { sub, act, ...properties } = isRecord(actor) ? actor : {};
  assertText('setActor', 'sub of each actor', sub);
  const values = Object.values(properties);
  const isPlain = values.every((value) => ['string', 'boolean', 'number'].includes(typeof value));
  if (!isPlain || values.length > MOST_PROPERTIES) {
    const right = `at most ${MOST_PROPERTIES} properties besides sub and act, each a string, a boolean or a number`;
    throw new TypeError(`setActor: an actor has ${right}.`);
  }
  if (act !== undefined) assertActor(act, level + 1);
}

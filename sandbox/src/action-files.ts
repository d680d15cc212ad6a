import { resolve } from 'node:path';
import { actionNameOf } from './action-name.js';
import { SandboxError } from './sandbox-errors.js';
import { TRIGGERS, type ActionDefinition, type TriggerName } from './definition/tenant-definition.js';

type ActionLists = Partial<Record<TriggerName, readonly ActionDefinition[]>>;

/**
 * @param named Files of Actions: `FILE` for `post-login`, or `TRIGGER:FILE`.
 * @param secrets Secrets of all Actions, in addition to each Action's own.
 */
export function withNamedActions(
  defined: ActionLists,
  named: readonly string[],
  secrets: Readonly<Record<string, string>>,
): ActionLists {
  const added = named.map((text) => namedAction(text, secrets));
  const lists = TRIGGERS.map((trigger) => {
    const own = (defined[trigger] ?? []).map((action) => ({ ...action, secrets: { ...action.secrets, ...secrets } }));
    return [trigger, [...own, ...added.filter((one) => one.trigger === trigger).map(({ action }) => action)]];
  });
  return Object.fromEntries(lists);
}

function namedAction(text: string, secrets: Readonly<Record<string, string>>) {
  // A single letter before the colon is a Windows drive.
  const [, prefix, rest = ''] = /^([a-z][a-z-]+):(.+)$/.exec(text) ?? [];
  const file = prefix === undefined ? text : rest;
  return {
    trigger: triggerOf(prefix ?? 'post-login'),
    action: { name: actionNameOf(resolve(file)), file: resolve(file), secrets },
  };
}

function triggerOf(name: string): TriggerName {
  const trigger = TRIGGERS.find((one) => one === name);
  if (trigger) return trigger;
  throw new SandboxError('usage', `"${name}" is not a trigger of the sandbox. It has ${TRIGGERS.join(', ')}.`);
}

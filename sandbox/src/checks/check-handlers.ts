import type { AnyNode } from 'acorn';
import { similarName, MAX_MISSPELLED } from '../similar-name.js';
import { TRIGGERS } from '../definition/tenant-definition.js';
import { handlerNames, TRIGGER_HANDLERS } from '../definition/trigger-handlers.js';
import type { ExportedName, Exports } from './exported-names.js';
import type { CheckedAction, Found } from './finding.js';
import { lineOf, memberName, type Visit } from './tree.js';

/** Finds missing handlers, and handlers that are misspelled or belong to another trigger. */
export function checkHandlers({ names, isComplete }: Exports, { trigger }: CheckedAction): Found[] {
  const strange = names.flatMap((exported) => strangeName(exported, trigger) ?? []);
  const { execute } = TRIGGER_HANDLERS[trigger];
  if (strange.length > 0 || !isComplete || names.some(({ name }) => name === execute)) return strange;
  const message = `The file exports no handler of the trigger ${trigger}: export ${execute}.`;
  return [{ severity: 'warning', message }];
}

function strangeName({ name, line }: ExportedName, trigger: CheckedAction['trigger']): Found | undefined {
  if (handlerNames(trigger).includes(name)) return undefined;
  const other = TRIGGERS.find((candidate) => handlerNames(candidate).includes(name));
  if (other) {
    const message = `The file exports ${name}, a handler of ${other}, but the Action is bound to ${trigger}.`;
    return { severity: 'warning', message, line };
  }
  const meant = similarName(name, TRIGGERS.flatMap(handlerNames), MAX_MISSPELLED);
  if (meant === undefined) return undefined;
  return { severity: 'warning', message: `The file exports ${name}; did you mean ${meant}?`, line };
}

/** Finds a redirect or form that anyone can skip, because no handler resumes it. */
export function checkResume(visits: readonly Visit[], { names, isComplete }: Exports, action: CheckedAction): Found[] {
  const { resume } = TRIGGER_HANDLERS[action.trigger];
  if (resume === undefined || !isComplete || names.some(({ name }) => name === resume)) return [];
  const pause = visits.find(({ node }) => node.type === 'CallExpression' && isPause(node.callee));
  if (!pause) return [];
  const message = `The Action sends the user away, but exports no ${resume}: users who skip the step still log in.`;
  return [{ severity: 'warning', message, line: lineOf(pause.node) }];
}

function isPause(callee: AnyNode): boolean {
  if (callee.type !== 'MemberExpression') return false;
  const method = memberName(callee);
  return method === 'sendUserTo' || (method === 'render' && memberName(callee.object) === 'prompt');
}

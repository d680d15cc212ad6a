import { SandboxError } from '../sandbox-errors.js';
import { TRIGGERS, type TriggerName } from '../definition/tenant-definition.js';
import { handlerNames, TRIGGER_HANDLERS } from '../definition/trigger-handlers.js';
import type { RunActionOptions } from './run-action-options.js';

/** `trigger` determines the `api`. */
export interface ChosenHandler {
  readonly trigger: TriggerName;
  readonly handler: string;
}

/**
 * Selects the handler by the options and the file's exports.
 *
 * @param exports Undefined if the file could not be loaded.
 */
export function chosenHandler(
  file: string,
  exports: readonly string[] | undefined,
  options: RunActionOptions,
  kind: 'execute' | 'resume',
): ChosenHandler {
  const names = options.handler === undefined ? exports : [options.handler];
  const trigger = options.trigger ?? triggerOf(names ?? []) ?? 'post-login';
  const handler = options.handler ?? TRIGGER_HANDLERS[trigger][kind];
  if (handler === undefined) throw missing(`Actions of the trigger ${trigger} cannot be continued.`);
  if (exports && !exports.includes(handler)) {
    throw missing(`${file} does not export ${handler}. It exports ${exports.join(', ') || 'no function'}.`);
  }
  return { trigger, handler };
}

function triggerOf(names: readonly string[]): TriggerName | undefined {
  return TRIGGERS.find((trigger) => handlerNames(trigger).some((name) => names.includes(name)));
}

function missing(message: string): SandboxError {
  return new SandboxError('action_handler_missing', message);
}

import {
  TRIGGERS,
  type ActionDefinition,
  type TenantDefinition,
  type TriggerName,
} from '../definition/tenant-definition.js';

/** An Action of a folder, not yet bound to a trigger. */
export interface FoundAction {
  /** The name in bindings: that of the Action or, in Terraform, of the resource. */
  readonly reference: string;
  readonly definition: ActionDefinition;
  readonly supportedTriggers: readonly string[];
  /** Auth0 runs only deployed Actions. */
  readonly isDeployed: boolean;
}

/** Bindings are in the order of execution. */
export interface ActionBinding {
  readonly trigger: string;
  readonly reference: string;
}

/** Adds a note for each Action that cannot be bound. */
export function bindActions(
  found: readonly FoundAction[],
  bindings: readonly ActionBinding[],
  notes: string[],
): NonNullable<TenantDefinition['actions']> {
  const isUnordered = bindings.length === 0 && found.length > 0;
  if (isUnordered)
    notes.push('No Action is bound to a trigger here. The sandbox binds each to the trigger that it supports.');
  const used = isUnordered ? found.flatMap(bindingsOf) : bindings;
  const unbound = found.filter(({ reference }) => !used.some((binding) => binding.reference === reference));
  notes.push(
    ...unbound.map(({ definition }) => `The Action "${definition.name}" is bound to no trigger and never runs.`),
  );
  const bound: Partial<Record<TriggerName, ActionDefinition[]>> = {};
  for (const binding of used) addTo(bound, binding, found, notes);
  return bound;
}

function bindingsOf({ supportedTriggers, reference }: FoundAction): ActionBinding[] {
  return supportedTriggers.map((trigger) => ({ trigger, reference }));
}

function addTo(
  bound: Partial<Record<TriggerName, ActionDefinition[]>>,
  { trigger, reference }: ActionBinding,
  found: readonly FoundAction[],
  notes: string[],
): void {
  const action = found.find((candidate) => candidate.reference === reference);
  const known = TRIGGERS.find((name) => name === trigger);
  if (!known) {
    notes.push(`The sandbox does not know the trigger ${trigger}. "${reference}" is left out.`);
  } else if (!action) {
    notes.push(`${trigger} runs the Action "${reference}", which could not be read. It is left out.`);
  } else {
    if (!action.isDeployed)
      notes.push(`The Action "${action.definition.name}" is not deployed. The sandbox runs it anyway.`);
    (bound[known] ??= []).push(action.definition);
  }
}

import { access, constants } from 'node:fs/promises';
import { relative } from 'node:path';
import { withNamedActions } from './action-files.js';
import type { SandboxOptions } from './sandbox-options.js';
import { SandboxError } from './sandbox-errors.js';
import type { TenantDefinition } from './definition/tenant-definition.js';

/** Returns the tenant's definition, with the Actions and secrets that the other options name. */
export function definitionOf({
  actions = [],
  languages,
  secrets = {},
  tenant = {},
}: Pick<SandboxOptions, 'actions' | 'languages' | 'secrets' | 'tenant'>): TenantDefinition {
  return {
    ...tenant,
    ...(languages ? { languages } : {}),
    actions: withNamedActions(tenant.actions ?? {}, actions, secrets),
  };
}

/** Refuses Actions whose file cannot be read. A tenant may have none. */
export async function assertReadableActions({ actions = {} }: TenantDefinition): Promise<void> {
  const files = Object.values(actions).flatMap((list) => list.map(({ file }) => file));
  await Promise.all(files.map(assertReadable));
}

async function assertReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    const message = `The Action file ${relative(process.cwd(), file)} cannot be read.`;
    throw new SandboxError('action_file_unreadable', message, { cause: error });
  }
}

import { access, constants, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { withNamedActions } from './action-files.js';
import type { SandboxOptions } from './sandbox-options.js';
import { SandboxError } from './sandbox-errors.js';
import type { TenantDefinition } from './definition/tenant-definition.js';

/** Adds the Actions and secrets of the other options. */
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

/** Throws for an unreadable file. A tenant without Actions is valid. */
export async function assertReadableActions({ actions = {} }: TenantDefinition): Promise<void> {
  const files = Object.values(actions).flatMap((list) => list.map(({ file }) => file));
  await Promise.all(files.map(assertReadable));
}

/** The limit in bytes. Above Auth0's 100 kB, the sandbox only warns. */
const LARGEST = 1024 * 1024;

async function assertReadable(file: string): Promise<void> {
  const subject = `The Action file ${relative(process.cwd(), file) || '.'}`;
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    throw new SandboxError('action_file_unreadable', `${subject} cannot be read.`, { cause: error });
  }
  const found = await stat(file);
  if (found.isDirectory()) throw new SandboxError('action_file_unreadable', `${subject} is a folder.`);
  if (found.size > LARGEST) throw new SandboxError('action_file_unreadable', `${subject} is larger than 1 MB.`);
}

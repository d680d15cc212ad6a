import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { TRIGGERS, type TenantDefinition } from '../definition/tenant-definition.js';
import { checkAction } from './check-action.js';
import { findingText } from './finding.js';

/**
 * @param only The file to check. Default: all.
 * @returns One line for each finding.
 */
export async function checkTenant({ actions = {} }: TenantDefinition, only?: string): Promise<string[]> {
  const bound = TRIGGERS.flatMap((trigger) => (actions[trigger] ?? []).map((action) => ({ ...action, trigger })));
  const wanted = bound.filter(({ file }) => only === undefined || file === only);
  const checked = wanted.map(async (action) => {
    const source = action.code ?? (await readFile(action.file, 'utf8'));
    return checkAction(source, action).map(({ file, ...finding }) =>
      findingText({ ...finding, file: relative(process.cwd(), file) }),
    );
  });
  return [...new Set((await Promise.all(checked)).flat())];
}

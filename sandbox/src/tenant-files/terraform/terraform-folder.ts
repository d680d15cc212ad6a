import { join } from 'node:path';
import type { TenantDefinition } from '../../definition/tenant-definition.js';
import { bindActions, type ActionBinding } from '../bind-actions.js';
import { namesIn, type TenantFiles } from '../tenant-files.js';
import { readHcl, type HclBlock } from './hcl-body.js';
import { addressOf, inner, referenceOf, TerraformActions } from './terraform-actions.js';
import { readScope } from './terraform-scope.js';

/** `auth0_trigger_binding` is the former name of `auth0_trigger_actions`. */
const FLOWS = ['auth0_trigger_actions', 'auth0_trigger_binding'];

export async function isTerraformFolder(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some((name) => name.endsWith('.tf'));
}

export async function readTerraformFolder(
  folder: string,
  files: TenantFiles,
  environment: NodeJS.ProcessEnv,
  notes: string[],
): Promise<TenantDefinition> {
  const blocks = await readBlocks(folder, files, notes);
  const reader = new TerraformActions(folder, await readScope(folder, blocks, files, environment), files, notes);
  const resources = blocks.filter(({ type }) => type === 'resource');
  const ofType = (...types: string[]): HclBlock[] =>
    resources.filter(({ labels: [type = ''] }) => types.includes(type));
  const modules = await reader.modules(ofType('auth0_action_module'));
  const found = await reader.actions(ofType('auth0_action'), modules);
  const single = ofType('auth0_trigger_action').map((block) => bindingOf(block, block, 'action_id', reader, notes));
  const bindings = [...ofType(...FLOWS).flatMap((block) => flowOf(block, reader, notes)), ...single];
  return {
    actions: bindActions(
      found,
      bindings.filter((one) => one !== undefined),
      notes,
    ),
  };
}

async function readBlocks(folder: string, files: TenantFiles, notes: string[]): Promise<HclBlock[]> {
  const blocks: HclBlock[] = [];
  for (const name of await namesIn(folder)) {
    const file = join(folder, name);
    if (name.endsWith('.tf.json')) notes.push(`${file} could not be read: JSON of Terraform is not supported.`);
    if (name.endsWith('.tf')) blocks.push(...readHcl(await files.text(file), file).blocks);
  }
  const modules = blocks.filter(({ type }) => type === 'module').map(({ labels }) => labels.join(' '));
  if (modules.length > 0) {
    notes.push(`These modules are not read: ${modules.join(', ')}. To read the Actions of one, name its own folder.`);
  }
  return blocks;
}

function flowOf(block: HclBlock, reader: TerraformActions, notes: string[]): (ActionBinding | undefined)[] {
  for (const { place } of inner(block, 'dynamic')) {
    notes.push(`${place}dynamic blocks of ${addressOf(block)} could not be read: write the blocks out.`);
  }
  return inner(block, 'actions').map((action) => bindingOf(block, action, 'id', reader, notes));
}

function bindingOf(
  block: HclBlock,
  holder: HclBlock,
  key: string,
  reader: TerraformActions,
  notes: string[],
): ActionBinding | undefined {
  const trigger = reader.text(block, 'trigger');
  const reference = referenceOf(holder.body.attributes[key]?.value, 'auth0_action');
  if (reference === undefined) {
    const place = holder.body.attributes[key]?.place ?? holder.place;
    notes.push(`${place}${key} of ${addressOf(block)} could not be read: it has to be auth0_action.NAME.id.`);
  }
  return trigger === undefined || reference === undefined ? undefined : { trigger, reference };
}

import { join } from 'node:path';
import { namesIn, type TenantFiles } from '../tenant-files.js';
import { evaluate, valueAt, type Lookup, type TerraformValue } from './evaluate.js';
import { readHcl, type HclAttribute, type HclBlock } from './hcl-body.js';

/** Reads variables, locals and paths. */
export async function readScope(
  folder: string,
  blocks: readonly HclBlock[],
  files: TenantFiles,
  environment: NodeJS.ProcessEnv,
): Promise<Lookup> {
  const given = await readVariableFiles(folder, files);
  const locals = new Map(
    blocks.filter(({ type }) => type === 'locals').flatMap(({ body }) => Object.entries(body.attributes)),
  );
  const defaults = new Map(blocks.filter(({ type }) => type === 'variable').flatMap(defaultOf));
  const open = new Set<string>();
  const lookup: Lookup = ([kind, name, ...rest]) => {
    if (kind === 'path') return folder;
    if ((kind !== 'var' && kind !== 'local') || typeof name !== 'string') return undefined;
    const value = kind === 'var' ? variable(name) : named(`local.${name}`, locals.get(name));
    return valueAt(value, rest);
  };
  // Terraform's precedence: files, environment, default.
  const variable = (name: string): TerraformValue | undefined =>
    named(`var.${name}`, given.get(name)) ?? environment[`TF_VAR_${name}`] ?? named(`var.${name}`, defaults.get(name));
  const named = (name: string, attribute: HclAttribute | undefined): TerraformValue | undefined => {
    if (!attribute || open.has(name)) return undefined;
    open.add(name);
    try {
      return evaluate(attribute.value, lookup);
    } finally {
      open.delete(name);
    }
  };
  return lookup;
}

async function readVariableFiles(folder: string, files: TenantFiles): Promise<Map<string, HclAttribute>> {
  const names = await namesIn(folder);
  const automatic = names.filter((name) => name.endsWith('.auto.tfvars'));
  const read: [string, HclAttribute][] = [];
  for (const name of ['terraform.tfvars', ...automatic]) {
    const file = join(folder, name);
    const text = await files.textIfPresent(file);
    if (text !== undefined) read.push(...Object.entries(readHcl(text, file).attributes));
  }
  return new Map(read);
}

function defaultOf({ labels: [name = ''], body }: HclBlock): [string, HclAttribute][] {
  const { default: value } = body.attributes;
  return value ? [[name, value]] : [];
}

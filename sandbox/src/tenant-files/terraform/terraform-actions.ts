import { resolve } from 'node:path';
import type { ActionDefinition, ActionModuleDefinition } from '../../definition/tenant-definition.js';
import { type FoundAction } from '../bind-actions.js';
import type { TenantFiles } from '../tenant-files.js';
import { evaluate, textValue, UnreadableExpression, type Lookup, type TerraformValue } from './evaluate.js';
import type { HclAttribute, HclBlock } from './hcl-body.js';
import { templateOf, type HclExpression } from './hcl-expression.js';

/** Modules by the name of their resource. */
type TerraformModules = ReadonlyMap<string, { readonly name: string; readonly module: ActionModuleDefinition }>;

/** Reads `auth0_action` and `auth0_action_module`. Adds a note for each unreadable value. */
export class TerraformActions {
  constructor(
    private readonly folder: string,
    private readonly lookup: Lookup,
    private readonly files: TenantFiles,
    private readonly notes: string[],
  ) {}

  async actions(blocks: readonly HclBlock[], modules: TerraformModules): Promise<FoundAction[]> {
    const found = [];
    for (const block of blocks) found.push(await this.action(block, modules));
    return found.filter((one) => one !== undefined);
  }

  async modules(blocks: readonly HclBlock[]): Promise<TerraformModules> {
    const modules = new Map<string, { name: string; module: ActionModuleDefinition }>();
    for (const block of blocks) {
      const code = await this.code(block);
      const name = this.nameOf(block);
      if (code) modules.set(resourceOf(block), { name, module: { ...code, ...this.secrets(block, name) } });
    }
    return modules;
  }

  /** Adds a note if the value is unreadable. */
  text(block: HclBlock, name: string, subject = name): string | undefined {
    const attribute = block.body.attributes[name];
    if (!attribute) return undefined;
    try {
      return textValue(attribute.value, this.lookup);
    } catch (error) {
      if (!(error instanceof UnreadableExpression)) throw error;
      this.notes.push(`${attribute.place}${subject} could not be read: ${error.message}.`);
      return undefined;
    }
  }

  private async action(block: HclBlock, modules: TerraformModules): Promise<FoundAction | undefined> {
    this.noteRepetition(block);
    const code = await this.code(block);
    if (!code) return undefined;
    const name = this.nameOf(block);
    const used = this.usedModules(block, modules);
    const definition: ActionDefinition = {
      ...{ name, ...code, ...this.secrets(block, name) },
      dependencies: inner(block, 'dependencies').flatMap((dependency) => this.dependency(dependency)),
      ...(Object.keys(used).length > 0 ? { modules: used } : {}),
    };
    const supportedTriggers = inner(block, 'supported_triggers').map((trigger) => this.text(trigger, 'id'));
    return {
      reference: resourceOf(block),
      definition,
      supportedTriggers: supportedTriggers.filter((one) => one !== undefined),
      isDeployed: this.isDeployed(block),
    };
  }

  private dependency(block: HclBlock): { name: string; version: string }[] {
    const name = this.text(block, 'name');
    return name === undefined ? [] : [{ name, version: this.text(block, 'version') ?? 'latest' }];
  }

  /** Terraform does not deploy by default. An unreadable value counts as true. */
  private isDeployed(block: HclBlock): boolean {
    if (!block.body.attributes['deploy']) return false;
    return (this.text(block, 'deploy') ?? 'true') === 'true';
  }

  private nameOf(block: HclBlock): string {
    return this.text(block, 'name') ?? resourceOf(block);
  }

  private async code(block: HclBlock): Promise<{ file: string; code?: string } | undefined> {
    const attribute = block.body.attributes['code'];
    if (!attribute) {
      this.notes.push(`${block.place}${addressOf(block)} could not be read: it has no code.`);
      return undefined;
    }
    try {
      return await this.codeOf(attribute, block.file);
    } catch (error) {
      if (!(error instanceof UnreadableExpression)) throw error;
      this.notes.push(
        `${attribute.place}${addressOf(block)}: code could not be read: ${error.message}. It is left out.`,
      );
      return undefined;
    }
  }

  private async codeOf(
    { value, place, heredocLine }: HclAttribute,
    file: string,
  ): Promise<{ file: string; code?: string }> {
    const [path, variables] = value.kind === 'call' ? value.args : [];
    if (value.kind === 'call' && path && (value.name === 'file' || value.name === 'templatefile')) {
      const source = resolve(this.folder, textValue(path, this.lookup));
      const text = await this.files.code(source, place);
      return value.name === 'file' ? { file: source } : { file: source, code: this.rendered(text, variables) };
    }
    // With these line breaks in front, errors name the line in the Terraform file.
    return { file, code: '\n'.repeat(heredocLine ?? 0) + textValue(value, this.lookup) };
  }

  private rendered(text: string, variables: HclExpression | undefined): string {
    const values: TerraformValue = variables ? evaluate(variables, this.lookup) : {};
    const entries = new Map(Object.entries(values ?? {}));
    return textValue(templateOf(text, 'plain'), ([name]) => entries.get(String(name)));
  }

  private secrets(block: HclBlock, owner: string): { secrets: Record<string, string>; secretNames: string[] } {
    const secretNames = new Set<string>();
    const secrets: [string, string][] = [];
    for (const secret of [...inner(block, 'secrets'), ...inner(block, 'secrets_wo')]) {
      const name = this.text(secret, 'name');
      if (name === undefined) continue;
      const value = this.text(secret, 'value', `the secret ${name} of "${owner}"`);
      secretNames.add(name);
      if (value !== undefined) secrets.push([name, value]);
    }
    return { secrets: Object.fromEntries(secrets), secretNames: [...secretNames] };
  }

  private usedModules(block: HclBlock, modules: TerraformModules): Record<string, ActionModuleDefinition> {
    const used = inner(block, 'modules').map(({ body, place }) => {
      const resource = referenceOf(body.attributes['module_id']?.value, 'auth0_action_module');
      const found = resource === undefined ? undefined : modules.get(resource);
      if (!found)
        this.notes.push(
          `${place}a module of ${addressOf(block)} could not be read: its module_id has to be auth0_action_module.NAME.id of this folder.`,
        );
      return found;
    });
    return Object.fromEntries(used.filter((one) => one !== undefined).map(({ name, module }) => [name, module]));
  }

  /** `for_each`, `count` and `dynamic` create several resources; the sandbox reads one. */
  private noteRepetition(block: HclBlock): void {
    for (const name of ['for_each', 'count']) {
      const attribute = block.body.attributes[name];
      if (attribute)
        this.notes.push(
          `${attribute.place}${name} of ${addressOf(block)} could not be read: it is read as one Action.`,
        );
    }
    for (const { labels, place } of inner(block, 'dynamic')) {
      this.notes.push(
        `${place}dynamic "${labels.join(' ')}" of ${addressOf(block)} could not be read: write the blocks out.`,
      );
    }
  }
}

/** Returns NAME of `TYPE.NAME.id`. */
export function referenceOf(expression: HclExpression | undefined, type: string): string | undefined {
  if (expression?.kind !== 'reference') return undefined;
  const [found, name, ...rest] = expression.path;
  return found === type && typeof name === 'string' && rest.at(-1) === 'id' ? name : undefined;
}

export function inner({ body }: HclBlock, type: string): HclBlock[] {
  return body.blocks.filter((block) => block.type === type);
}

/** Returns `TYPE.NAME`. */
export function addressOf({ labels }: HclBlock): string {
  return labels.join('.');
}

function resourceOf({ labels }: HclBlock): string {
  return labels[1] ?? '';
}
